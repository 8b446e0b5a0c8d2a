from functools import partial
from itertools import chain
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from cha_engagement.core.checked_forms import CheckForm, lead_back
from cha_engagement.core.forms import form_page, posted_data, redirect_if_over
from cha_engagement.core.permissions import Permission
from cha_engagement.core.refusals import raise_if_refused
from cha_engagement.core.statements import kept_records
from cha_engagement.customers.interfaces import related_boxes
from cha_engagement.customers.models import Customer
from cha_engagement.customers.rules import may_act_on_case
from cha_engagement.letters.models import Letter
from cha_engagement.lists.views import list_page
from cha_engagement.staff.models import StaffMember
from cha_engagement.staff.requests import StaffRequest
from restrictions.contact_plan import PlannedStep, contact_plan
from restrictions.described_step import describe_step
from restrictions.enums import STANDING, RestrictionStatus
from restrictions.views.shared import check_page, step_page

from .. import actions, forms, queries, rules
from ..enums import LETTER_AFTER, OPEN_STATUSES, AppealEvent
from ..models import Appeal
from ..queries.developments import developments_about
from .no_letter import explain_no_letter
from .steps import steps_of_appeal


def appeals_page(request: StaffRequest) -> HttpResponse:
    return list_page(request, "appeals", "reviews/appeals.html")


@require_safe
def appeal_page(request: StaffRequest, reference: str) -> HttpResponse:
    appeal = queries.appeal_for_page(reference, request.user)
    return render(request, "reviews/appeal.html", appeal_context(appeal, request.user))


def appeal_context(appeal: Appeal, user: StaffMember) -> dict[str, Any]:
    """Return all that an appeal's page shows this reader: what it is about, who hears it and why others do not, what comes next."""
    all_appealed = list(appeal.appealed.all())
    is_open = appeal.status in OPEN_STATUSES
    letters = kept_records(Letter, queries.visible_letters_of, appeal.pk, user)
    hearing = rules.hearing_of_appeal(appeal, user) if is_open else None
    plan = contact_plan(appeal.customer)
    can_read_reasons = rules.can_read_reasons(user, appeal)
    may = steps_on_appeal(appeal, user, hearing)
    grounds = {restriction.pk: restriction for restriction in queries.restrictions_with_grounds(appeal, user)}
    return {
        "appeal": appeal,
        "plan": plan,
        "all_appealed": [
            (
                appealed,
                queries.channels_still_closed(appealed, plan.sources),
                grounds.get(appealed.restriction_id),
            )
            for appealed in all_appealed
        ],
        "additions": [
            addition
            for addition in appeal.additions.all()
            if can_read_reasons or addition.received_by_id == user.pk
        ],
        "can_read_reasons": can_read_reasons,
        "readable_restrictions": queries.readable_restrictions(appeal, user),
        "letters": letters,
        "related": related_boxes(appeal, user),
        "hearing": hearing,
        "referral_advice": queries.referral_advice(appeal),
        "kept_closed": list(queries.appealed_channels_kept_closed(all_appealed, plan.sources))
        if is_open
        else [],
        "no_letter": explain_no_letter(appeal, list(appeal.letters.all())),
        "may": may,
        "steps": steps_of_appeal(appeal, appeal.letters.all(), may),
    }


def steps_on_appeal(appeal: Appeal, user: StaffMember, hearing: rules.Hearing | None) -> dict[str, Any]:
    """Return which steps this user may take on an appeal, by their name in the template."""
    can_write = not rules.may_acknowledge_appeal(user, appeal, hearing)
    can_hear = hearing is not None and not hearing.may_hear(user)
    standing = any(appealed.restriction.status in STANDING for appealed in appeal.appealed.all())
    return {
        "acknowledge": appeal.can(AppealEvent.ACKNOWLEDGE) and can_write,
        "decide": appeal.can(AppealEvent.DECIDE) and can_hear,
        "name": hearing is not None and user in hearing.namers,
        "suspend": can_hear and standing,
        "withdraw": can_hear,
        "write": can_write and queries.is_letter_to_write(appeal, queries.due_letter_kind(appeal)),
        "history": user.has_perm(Permission.READ_HISTORY) and not may_act_on_case(user, appeal),
    }


def log_appeal(request: StaffRequest, reference: str) -> HttpResponse:
    customer = get_object_or_404(Customer.objects.visible_to(request.user), reference=reference)
    raise_if_refused(rules.may_log_appeal(request.user))
    restrictions = list(queries.restrictions_known_to(request.user, customer))
    rights = queries.rights_to_appeal(restrictions)
    refusals = {
        restriction: rules.check_appealable(restriction, rights[restriction.pk])
        for restriction in restrictions
    }
    appealable = {
        restriction: rights[restriction.pk] for restriction in restrictions if not refusals[restriction]
    }
    form = forms.LogForm(
        posted_data(request),
        request.FILES or None,
        user=request.user,
        customer=customer,
        restrictions=appealable,
    )
    if appeal := form.carry_out(actions.log_appeal, customer=customer, by=request.user):
        next_step = (
            "Tell the customer where it goes." if appeal.passed_to else "Those who hear it have been told."
        )
        messages.success(request, f"{appeal.full_title} is logged. {next_step}")
        return redirect(appeal)
    context = {"title": "Log an appeal", "caption": customer.name, "back": customer}
    context |= {"appealable": appealable, "refusals": [*chain.from_iterable(refusals.values())]}
    return form_page(request, "reviews/log.html", form, **context)


def acknowledge_appeal(request: StaffRequest, reference: str) -> HttpResponse:
    appeal = queries.appeal_for_page(reference, request.user)
    raise_if_refused(rules.may_acknowledge_appeal(request.user, appeal))
    if over := redirect_if_over(request, appeal, can=appeal.can(AppealEvent.ACKNOWLEDGE)):
        return over
    form = forms.AcknowledgeForm(posted_data(request), record=appeal)
    if form.carry_out(actions.acknowledge_appeal, appeal=appeal, by=request.user):
        messages.success(request, f"{appeal.full_title} is acknowledged. Now write to the customer.")
        return redirect(appeal)
    context = {"title": "Acknowledge the appeal", "caption": appeal.customer.name, "back": appeal}
    return form_page(request, "form_page.html", form, **context)


def name_substitute(request: StaffRequest, reference: str) -> HttpResponse:
    appeal = queries.appeal_for_page(reference, request.user)
    raise_if_refused(rules.may_name_substitute(request.user, appeal))
    if over := redirect_if_over(request, appeal, can=appeal.status in OPEN_STATUSES):
        return over
    hearing = rules.hearing_of_appeal(appeal, request.user)
    form = forms.SubstituteForm(posted_data(request), record=appeal, candidates=hearing.candidates)
    if form.carry_out(actions.name_substitute, appeal=appeal, by=request.user):
        messages.success(
            request, f"{appeal.full_title} is heard by somebody named for it. They have been told."
        )
        return redirect(appeal)
    context = {"title": "Name who hears it", "caption": appeal.customer.name, "back": appeal}
    return form_page(
        request, "reviews/substitute.html", form, hearing=hearing, can_read_reasons=True, **context
    )


def suspend_restrictions(request: StaffRequest, reference: str) -> HttpResponse:
    appeal = queries.appeal_for_page(reference, request.user)
    raise_if_refused(rules.may_hear_appeal(request.user, appeal))
    if over := redirect_if_over(request, appeal, can=appeal.status in OPEN_STATUSES):
        return over
    form = forms.SuspendForm(posted_data(request), record=appeal)
    if form.carry_out(actions.suspend_restrictions, appeal=appeal, by=request.user):
        messages.success(request, "Saved. The card says so already. Let the customer know.")
        return redirect(appeal)
    context = {"title": "What applies meanwhile", "caption": appeal.customer.name, "back": appeal}
    return step_page(request, "reviews/suspend.html", form, customer=appeal.customer, **context)


def withdraw_appeal(request: StaffRequest, reference: str) -> HttpResponse:
    appeal = queries.appeal_for_page(reference, request.user)
    raise_if_refused(rules.may_withdraw_appeal(request.user, appeal))
    if over := redirect_if_over(request, appeal, can=appeal.can(AppealEvent.WITHDRAW)):
        return over
    form = forms.WithdrawForm(posted_data(request), record=appeal)
    if form.carry_out(actions.withdraw_appeal, appeal=appeal, by=request.user):
        messages.success(
            request,
            f"{appeal.full_title} is withdrawn. What was suspended for it applies again: write to the customer.",
        )
        return redirect(appeal)
    context = {"title": "Record that it is withdrawn", "caption": appeal.customer.name, "back": appeal}
    suspended = (
        appealed.restriction
        for appealed in appeal.appealed.all()
        if appealed.restriction.status == RestrictionStatus.SUSPENDED
    )
    changes = describe_step(PlannedStep(adding=tuple(suspended)), appeal.customer, by=request.user)
    return form_page(request, "reviews/withdraw.html", form, **context, **changes)


def decide_appeal(request: StaffRequest, reference: str) -> HttpResponse:
    appeal = queries.appeal_for_page(reference, request.user)
    hearing = rules.hearing_of_appeal(appeal, request.user)
    raise_if_refused(hearing.may_hear(request.user))
    if over := redirect_if_over(request, appeal, can=appeal.status in OPEN_STATUSES):
        return over
    form = forms.DecideForm(posted_data(request), record=appeal, user=request.user, hearing=hearing)
    if form.try_out(actions.decide_appeal, appeal=appeal, by=request.user):
        request.typed_drafts.keep_for_next_step(reverse("appeal_decide", args=[reference]))
        return redirect("appeal_check", reference)
    grounds = queries.restrictions_with_grounds(appeal, request.user)
    context = {
        "title": "Decide the appeal",
        "caption": appeal.customer.name,
        "back": appeal,
        "appeal": appeal,
        "additions": appeal.additions.all(),
        "can_read_reasons": True,
        "hearing": hearing,
        "all_grounds": grounds,
        **developments_about(grounds, request.user),
    }
    return step_page(request, "reviews/decide.html", form, customer=appeal.customer, **context)


def check_verdict(request: StaffRequest, reference: str) -> HttpResponse:
    """Show all that was answered, and what deciding it does, before the appeal is decided."""
    appeal = queries.appeal_for_page(reference, request.user)
    hearing = rules.hearing_of_appeal(appeal, request.user)
    raise_if_refused(hearing.may_hear(request.user))
    first_page = reverse("appeal_decide", args=[reference])
    typed = request.typed_drafts.read_step(first_page)
    decided = forms.DecideForm(typed, record=appeal, user=request.user, hearing=hearing)
    if not decided.is_valid():
        return lead_back(request, first_page) if appeal.status in OPEN_STATUSES else redirect(appeal)
    form = CheckForm(
        posted_data(request), typed=[decided], submit="Decide the appeal, which is final", back_url=first_page
    )
    decide = partial(actions.decide_appeal, **decided.cleaned_data)
    if form.carry_out(decide, appeal=appeal, by=request.user):
        request.typed_drafts.discard_steps(first_page)
        messages.success(
            request,
            f"{appeal.full_title} is decided, and what was decided is in force. Now write to the customer.",
        )
        return redirect(appeal)
    context = {
        "title": "Check what you decide on the appeal",
        "caption": appeal.customer.name,
        "back": appeal,
    }
    return check_page(request, form, decided, appeal.customer, **context)


@require_POST
def write_appeal_letter(request: StaffRequest, reference: str) -> HttpResponse:
    appeal = queries.appeal_for_page(reference, request.user)
    if appeal.status not in LETTER_AFTER:
        raise Http404
    letter = actions.write_letter(about=appeal, kind=queries.due_letter_kind(appeal), by=request.user)
    return redirect(letter)

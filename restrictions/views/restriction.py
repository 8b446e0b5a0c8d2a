from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from cha_engagement.core import hub
from cha_engagement.core.forms import ChangeForm, form_page, posted, step_is_over
from cha_engagement.core.refusals import Refusal, raise_if_refused
from cha_engagement.letters.models import Letter
from cha_engagement.lists.views import list_page
from cha_engagement.organisation.calendar import today
from cha_engagement.staff.models import StaffMember
from cha_engagement.staff.requests import StaffRequest
from incidents.queries import given_warnings
from restrictions import actions, outcomes, queries, rules
from restrictions.contact_plan import contact_plan
from restrictions.forms.restriction import (
    CUSTOMER_TEXT_HINT,
    ImposeForm,
    ProposeForm,
    ReasonForm,
    RenameForm,
    RestrictForm,
)
from restrictions.kinds import KINDS
from restrictions.models import ManagementDecision, ReadReceipt, Restriction
from restrictions.queries import (
    ending_event,
    letters_about,
    unnotified_ends,
    unnotified_restrictions,
)

from .shared import get_customer, incidents_from_address

MOST_SHOWN = 50  # restrictions that a card says at once


def visible_restrictions(request: StaffRequest) -> QuerySet[Restriction]:
    return Restriction.objects.visible_to(request.user)


def impose_restriction(request: StaffRequest, reference: str) -> HttpResponse:
    decision = get_object_or_404(ManagementDecision.objects.visible_to(request.user), reference=reference)
    kind = KINDS.get(request.GET.get("kind", ""))
    if kind is None:
        bound = rules.check_appeals(decision.customer, decision.incidents.all())
        return choose_kind(request, decision, rules.may_restrict, bound)
    raise_if_refused(rules.may_restrict(request.user, kind.code))
    form = RestrictForm(posted(request), decision=decision, kind=kind, user=request.user)
    if restriction := form.carry_out(
        actions.impose_restriction, decision=decision, kind=kind.code, by=request.user
    ):
        messages.success(request, f"{restriction} is imposed. The next step is the letter that explains it.")
        return redirect(decision)
    context = {
        "title": "Restrict how they engage with us",
        "caption": decision.customer.name,
        "back": decision,
        "warnings": given_warnings(decision.customer, request.user),
        "plan": contact_plan(decision.customer),
        "bound": rules.check_appeals(decision.customer, decision.incidents.all()),
    }
    return form_page(
        request, "restrictions/restriction_form.html", form, customer=decision.customer, **context
    )


def propose_restriction(request: StaffRequest, reference: str) -> HttpResponse:
    customer = get_customer(request, reference)
    raise_if_refused(rules.may_propose(request.user))
    kind = KINDS.get(request.GET.get("kind", ""))
    if kind is None:
        return choose_kind(request, customer, lambda user, code: None)
    form = ProposeForm(
        posted(request),
        customer=customer,
        kind=kind,
        user=request.user,
        incidents=incidents_from_address(request, customer),
    )
    if restriction := form.carry_out(
        actions.propose_restriction, customer=customer, kind=kind.code, by=request.user
    ):
        messages.success(
            request, f"{restriction} is proposed. A manager will impose or decline it, and you will be told."
        )
        return redirect(restriction)
    context = {"title": "Propose a restriction", "caption": customer.name, "back": customer}
    context["plan"] = contact_plan(customer)
    return form_page(request, "restrictions/restriction_form.html", form, customer=customer, **context)


def choose_kind(
    request: StaffRequest,
    back: Any,
    may: Callable[[Any, str], Refusal | None],
    bound: Refusal | None = None,
) -> HttpResponse:
    """The measures, from the least restrictive; and the appeal that keeps them from being imposed. Policy §14, 22."""
    raise_if_refused(may(request.user, next(iter(KINDS))))
    kinds = [{"kind": kind, "refusal": may(request.user, code)} for code, kind in KINDS.items()]
    return render(
        request,
        "restrictions/choose_kind.html",
        {"back": back, "kinds": kinds, "bound": bound, "title": "What should be restricted?"},
    )


def restriction_list(request: StaffRequest) -> HttpResponse:
    return list_page(request, "restrictions", "restrictions/restrictions.html")


@require_safe
def outcomes_page(request: StaffRequest) -> HttpResponse:
    raise_if_refused(rules.may_see_outcomes(request.user))
    found = list(outcomes.count_outcomes(today()))
    return render(request, "restrictions/outcomes.html", {"outcomes": found, "days": outcomes.DAYS})


@require_safe
def restriction_page(request: StaffRequest, reference: str) -> HttpResponse:
    restriction = get_object_or_404(
        queries.annotate_readability(queries.select_page(visible_restrictions(request)), request.user),
        reference=reference,
    )
    return render(request, "restrictions/restriction.html", restriction_context(restriction, request.user))


@require_POST
def draft_end_letter(request: StaffRequest, reference: str) -> HttpResponse:
    """The letter that a restriction has ended: drafted, or the one that there is."""
    restriction = get_object_or_404(visible_restrictions(request), reference=reference)
    return redirect(actions.draft_end_letter(restriction=restriction, by=request.user))


def impose_proposal(request: StaffRequest, reference: str) -> HttpResponse:
    restriction = get_object_or_404(queries.select_page(visible_restrictions(request)), reference=reference)
    raise_if_refused(rules.may_impose(request.user, restriction))
    if over := step_is_over(request, restriction, can=restriction.can("impose")):
        return over
    form = ImposeForm(posted(request), record=restriction, user=request.user)
    if form.carry_out(actions.impose_proposal, restriction=restriction, by=request.user):
        messages.success(request, f"{restriction} is imposed. The next step is the letter that explains it.")
        return redirect(restriction)
    context = {"title": "Impose this proposal", "caption": restriction.customer.name, "back": restriction}
    context["warnings"] = given_warnings(restriction.customer, request.user)
    context["plan"] = contact_plan(restriction.customer)
    context["bound"] = rules.check_appeals(restriction.customer, restriction.incidents.all())
    return form_page(request, "restrictions/impose.html", form, customer=restriction.customer, **context)


def decline_proposal(request: StaffRequest, reference: str) -> HttpResponse:
    return record_reason(
        request,
        reference,
        actions.decline_proposal,
        rules.may_decline,
        lambda restriction: restriction.can("decline"),
        title="Decline this proposal",
        said="The proposal is declined, and its proposer has been told.",
        name="status_reason",
        label="Why",
        missing="Say why it is declined.",
        help_text="Whoever proposed it will read this.",
        submit="Decline the proposal",
    )


def lift_restriction(request: StaffRequest, reference: str) -> HttpResponse:
    return record_reason(
        request,
        reference,
        actions.lift_restriction,
        rules.may_lift,
        lambda restriction: restriction.can("lift"),
        title="Lift this restriction",
        said="The restriction is lifted. It has left the card.",
        name="status_reason",
        label="Why it ends",
        missing="Say why it ends.",
        help_text=CUSTOMER_TEXT_HINT,
        submit="Lift the restriction",
    )


def end_agreement(request: StaffRequest, reference: str) -> HttpResponse:
    return record_reason(
        request,
        reference,
        actions.end_agreement,
        rules.may_end_agreement,
        lambda restriction: restriction.can("expire"),
        title="Record that the agreement has ended",
        said="It is recorded, and the restriction has ended with it. Now tell the customer, in a letter.",
        name="status_reason",
        label="What has ended, and how we know",
        missing="Say what has ended, and how we know.",
        help_text=f"The customer's mandate, or the agreement of whoever speaks for them. The restriction ends at once. {CUSTOMER_TEXT_HINT}",
        submit="Record that it has ended",
    )


def leave_customer_unnotified(request: StaffRequest, reference: str) -> HttpResponse:
    return record_reason(
        request,
        reference,
        actions.leave_customer_unnotified,
        rules.may_leave_unnotified,
        lambda restriction: restriction.can("lift") and not restriction.customer_notified_on,
        title="Record why they are not told",
        said="It is recorded why the customer is not told.",
        name="not_notified_reason",
        label="Why the customer is not told",
        missing="Say why the customer is not told.",
        help_text="Telling them is the rule. They are still told as soon as a letter is sent.",
        submit="Save the reason",
    )


def keep_without_review(request: StaffRequest, reference: str) -> HttpResponse:
    return record_reason(
        request,
        reference,
        actions.keep_without_review,
        rules.may_look_again,
        lambda restriction: restriction.can("lift"),
        title="Look again at a restriction without reviews",
        said="It is recorded that it stays. You will be asked again in a year.",
        name="stays_reason",
        label="Why it stays, and why it still has no review",
        missing="Say why it stays, and why it still has no review.",
        help_text="Where it is not needed any more, lift it instead.",
        submit="Record that it stays",
    )


def replace_people(request: StaffRequest, reference: str) -> HttpResponse:
    restriction = get_object_or_404(queries.select_page(visible_restrictions(request)), reference=reference)
    raise_if_refused(rules.may_replace_people(request.user, restriction))
    if over := step_is_over(request, restriction, can=restriction.can("vary")):
        return over
    form = RenameForm(posted(request), record=restriction)
    if form.carry_out(actions.replace_people, restriction=restriction, by=request.user):
        messages.success(request, "Somebody else is named. Now tell the customer, in a letter.")
        return redirect(restriction)
    context = {"title": "Name another contact", "caption": restriction.title, "back": restriction}
    return form_page(request, "form_page.html", form, **context)


def record_reason(
    request: StaffRequest,
    reference: str,
    verb: Callable[..., Restriction],
    may: Callable[..., Refusal | None],
    can: Callable[[Restriction], bool],
    *,
    title: str,
    said: str,
    **asked: str,
) -> HttpResponse:
    """A step that asks for its reason and nothing else. `can` is whether a restriction is as the step needs it."""
    restriction = get_object_or_404(queries.select_page(visible_restrictions(request)), reference=reference)
    raise_if_refused(may(request.user, restriction))
    if over := step_is_over(request, restriction, can=can(restriction)):
        return over
    form = ReasonForm(posted(request), record=restriction, **asked)
    if form.carry_out(verb, restriction=restriction, by=request.user):
        messages.success(request, said)
        return redirect(restriction)
    return form_page(
        request, "form_page.html", form, back=restriction, title=title, caption=restriction.title
    )


@require_POST
def withdraw_proposal(request: StaffRequest, reference: str) -> HttpResponse:
    restriction = get_object_or_404(visible_restrictions(request), reference=reference)
    raise_if_refused(rules.may_withdraw(request.user, restriction))
    form = ChangeForm(request.POST, record=restriction)
    if form.carry_out(actions.withdraw_proposal, restriction=restriction, by=request.user):
        messages.success(request, "Your proposal is withdrawn.")
    return redirect(restriction)


@require_POST
def request_read_receipts(request: StaffRequest, reference: str) -> HttpResponse:
    restriction = get_object_or_404(visible_restrictions(request), reference=reference)
    raise_if_refused(rules.may_request_read_receipts(request.user, restriction))
    form = ChangeForm(request.POST, record=restriction)
    if form.carry_out(actions.request_read_receipts, restriction=restriction, by=request.user):
        messages.success(request, "The card now asks each colleague to confirm that they have read it.")
    return redirect(restriction)


@require_POST
def confirm_reading(request: StaffRequest, reference: str) -> HttpResponse:
    customer = get_customer(request, reference)
    shown = request.POST.getlist("restriction")[:MOST_SHOWN]
    actions.confirm_reading(customer=customer, by=request.user, shown=shown)
    messages.success(request, "It is recorded that you have read this.")
    return redirect(customer)


def restriction_context(restriction: Any, user: StaffMember) -> dict[str, Any]:
    """All that a restriction's page shows this reader, and what they may do."""
    stands = restriction.can("lift")
    decides = rules.may_restrict(user, restriction.kind)
    waiting = restriction.can("impose")
    refusal = rules.may_impose(user, restriction) if waiting else decides
    return {
        "restriction": restriction,
        "plan": contact_plan(restriction.customer),
        "whole": restriction.is_whole,
        "ending": ending_event(restriction),
        "letters": letters_about(restriction, user),
        "panels": [
            panel for source in hub.restriction_side_boxes if (panel := source(restriction, user)).rows
        ],
        "read_receipts": read_receipts(restriction, user),
        "refusal": refusal if waiting or stands else None,
        "may": {
            "impose": waiting and not refusal,
            "decide_first": waiting and not restriction.customer.decisions.exists(),
            "withdraw": waiting and not rules.may_withdraw(user, restriction),
            "lift": stands and not decides,
            "tell": stands and not restriction.is_notification_settled and not decides,
            "write": stands
            and not decides
            and restriction.decision is not None
            and restriction in unnotified_restrictions(restriction.decision),
            "rename": stands and not rules.may_replace_people(user, restriction),
            "end_agreement": stands and not rules.may_end_agreement(user, restriction),
            "look_again": stands and not rules.may_look_again(user, restriction),
            "ask_reading": stands
            and not restriction.read_receipts_requested
            and not rules.may_request_read_receipts(user, restriction),
            "tell_end": not stands
            and not decides
            and unnotified_ends(Letter.objects.exclude_withdrawn()).filter(pk=restriction.pk).exists(),
            "history": user.has_perm("staff.view_history"),
        },
    }


def read_receipts(restriction: Restriction, user: StaffMember) -> list[ReadReceipt] | None:
    """Who has confirmed that they read it, the latest first; None where nobody was asked to, or it is not for this user to know."""
    if not restriction.read_receipts_requested or rules.may_request_read_receipts(user, restriction):
        return None
    return list(restriction.read_receipts.select_related("by").order_by("-read_at", "-pk"))

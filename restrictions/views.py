from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from cha_engagement.core.forms import ChangeForm, form_page, posted, step_is_over
from cha_engagement.core.refusals import Refusal, ask
from cha_engagement.core.templatetags.ui import uk_date
from cha_engagement.customers.models import Customer
from cha_engagement.lists.views import list_page
from cha_engagement.organisation.calendar import today
from cha_engagement.staff.requests import StaffRequest
from incidents.models import Incident
from incidents.queries import warnings_of

from . import actions, letters, outcomes, queries
from .contact_plan import contact_plan
from .forms.decision import DecideForm
from .forms.interim import ExtendForm, InterimForm
from .forms.restriction import (
    TO_THE_CUSTOMER,
    ImposeForm,
    ProposeForm,
    ReasonForm,
    RenameForm,
    RestrictForm,
)
from .kinds import KINDS
from .models import InterimMeasure, ManagementDecision, Restriction
from .rules import permissions

MOST_SHOWN = 50  # restrictions that a card says at once


def seen(request: StaffRequest) -> QuerySet[Restriction]:
    return Restriction.objects.visible_to(request.user)


def customer_of(request: StaffRequest, reference: str) -> Customer:
    return get_object_or_404(Customer.objects.visible_to(request.user), reference=reference)


def begun_from(request: StaffRequest, customer: Customer) -> list[Incident]:
    """The incidents that the address names, `?incident=INC-…`, of those this user sees."""
    return list(
        queries.incidents_of(customer, request.user).filter(
            reference__in=request.GET.getlist("incident")[:50]
        )
    )


def decide(request: StaffRequest, reference: str) -> HttpResponse:
    customer = customer_of(request, reference)
    ask(permissions.may_decide(request.user))
    incidents = begun_from(request, customer)
    form = DecideForm(posted(request), customer=customer, user=request.user, incidents=incidents)
    if decision := form.carry_out(actions.decide, customer=customer, by=request.user):
        messages.success(request, f"{decision} is recorded. Now choose what is restricted.")
        return redirect(decision)
    resting_on = incidents or queries.incidents_of(customer, request.user)
    context = {
        "title": "Decide on active management",
        "caption": customer.name,
        "back": customer,
        "customer": customer,
        "warnings": warnings_of(customer, request.user),
    }
    return form_page(
        request,
        "restrictions/decide.html",
        form,
        elsewhere=queries.decided_elsewhere(resting_on, customer),
        **context,
    )


@require_safe
def decision(request: StaffRequest, reference: str) -> HttpResponse:
    decisions = ManagementDecision.objects.visible_to(request.user)
    decision = get_object_or_404(queries.for_decision_page(decisions), reference=reference)
    return render(request, "restrictions/decision.html", queries.decision_page_of(decision, request.user))


@require_POST
def draft_letter(request: StaffRequest, reference: str) -> HttpResponse:
    """The letter that explains a decision: drafted, or the one that waits already."""
    decision = get_object_or_404(ManagementDecision.objects.visible_to(request.user), reference=reference)
    return redirect(letters.write(decision=decision, by=request.user))


@require_POST
def draft_alone(request: StaffRequest, reference: str) -> HttpResponse:
    """The letter that explains a decision under which nothing is restricted: drafted, or the one that there is."""
    decision = get_object_or_404(ManagementDecision.objects.visible_to(request.user), reference=reference)
    return redirect(letters.write_alone(decision=decision, by=request.user))


def leave_unexplained(request: StaffRequest, reference: str) -> HttpResponse:
    decision = get_object_or_404(ManagementDecision.objects.visible_to(request.user), reference=reference)
    ask(permissions.may_decide(request.user))
    asked = {
        "name": "not_explained_reason",
        "label": "Why the decision is not explained",
        "missing": "Say why the decision is not explained.",
        "submit": "Save the reason",
    }
    form = ReasonForm(posted(request), record=decision, **asked)
    if form.carry_out(actions.leave_unexplained, decision=decision, by=request.user):
        messages.success(request, "It is recorded why the decision is not explained.")
        return redirect(decision)
    title = "Record why the decision is not explained"
    return form_page(
        request, "form_page.html", form, back=decision, title=title, caption=decision.customer.name
    )


def restrict(request: StaffRequest, reference: str) -> HttpResponse:
    decision = get_object_or_404(ManagementDecision.objects.visible_to(request.user), reference=reference)
    kind = KINDS.get(request.GET.get("kind", ""))
    if kind is None:
        bound = queries.bound_by_appeal(decision.customer, decision.incidents.all())
        return choose_kind(request, decision, permissions.may_restrict, bound)
    ask(permissions.may_restrict(request.user, kind.code))
    form = RestrictForm(posted(request), decision=decision, kind=kind, user=request.user)
    if restriction := form.carry_out(actions.restrict, decision=decision, kind=kind.code, by=request.user):
        messages.success(request, f"{restriction} is imposed. The next step is the letter that explains it.")
        return redirect(decision)
    context = {
        "title": "Restrict how they engage with us",
        "caption": decision.customer.name,
        "back": decision,
        "warnings": warnings_of(decision.customer, request.user),
        "plan": contact_plan(decision.customer),
        "bound": queries.bound_by_appeal(decision.customer, decision.incidents.all()),
    }
    return form_page(
        request, "restrictions/restriction_form.html", form, customer=decision.customer, **context
    )


def propose(request: StaffRequest, reference: str) -> HttpResponse:
    customer = customer_of(request, reference)
    ask(permissions.may_propose(request.user))
    kind = KINDS.get(request.GET.get("kind", ""))
    if kind is None:
        return choose_kind(request, customer, lambda user, code: None)
    form = ProposeForm(
        posted(request),
        customer=customer,
        kind=kind,
        user=request.user,
        incidents=begun_from(request, customer),
    )
    if restriction := form.carry_out(actions.propose, customer=customer, kind=kind.code, by=request.user):
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
    ask(may(request.user, next(iter(KINDS))))
    kinds = [{"kind": kind, "refusal": may(request.user, code)} for code, kind in KINDS.items()]
    return render(
        request,
        "restrictions/choose_kind.html",
        {"back": back, "kinds": kinds, "bound": bound, "title": "What should be restricted?"},
    )


def set_interim(request: StaffRequest, reference: str) -> HttpResponse:
    customer = customer_of(request, reference)
    ask(permissions.may_set_interim(request.user))
    form = InterimForm(
        posted(request), customer=customer, user=request.user, incidents=begun_from(request, customer)
    )
    if interim := form.carry_out(actions.set_interim, customer=customer, by=request.user):
        messages.success(request, f"It stands on the card until {uk_date(interim.ends_on)}.")
        return redirect(customer)
    context = {"title": "Set an interim measure", "caption": customer.name, "back": customer}
    context["warnings"] = warnings_of(customer, request.user)
    context["plan"] = contact_plan(customer)
    return form_page(request, "restrictions/interim_form.html", form, customer=customer, **context)


@require_safe
def interim(request: StaffRequest, reference: str) -> HttpResponse:
    measures = InterimMeasure.objects.visible_to(request.user)
    interim = get_object_or_404(queries.for_interim(measures), reference=reference)
    return render(request, "restrictions/interim.html", queries.interim_page_of(interim, request.user))


@require_POST
def draft_interim(request: StaffRequest, reference: str) -> HttpResponse:
    """The letter about an interim measure: drafted, or the one that there is."""
    interim = get_object_or_404(InterimMeasure.objects.visible_to(request.user), reference=reference)
    return redirect(letters.write_interim(interim=interim, by=request.user))


def extend_interim(request: StaffRequest, reference: str) -> HttpResponse:
    interim = get_object_or_404(InterimMeasure.objects.visible_to(request.user), reference=reference)
    ask(permissions.may_extend_interim(request.user, interim))
    if over := step_is_over(request, interim, can=interim.is_in_force):
        return over
    form = ExtendForm(posted(request), record=interim)
    if extended := form.carry_out(actions.extend_interim, interim=interim, by=request.user):
        messages.success(request, f"It stands on the card until {uk_date(extended.ends_on)}.")
        return redirect(interim)
    title = "Make this interim measure longer"
    return form_page(
        request, "form_page.html", form, back=interim, title=title, caption=interim.customer.name
    )


def end_interim(request: StaffRequest, reference: str) -> HttpResponse:
    interim = get_object_or_404(InterimMeasure.objects.visible_to(request.user), reference=reference)
    ask(permissions.may_end_interim(request.user, interim))
    if over := step_is_over(request, interim, can=interim.can("end")):
        return over
    asked = {
        "name": "status_reason",
        "label": "Why it ends",
        "missing": "Say why it ends.",
        "submit": "End it",
    }
    form = ReasonForm(posted(request), record=interim, **asked)
    if form.carry_out(actions.end_interim, interim=interim, by=request.user):
        messages.success(request, "The interim measure has ended. It has left the card.")
        return redirect(interim)
    title = "End this interim measure"
    return form_page(
        request, "form_page.html", form, back=interim, title=title, caption=interim.customer.name
    )


def restrictions(request: StaffRequest) -> HttpResponse:
    return list_page(request, "restrictions", "restrictions/restrictions.html")


@require_safe
def did_it_help(request: StaffRequest) -> HttpResponse:
    ask(permissions.may_see_outcomes(request.user))
    found = list(outcomes.outcomes(today()))
    return render(request, "restrictions/outcomes.html", {"outcomes": found, "days": outcomes.DAYS})


@require_safe
def restriction(request: StaffRequest, reference: str) -> HttpResponse:
    restriction = get_object_or_404(
        queries.with_reasons(queries.for_page(seen(request)), request.user), reference=reference
    )
    return render(request, "restrictions/restriction.html", queries.page_of(restriction, request.user))


@require_POST
def draft_end(request: StaffRequest, reference: str) -> HttpResponse:
    """The letter that a restriction has ended: drafted, or the one that there is."""
    restriction = get_object_or_404(seen(request), reference=reference)
    return redirect(letters.write_end(restriction=restriction, by=request.user))


def impose(request: StaffRequest, reference: str) -> HttpResponse:
    restriction = get_object_or_404(queries.for_page(seen(request)), reference=reference)
    ask(permissions.may_impose(request.user, restriction))
    if over := step_is_over(request, restriction, can=restriction.can("impose")):
        return over
    form = ImposeForm(posted(request), record=restriction, user=request.user)
    if form.carry_out(actions.impose, restriction=restriction, by=request.user):
        messages.success(request, f"{restriction} is imposed. The next step is the letter that explains it.")
        return redirect(restriction)
    context = {"title": "Impose this proposal", "caption": restriction.customer.name, "back": restriction}
    context["warnings"] = warnings_of(restriction.customer, request.user)
    context["plan"] = contact_plan(restriction.customer)
    context["bound"] = queries.bound_by_appeal(restriction.customer, restriction.incidents.all())
    return form_page(request, "restrictions/impose.html", form, customer=restriction.customer, **context)


def decline(request: StaffRequest, reference: str) -> HttpResponse:
    return give_reason(
        request,
        reference,
        actions.decline,
        permissions.may_decline,
        lambda restriction: restriction.can("decline"),
        title="Decline this proposal",
        said="The proposal is declined, and its proposer has been told.",
        name="status_reason",
        label="Why",
        missing="Say why it is declined.",
        help_text="Whoever proposed it will read this.",
        submit="Decline the proposal",
    )


def lift(request: StaffRequest, reference: str) -> HttpResponse:
    return give_reason(
        request,
        reference,
        actions.lift,
        permissions.may_lift,
        lambda restriction: restriction.can("lift"),
        title="Lift this restriction",
        said="The restriction is lifted. It has left the card.",
        name="status_reason",
        label="Why it ends",
        missing="Say why it ends.",
        help_text=TO_THE_CUSTOMER,
        submit="Lift the restriction",
    )


def end_agreement(request: StaffRequest, reference: str) -> HttpResponse:
    return give_reason(
        request,
        reference,
        actions.end_agreement,
        permissions.may_end_agreement,
        lambda restriction: restriction.can("expire"),
        title="Record that the agreement has ended",
        said="It is recorded, and the restriction has ended with it. Now tell the customer, in a letter.",
        name="status_reason",
        label="What has ended, and how we know",
        missing="Say what has ended, and how we know.",
        help_text=f"The customer's mandate, or the agreement of whoever speaks for them. The restriction ends at once. {TO_THE_CUSTOMER}",
        submit="Record that it has ended",
    )


def leave_untold(request: StaffRequest, reference: str) -> HttpResponse:
    return give_reason(
        request,
        reference,
        actions.leave_untold,
        permissions.may_leave_untold,
        lambda restriction: restriction.can("lift") and not restriction.told_on,
        title="Record why they are not told",
        said="It is recorded why the customer is not told.",
        name="not_told_reason",
        label="Why the customer is not told",
        missing="Say why the customer is not told.",
        help_text="Telling them is the rule. They are still told as soon as a letter is sent.",
        submit="Save the reason",
    )


def look_again(request: StaffRequest, reference: str) -> HttpResponse:
    return give_reason(
        request,
        reference,
        actions.look_again,
        permissions.may_look_again,
        lambda restriction: restriction.can("lift"),
        title="Look again at a restriction without reviews",
        said="It is recorded that it stays. You will be asked again in a year.",
        name="stays_reason",
        label="Why it stays, and why it still has no review",
        missing="Say why it stays, and why it still has no review.",
        help_text="Where it is not needed any more, lift it instead.",
        submit="Record that it stays",
    )


def rename(request: StaffRequest, reference: str) -> HttpResponse:
    restriction = get_object_or_404(queries.for_page(seen(request)), reference=reference)
    ask(permissions.may_rename(request.user, restriction))
    if over := step_is_over(request, restriction, can=restriction.can("vary")):
        return over
    form = RenameForm(posted(request), record=restriction)
    if form.carry_out(actions.rename, restriction=restriction, by=request.user):
        messages.success(request, "Somebody else is named. Now tell the customer, in a letter.")
        return redirect(restriction)
    context = {"title": "Name another contact", "caption": restriction.title, "back": restriction}
    return form_page(request, "form_page.html", form, **context)


def give_reason(
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
    restriction = get_object_or_404(queries.for_page(seen(request)), reference=reference)
    ask(may(request.user, restriction))
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
def withdraw(request: StaffRequest, reference: str) -> HttpResponse:
    restriction = get_object_or_404(seen(request), reference=reference)
    ask(permissions.may_withdraw(request.user, restriction))
    form = ChangeForm(request.POST, record=restriction)
    if form.carry_out(actions.withdraw, restriction=restriction, by=request.user):
        messages.success(request, "Your proposal is withdrawn.")
    return redirect(restriction)


@require_POST
def ask_reading(request: StaffRequest, reference: str) -> HttpResponse:
    restriction = get_object_or_404(seen(request), reference=reference)
    ask(permissions.may_ask_reading(request.user, restriction))
    form = ChangeForm(request.POST, record=restriction)
    if form.carry_out(actions.ask_reading, restriction=restriction, by=request.user):
        messages.success(request, "The card now asks each colleague to confirm that they have read it.")
    return redirect(restriction)


@require_POST
def confirm_reading(request: StaffRequest, reference: str) -> HttpResponse:
    customer = customer_of(request, reference)
    shown = request.POST.getlist("restriction")[:MOST_SHOWN]
    actions.confirm_reading(customer=customer, by=request.user, shown=shown)
    messages.success(request, "It is recorded that you have read this.")
    return redirect(customer)

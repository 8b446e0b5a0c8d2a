"""From a proposal to a restriction that is imposed."""

from collections.abc import Collection
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from cha_engagement.core.forms import posted_data, redirect_if_over
from cha_engagement.core.refusals import Refusal, raise_if_refused
from cha_engagement.staff.requests import StaffRequest
from incidents.queries import given_warnings
from restrictions import actions, queries, rules
from restrictions.enums import RestrictionEvent
from restrictions.forms.restriction import ImposeForm, ProposeForm, RestrictForm
from restrictions.kinds import KINDS
from restrictions.models import ManagementDecision

from .restriction import record_reason, take_step
from .shared import (
    get_customer,
    incidents_from_address,
    raise_if_dead,
    step_page,
    step_to_explain,
    visible_restrictions,
)


def propose_restriction(request: StaffRequest, reference: str) -> HttpResponse:
    customer = get_customer(request, reference)
    raise_if_refused(rules.may_propose(request.user))
    raise_if_dead(customer)
    kind = KINDS.get(request.GET.get("kind", ""))
    if kind is None:
        return choose_kind(request, customer, refusals={})
    incidents = incidents_from_address(request, customer)
    form = ProposeForm(
        posted_data(request), customer=customer, kind=kind, user=request.user, incidents=incidents
    )
    if restriction := form.carry_out(
        actions.propose_restriction, customer=customer, kind=kind.code, by=request.user
    ):
        messages.success(
            request,
            f"{restriction.full_title} is proposed. A manager will impose or decline it, and you will be told.",
        )
        return redirect(restriction)
    context = {
        "title": "Propose a restriction",
        "caption": customer.name,
        "back": customer,
    }
    return step_page(request, "restrictions/restriction_form.html", form, customer=customer, **context)


def impose_restriction(request: StaffRequest, reference: str) -> HttpResponse:
    decision = get_object_or_404(ManagementDecision.objects.visible_to(request.user), reference=reference)
    customer = decision.customer
    kind = KINDS.get(request.GET.get("kind", ""))
    if kind is None:
        raise_if_refused(rules.may_restrict(request.user, next(iter(KINDS))))
        raise_if_dead(customer)
        refusals = {code: rules.may_restrict(request.user, code) for code in KINDS}
        appeal_refusals = rules.check_appeals(customer, decision.incidents.all(), decision)
        return choose_kind(request, decision, refusals=refusals, appeal_refusals=appeal_refusals)
    raise_if_refused(rules.may_restrict(request.user, kind.code))
    raise_if_dead(customer)
    form = RestrictForm(posted_data(request), decision=decision, kind=kind, user=request.user)
    if restriction := form.carry_out(
        actions.impose_restriction, decision=decision, kind=kind.code, by=request.user
    ):
        messages.success(request, f"{restriction.full_title} is imposed. {step_to_explain(decision)}")
        return redirect(decision)
    context = {
        "title": "Restrict how they engage with us",
        "caption": customer.name,
        "back": decision,
        "warnings": given_warnings(customer, request.user),
        "appeal_refusals": rules.check_appeals(customer, decision.incidents.all(), decision),
    }
    return step_page(request, "restrictions/restriction_form.html", form, customer=customer, **context)


def choose_kind(
    request: StaffRequest,
    back: Any,
    *,
    refusals: dict[str, Refusal | None],
    appeal_refusals: Collection[Refusal] = (),
) -> HttpResponse:
    """Offer the kinds from the least restrictive on, with the appeal that keeps them from being imposed. Policy §14, 22."""
    kinds = [{"kind": kind, "refusal": refusals.get(code)} for code, kind in KINDS.items()]
    return render(
        request,
        "restrictions/choose_kind.html",
        {
            "back": back,
            "kinds": kinds,
            "appeal_refusals": appeal_refusals,
            "title": "What should be restricted?",
        },
    )


def impose_proposal(request: StaffRequest, reference: str) -> HttpResponse:
    restriction = get_object_or_404(queries.select_page(visible_restrictions(request)), reference=reference)
    customer = restriction.customer
    raise_if_refused(rules.may_impose(request.user, restriction))
    raise_if_dead(customer)
    if over := redirect_if_over(request, restriction, can=restriction.can(RestrictionEvent.IMPOSE)):
        return over
    form = ImposeForm(posted_data(request), record=restriction, user=request.user)
    if imposed := form.carry_out(actions.impose_proposal, restriction=restriction, by=request.user):
        messages.success(request, f"{imposed.full_title} is imposed. {step_to_explain(imposed.decision)}")
        return redirect(restriction)
    context = {
        "title": "Impose this proposal",
        "caption": customer.name,
        "back": restriction,
        "warnings": given_warnings(customer, request.user),
        "appeal_refusals": rules.check_appeals(customer, restriction.incidents.all()),
    }
    return step_page(request, "restrictions/impose.html", form, customer=customer, **context)


def decline_proposal(request: StaffRequest, reference: str) -> HttpResponse:
    restriction = get_object_or_404(queries.select_page(visible_restrictions(request)), reference=reference)
    raise_if_refused(rules.may_decline(request.user, restriction))
    return record_reason(
        request,
        restriction,
        actions.decline_proposal,
        can=restriction.can(RestrictionEvent.DECLINE),
        title="Decline this proposal",
        success_message="The proposal is declined, and its proposer has been told.",
        name="status_reason",
        label="Why",
        missing="Say why it is declined.",
        help_text="Whoever proposed it will read this.",
        submit="Decline the proposal",
        does="It is declined for good, and whoever proposed it is told at once.",
    )


@require_POST
def withdraw_proposal(request: StaffRequest, reference: str) -> HttpResponse:
    restriction = get_object_or_404(visible_restrictions(request), reference=reference)
    raise_if_refused(rules.may_withdraw(request.user, restriction))
    return take_step(request, restriction, actions.withdraw_proposal, "Your proposal is withdrawn.")

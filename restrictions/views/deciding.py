"""A decision with all that is restricted under it, in three pages: what it rests on, what is restricted, and both to check.

What is typed on one page is kept until the last has saved it.
"""

from functools import partial
from itertools import chain
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse

from cha_engagement.core.answers import answers_in_words, repeated_reasons
from cha_engagement.core.checked_forms import lead_back
from cha_engagement.core.forms import form_page, posted_data
from cha_engagement.core.refusals import raise_if_refused
from cha_engagement.customers.models import Customer
from cha_engagement.letters.models import Letter
from cha_engagement.staff.models import StaffMember
from cha_engagement.staff.requests import StaffRequest
from incidents.queries import given_warnings
from restrictions import actions, queries, rules
from restrictions.described_step import describe_step
from restrictions.enums import DECISION_STEPS, Explained
from restrictions.forms.decision import DecisionForm
from restrictions.forms.measures import DECISION_FIELDS, CheckDecisionForm, MeasuresForm
from restrictions.kinds.channels import join_words
from restrictions.models import ManagementDecision

from .shared import (
    get_customer,
    incidents_from_address,
    interim_from_address,
    raise_if_dead,
    step_page,
    step_to_explain,
)


def decide_management(request: StaffRequest, reference: str) -> HttpResponse:
    customer = get_customer(request, reference)
    raise_if_refused(rules.may_decide(request.user))
    raise_if_dead(customer)
    request.typed_drafts.continue_from(reverse("decide", args=[reference]))
    incidents = incidents_from_address(request, customer)
    form = DecisionForm(posted_data(request), customer=customer, user=request.user, incidents=incidents)
    decide = partial(actions.decide_management, submission=uuid4())
    if form.try_out(decide, asked_later=DECISION_FIELDS, customer=customer, by=request.user):
        request.typed_drafts.keep_for_next_step(reverse("decide", args=[reference]))
        return redirect("decide_measures", reference)
    compared = incidents or queries.incidents_to_choose(customer, request.user)
    context = {
        "title": "Decide on active management",
        "caption": customer.name,
        "back": interim_from_address(request, customer) or customer,
        "customer": customer,
        "warnings": given_warnings(customer, request.user),
        "elsewhere": queries.comparable_outcomes(compared, customer, request.user),
    }
    return form_page(request, "restrictions/decide.html", form, **context)


def choose_measures(request: StaffRequest, reference: str) -> HttpResponse:
    customer = get_customer(request, reference)
    raise_if_refused(rules.may_decide(request.user))
    raise_if_dead(customer)
    decision = typed_decision(request, customer)
    if decision is None:
        messages.info(request, "Say first what the decision rests on.")
        return redirect("decide", reference)
    form = measures_form(request, customer, decision, posted_data(request))
    decide = partial(actions.decide_management, submission=uuid4(), **decision.cleaned_data)
    if form.try_out(decide, customer=customer, by=request.user):
        request.typed_drafts.keep_for_next_step(reverse("decide_measures", args=[reference]))
        return redirect("decide_check", reference)
    context = {
        "title": "What is restricted",
        "caption": customer.name,
        "back": customer,
        "warnings": given_warnings(customer, request.user),
        "appeal_refusals": rules.check_appeals(customer, decision.cleaned_data["incidents"]),
    }
    return step_page(request, "restrictions/measures.html", form, customer=customer, **context)


def check_decision(request: StaffRequest, reference: str) -> HttpResponse:
    """Show all that was answered, and decide and impose it together. Sent twice, it is decided once."""
    customer = get_customer(request, reference)
    raise_if_refused(rules.may_decide(request.user))
    raise_if_dead(customer)
    if decision := decision_made_by(request):
        return redirect(decision)
    rests_on = typed_decision(request, customer)
    measures = typed_measures(request, customer, rests_on)
    if rests_on is None or measures is None:
        return lead_back(request, reverse("decide_measures", args=[reference]))
    form = CheckDecisionForm(
        posted_data(request),
        rests_on=rests_on,
        measures=measures,
        back_url=reverse("decide_measures", args=[reference]),
    )
    decide = partial(actions.decide_management, **rests_on.cleaned_data, **measures.cleaned_data)
    if decided := form.carry_out(decide, customer=customer, by=request.user):
        request.typed_drafts.discard_steps(*(reverse(step, args=[reference]) for step in DECISION_STEPS))
        messages.success(request, decided_in_words(decided))
        return redirect(next_page(decided, request.user))
    context = {
        "title": "Check what you decide",
        "caption": customer.name,
        "back": customer,
        "customer": customer,
        "stays_unnotified": measures.stays_unnotified,
        **answers_to_check(rests_on, measures),
        **describe_step(measures.step, customer, by=request.user),
    }
    return form_page(request, "restrictions/check_decision.html", form, **context)


def answers_to_check(rests_on: DecisionForm, measures: MeasuresForm) -> dict[str, Any]:
    """Return all that was answered on both pages, and the reasons that were given more than once."""
    by_measure, of_all = measures.answers_by_measure(), measures.answers_of_all()
    answered = [name for name in rests_on.fields if rests_on.cleaned_data.get(name)]
    decision_answers = answers_in_words(rests_on, answered)
    every = [*chain.from_iterable(answers for _, answers in by_measure), *of_all, *decision_answers]
    return {
        "measures": by_measure,
        "of_all": of_all,
        "decision_answers": decision_answers,
        "repeated": repeated_reasons(every),
    }


def typed_decision(request: StaffRequest, customer: Customer) -> DecisionForm | None:
    """Return the first page as this user typed it, where it still stands; its own page says what is to be put right."""
    typed = request.typed_drafts.read_step(reverse("decide", args=[customer.reference]))
    form = DecisionForm(typed, customer=customer, user=request.user, incidents=[])
    return form if form.is_valid() else None


def typed_measures(
    request: StaffRequest, customer: Customer, decision: DecisionForm | None
) -> MeasuresForm | None:
    """Return the second page as this user typed it, where it still stands."""
    if decision is None:
        return None
    typed = request.typed_drafts.read_step(reverse("decide_measures", args=[customer.reference]))
    form = measures_form(request, customer, decision, typed)
    return form if form.is_valid() else None


def measures_form(
    request: StaffRequest, customer: Customer, decision: DecisionForm, typed: QueryDict | None
) -> MeasuresForm:
    return MeasuresForm(
        typed,
        customer=customer,
        user=request.user,
        incidents=decision.cleaned_data["incidents"],
        confirmed_with=decision.cleaned_data["needs_confirmed_with"],
        back_url=reverse("decide", args=[customer.reference]),
    )


def decision_made_by(request: StaffRequest) -> ManagementDecision | None:
    """Return the decision that this form has made already: what was typed for it is gone, and what is typed since is for another."""
    try:
        submission = UUID(request.POST.get("submission", ""))
    except ValueError:
        return None
    visible = ManagementDecision.objects.visible_to(request.user)
    return visible.filter(by=request.user, submission=submission).first()


def decided_in_words(decision: ManagementDecision) -> str:
    restrictions = join_words(restriction.full_title for restriction in decision.restrictions.order_by("pk"))
    if not restrictions:
        return f"{decision.full_title} is recorded, and nothing is restricted."
    return f"{decision.full_title} is recorded, and {restrictions} imposed. {step_to_explain(decision)}"


def next_page(decision: ManagementDecision, user: StaffMember) -> ManagementDecision | Letter:
    """Return the draft of the letter that is due, where this user may write it, else the page of the decision."""
    if decision.explained != Explained.BY_LETTER:
        return decision
    if not decision.restrictions.exists():
        return actions.draft_explanation(decision=decision, by=user)
    if rules.may_write_decision_letter(user, decision):
        return decision
    return actions.draft_decision_letter(decision=decision, by=user)

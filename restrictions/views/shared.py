from functools import partial
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.functional import SimpleLazyObject

from cha_engagement.core.checked_forms import CheckForm
from cha_engagement.core.forms import form_page
from cha_engagement.core.refusals import raise_if_refused
from cha_engagement.customers.models import Customer
from cha_engagement.staff.requests import StaffRequest
from incidents.models import Incident
from restrictions import queries
from restrictions.contact_plan import contact_plan
from restrictions.described_step import describe_step
from restrictions.enums import Explained
from restrictions.forms.step import SHOW_FIRST, StepForm
from restrictions.models import InterimMeasure, ManagementDecision, Restriction
from restrictions.rules import check_alive

MOST_INCIDENTS = 50  # that an address names


def get_customer(request: StaffRequest, reference: str) -> Customer:
    customers = Customer.objects.visible_to(request.user).select_related("needs_confirmed_by")
    return get_object_or_404(customers, reference=reference)


def raise_if_dead(customer: Customer) -> None:
    """Let nobody fill in a form that would be refused: nothing is decided about somebody who has died. Policy §22, 23."""
    raise_if_refused(next(iter(check_alive(customer)), None))


def visible_restrictions(request: StaffRequest) -> QuerySet[Restriction]:
    return Restriction.objects.visible_to(request.user)


def step_to_explain(decision: ManagementDecision) -> str:
    """Return what comes next once something is imposed under a decision: its letter, or why there is none. Policy §12, 23."""
    if decision.explained != Explained.BY_LETTER:
        return "Ask on each that they are not told: another manager confirms it."
    return "The next step is the letter that explains it."


def step_page(
    request: StaffRequest, template: str, form: StepForm, *, customer: Customer, **context: Any
) -> HttpResponse:
    """A page with its form, and what it would change for a customer as far as it is filled in; to a script that asks, that part alone.

    Beyond the policy: B29.
    """
    changes = describe_step(form.planned_step, customer, by=request.user)
    if request.POST.get(SHOW_FIRST) == "part":
        return render(request, "restrictions/shown_changes.html", changes)
    plan = SimpleLazyObject(partial(contact_plan, customer))  # not every page shows it
    context |= {"customer": customer, "plan": plan, **changes}
    return form_page(request, template, form, **context)


def check_page(
    request: StaffRequest, form: CheckForm, typed: StepForm, customer: Customer, **context: Any
) -> HttpResponse:
    """A page on which somebody checks what they typed on the one before, what it does and what it changes, before it is saved for good."""
    context |= {"customer": customer, "typed": typed, **describe_step(typed.step, customer, by=request.user)}
    return form_page(request, "restrictions/check_step.html", form, **context)


def incidents_from_address(request: StaffRequest, customer: Customer) -> list[Incident]:
    """Return the incidents that the address names, `?incident=INC-…`, or on which the interim measure that it names rests, of those this user sees."""
    references = request.GET.getlist("incident")[:MOST_INCIDENTS]
    is_named = Q(reference__in=references)
    if interim := interim_from_address(request, customer):
        is_named |= Q(pk__in=interim.incidents.values("pk"))
    return list(queries.incidents_to_choose(customer, request.user).filter(is_named))


def interim_from_address(request: StaffRequest, customer: Customer) -> InterimMeasure | None:
    """Return the interim measure that the address names, `?interim=INT-…`, where it is about this customer and this user sees it."""
    reference = request.GET.get("interim", "")[:20]
    if not reference:
        return None
    visible = InterimMeasure.objects.visible_to(request.user).filter(customer=customer)
    return visible.filter(reference=reference).first()

from functools import partial
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.functional import SimpleLazyObject

from cha_engagement.core.forms import form_page
from cha_engagement.customers.enums import ALWAYS_OPEN_NOUNS
from cha_engagement.customers.models import Customer
from cha_engagement.organisation.calendar import today
from cha_engagement.staff.requests import StaffRequest
from incidents.models import Incident
from restrictions import queries, rules
from restrictions.contact_plan import PlannedStep, contact_plan, plan_changes, waiting_restrictions
from restrictions.enums import Begins, RestrictionStatus
from restrictions.forms.step import SHOW_FIRST, StepForm
from restrictions.kinds.channels import join_words
from restrictions.models import Restriction

MOST_INCIDENTS = 50  # that an address names


def get_customer(request: StaffRequest, reference: str) -> Customer:
    return get_object_or_404(Customer.objects.visible_to(request.user), reference=reference)


def visible_restrictions(request: StaffRequest) -> QuerySet[Restriction]:
    return Restriction.objects.visible_to(request.user)


def step_page(
    request: StaffRequest, template: str, form: StepForm, *, customer: Customer, **context: Any
) -> HttpResponse:
    """A page with its form, and what it would change for a customer as far as it is filled in; to a script that asks, that part alone.

    Beyond the policy: B29.
    """
    changes = describe_step(form.planned_step, customer)
    if request.POST.get(SHOW_FIRST) == "part":
        return render(request, "restrictions/plan_changes.html", changes)
    plan = SimpleLazyObject(partial(contact_plan, customer))  # not every page shows it
    context |= {"customer": customer, "plan": plan, **changes}
    return form_page(request, template, form, **context)


def describe_step(step: PlannedStep, customer: Customer) -> dict[str, Any]:
    """Return what a page shows of a step before it is taken."""
    return {
        "changes": plan_changes(customer, step) if step else None,
        "lacking": step.lacking,
        "is_suspended": any(
            restriction.status == RestrictionStatus.SUSPENDED for restriction in (*step.adding, *step.without)
        ),
        "always_open": join_words(ALWAYS_OPEN_NOUNS.values()),
        "dead_ends": rules.check_step(step, customer),
        "is_later": step.begins_on > today(),
        "begins_on": step.begins_on,
        "waiting": [
            restriction
            for restriction in waiting_restrictions(customer, step.begins_on)
            if restriction not in (*step.adding, *step.without)
        ],
        "waits_to_be_told": any(
            isinstance(added, Restriction) and added.begins == Begins.WHEN_TOLD and not added.has_begun
            for added in step.adding
        ),
    }


def incidents_from_address(request: StaffRequest, customer: Customer) -> list[Incident]:
    """Return the incidents that the address names, `?incident=INC-…`, of those this user sees."""
    references = request.GET.getlist("incident")[:MOST_INCIDENTS]
    return list(queries.incidents_to_choose(customer, request.user).filter(reference__in=references))

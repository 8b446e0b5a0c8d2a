from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from cha_engagement.forms import form_page, posted
from cha_engagement.lists.views import list_page
from cha_engagement.policy import ask
from cha_engagement.staff.requests import StaffRequest

from . import forms, policy, workflow
from .models import Adjustment, Customer

THEN = {"incident": "incident_new"}
"""What somebody was about to begin who found that a customer is not there yet: the page that takes their reference."""


def seen(request: StaffRequest, reference: str) -> Customer:
    return get_object_or_404(Customer.objects.visible_to(request.user), reference=reference)


@require_safe
def customers(request: StaffRequest) -> HttpResponse:
    return list_page(request, "customers", "customers/customers.html")


def new(request: StaffRequest) -> HttpResponse:
    ask(policy.may_add(request.user))
    then = THEN.get(request.GET.get("then", ""))
    form = forms.AddCustomerForm(posted(request))
    if customer := form.carry_out(workflow.add, by=request.user):
        messages.success(request, f"{customer.name} is added, as {customer.reference}.")
        return redirect(f"{reverse(then)}?customer={customer.reference}" if then else customer)
    return form_page(request, "customers/new.html", form, then=then)


def edit(request: StaffRequest, reference: str) -> HttpResponse:
    customer = seen(request, reference)
    ask(policy.may_change(request.user, customer))
    form = forms.ChangeCustomerForm(posted(request), record=customer)
    if form.carry_out(workflow.change, customer=customer, by=request.user):
        messages.success(request, "The changes are saved.")
        return redirect(customer)
    return form_page(request, "customers/edit.html", form, customer=customer)


def agree_adjustment(request: StaffRequest, reference: str) -> HttpResponse:
    customer = seen(request, reference)
    ask(policy.may_change(request.user, customer))
    form = forms.AgreeAdjustmentForm(posted(request), customer=customer)
    if form.carry_out(workflow.agree_adjustment, customer=customer, by=request.user):
        messages.success(request, "The adjustment is recorded, and stands on the card.")
        return redirect(customer)
    return form_page(request, "customers/agree_adjustment.html", form, customer=customer)


def end_adjustment(request: StaffRequest, reference: str, adjustment_reference: str) -> HttpResponse:
    customer = seen(request, reference)
    adjustment = get_object_or_404(
        Adjustment.objects.select_related("customer"), customer=customer, reference=adjustment_reference
    )
    ask(policy.may_change(request.user, customer))
    form = forms.EndAdjustmentForm(posted(request), record=adjustment)
    if form.carry_out(workflow.end_adjustment, adjustment=adjustment, by=request.user):
        messages.success(request, "The last day of the adjustment is recorded.")
        return redirect(customer)
    return form_page(request, "customers/end_adjustment.html", form, customer=customer, adjustment=adjustment)


def signpost(request: StaffRequest, reference: str) -> HttpResponse:
    customer = seen(request, reference)
    ask(policy.may_change(request.user, customer))
    form = forms.SignpostForm(posted(request), customer=customer)
    if form.carry_out(workflow.signpost, customer=customer, by=request.user):
        messages.success(request, "It is recorded whom they were told of.")
        return redirect(customer)
    return form_page(request, "customers/signpost.html", form, customer=customer)

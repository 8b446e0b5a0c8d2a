from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from cha_engagement.core.forms import form_page, posted_data, redirect_if_over
from cha_engagement.core.permissions import Permission
from cha_engagement.core.refusals import raise_if_refused
from cha_engagement.customers.models import Customer
from cha_engagement.customers.rules import may_act_on_case
from cha_engagement.staff.requests import StaffRequest

from . import actions, forms, queries, rules
from .enums import ContactRequestEvent
from .models import ContactRequest


def visible_contact_request(request: StaffRequest, reference: str) -> ContactRequest:
    visible = ContactRequest.objects.visible_to(request.user)
    return get_object_or_404(queries.prefetch_for_page(visible), reference=reference)


def record_contact_request(request: StaffRequest, reference: str) -> HttpResponse:
    customer = get_object_or_404(Customer.objects.visible_to(request.user), reference=reference)
    raise_if_refused(rules.may_record_contact_request(request.user))
    form = forms.ContactRequestForm(posted_data(request), user=request.user, customer=customer)
    if asked := form.carry_out(actions.record_contact_request, customer=customer, by=request.user):
        messages.success(request, "It is recorded that they were asked.")
        return redirect(asked)
    return form_page(
        request,
        "form_page.html",
        form,
        back=customer,
        title="Record that they were asked not to contact a colleague",
        caption=customer.name,
    )


@require_safe
def contact_request_page(request: StaffRequest, reference: str) -> HttpResponse:
    asked = visible_contact_request(request, reference)
    user = request.user
    context = {
        "contact_request": asked,
        "may": {
            "take_back": asked.can(ContactRequestEvent.TAKE_BACK) and not rules.may_take_back(user, asked),
            "history": user.has_perm(Permission.READ_HISTORY) and not may_act_on_case(user, asked),
        },
    }
    return render(request, "incidents/contact_requests/contact_request.html", context)


def take_back_contact_request(request: StaffRequest, reference: str) -> HttpResponse:
    asked = visible_contact_request(request, reference)
    raise_if_refused(rules.may_take_back(request.user, asked))
    if over := redirect_if_over(request, asked, can=asked.can(ContactRequestEvent.TAKE_BACK)):
        return over
    form = forms.TakeBackForm(posted_data(request), record=asked)
    if form.carry_out(actions.take_back_contact_request, request=asked, by=request.user):
        messages.success(request, "It is taken back.")
        return redirect(asked)
    return form_page(
        request,
        "form_page.html",
        form,
        back=asked,
        title="Take back that they were asked",
        caption=asked.customer.name,
    )

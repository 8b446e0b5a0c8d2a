from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from cha_engagement.core.forms import form_page, posted_data
from cha_engagement.core.refusals import raise_if_refused
from cha_engagement.customers.models import Customer
from cha_engagement.staff.requests import StaffRequest

from . import actions, forms, queries, rules
from .enums import ObjectionEvent
from .models import Objection


def visible_objection(request: StaffRequest, reference: str) -> Objection:
    visible = Objection.objects.visible_to(request.user)
    return get_object_or_404(
        visible.select_related("customer", "received_by", "answered_by"), reference=reference
    )


def log_objection(request: StaffRequest, reference: str) -> HttpResponse:
    customer = get_object_or_404(Customer.objects.visible_to(request.user), reference=reference)
    raise_if_refused(rules.may_log_objection(request.user))
    form = forms.ObjectionForm(posted_data(request), customer=customer)
    if objection := form.carry_out(actions.log_objection, customer=customer, by=request.user):
        messages.success(request, "It is recorded. A manager is asked for the answer.")
        return redirect(objection)
    title = "They object to the note, or to what we count"
    return form_page(request, "form_page.html", form, back=customer, title=title, caption=customer.name)


@require_safe
def objection_page(request: StaffRequest, reference: str) -> HttpResponse:
    objection = visible_objection(request, reference)
    may_answer = objection.can(ObjectionEvent.ANSWER) and not rules.may_answer_objection(
        request.user, objection
    )
    not_counted = objection.not_counted.select_related("contact", "restriction").order_by("pk")
    context = {
        "objection": objection,
        "may_answer": may_answer,
        "not_counted": [*map(queries.describe_counted, not_counted)],
    }
    return render(request, "restrictions/objections/objection.html", context)


def answer_objection(request: StaffRequest, reference: str) -> HttpResponse:
    objection = visible_objection(request, reference)
    raise_if_refused(rules.may_answer_objection(request.user, objection))
    if not objection.can(ObjectionEvent.ANSWER):
        messages.info(request, "This was answered already.")
        return redirect(objection)
    form = forms.AnswerForm(posted_data(request), record=objection)
    if form.carry_out(actions.answer_objection, objection=objection, by=request.user):
        messages.success(request, "The answer is kept.")
        return redirect(objection)
    title = "Answer what they object to"
    return form_page(
        request, "form_page.html", form, back=objection, title=title, caption=objection.customer.name
    )

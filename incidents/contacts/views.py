from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import localdate
from django.views.decorators.http import require_safe

from cha_engagement.core.forms import form_page, posted_data
from cha_engagement.core.interfaces import desks
from cha_engagement.core.paging import paginate
from cha_engagement.core.permissions import Permission
from cha_engagement.core.refusals import raise_if_refused
from cha_engagement.customers.enums import CustomerTab
from cha_engagement.customers.rules import may_act_on_case
from cha_engagement.desk.customer_tabs import customer_frame, find_known_customer
from cha_engagement.desk.queries import card_to_act_by
from cha_engagement.organisation.calendar import today
from cha_engagement.staff.requests import StaffRequest

from . import actions, forms, queries, rules
from .interfaces import ContactPages
from .models import Contact


def visible_contact(request: StaffRequest, reference: str) -> Contact:
    visible = Contact.objects.visible_to(request.user)
    return get_object_or_404(queries.prefetch_for_page(visible), reference=reference)


@require_safe
def contact_list(request: StaffRequest, reference: str) -> HttpResponse:
    frame = customer_frame(request, reference, CustomerTab.CONTACTS)
    customer = frame["customer"]
    contacts = queries.prefetch_for_page(Contact.objects.visible_to(request.user))
    span = queries.find_span(request.GET.get("over", ""))
    context = frame | {
        "page": paginate(request, contacts.filter(customer=customer), ("-occurred_at", "-id")),
        "spans": [
            {"title": option.title, "url": f"?over={option.code}", "current": option == span}
            for option in queries.CHART_SPANS.values()
        ],
        "charts": queries.contact_charts(customer, span),
    }
    return render(request, "incidents/contacts/contacts.html", context)


def log_contact(request: StaffRequest, reference: str) -> HttpResponse:
    customer = find_known_customer(request, reference)
    is_closed = customer.pk in request.user.closed_customers
    raise_if_refused(rules.may_log_contact(request.user))
    form = forms.LogContactForm(posted_data(request), customer=customer)
    if contact := form.carry_out(actions.log_contact, customer=customer, by=request.user):
        messages.success(request, f"{contact.full_title} is logged.")
        return redirect(contact)
    context = {
        "back": customer,
        "title": "Log a contact",
        "caption": customer.name,
        "customer": customer,
        "card": card_to_act_by(customer, request.user),
    }
    notes = [] if is_closed else queries.contact_notes(customer)
    return form_page(request, "incidents/contacts/contact_form.html", form, notes=notes, **context)


@require_safe
def contact_page(request: StaffRequest, reference: str) -> HttpResponse:
    contact = visible_contact(request, reference)
    context = {
        "contact": contact,
        "questions": [
            question
            for desk in desks(ContactPages)
            for question in desk.contact_questions(contact, request.user)
        ],
        # What is left is so today, whenever this contact was.
        "notes": queries.contact_notes(contact.customer)
        if localdate(contact.occurred_at) == today()
        and contact.customer_id not in request.user.closed_customers
        else [],
        "may": {
            "log": not rules.may_log_contact(request.user),
            "correct": not rules.may_correct_contact(request.user, contact),
            "history": request.user.has_perm(Permission.READ_HISTORY)
            and not may_act_on_case(request.user, contact),
        },
    }
    return render(request, "incidents/contacts/contact.html", context)


def correct_contact(request: StaffRequest, reference: str) -> HttpResponse:
    contact = visible_contact(request, reference)
    raise_if_refused(rules.may_correct_contact(request.user, contact))
    form = forms.CorrectContactForm(posted_data(request), record=contact)
    if form.carry_out(actions.correct_contact, contact=contact, by=request.user):
        messages.success(request, f"{contact.full_title} is corrected. What it said before is kept.")
        return redirect(contact)
    context = {"back": contact, "title": "Correct the contact", "caption": contact.customer.name}
    return form_page(request, "incidents/contacts/contact_form.html", form, **context)

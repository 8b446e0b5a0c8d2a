from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from cha_engagement.core.forms import form_page, posted
from cha_engagement.core.refusals import ask
from cha_engagement.customers.models import Customer
from cha_engagement.lists.views import list_page
from cha_engagement.staff.requests import StaffRequest

from . import actions, forms, letters, queries, rules
from .card import confirmation
from .models import Incident


def seen(request: StaffRequest) -> QuerySet[Incident]:
    return Incident.objects.visible_to(request.user)


def incidents(request: StaffRequest) -> HttpResponse:
    return list_page(request, "incidents", "incidents/incidents.html")


@require_safe
def incident(request: StaffRequest, reference: str) -> HttpResponse:
    incident = get_object_or_404(queries.for_page(seen(request)), reference=reference)
    return render(request, "incidents/incident.html", queries.page_of(incident, request.user))


def log(request: StaffRequest) -> HttpResponse:
    ask(rules.may_log(request.user))
    customer = Customer.objects.visible_with_merged(request.user).find_current(
        request.GET.get("customer", "")[:20]
    )
    if customer and "begun" in request.GET:
        request.drafts.go_on_from(request.path, customer=customer.reference)
    form = forms.LogForm(posted(request), user=request.user, customer=customer)
    if incident := form.carry_out(actions.log, by=request.user):
        messages.success(request, confirmation(incident))
        return redirect(incident)
    return form_page(request, "incidents/log.html", form, customer=customer, title="Log an incident")


def edit(request: StaffRequest, reference: str) -> HttpResponse:
    incident = get_object_or_404(seen(request), reference=reference)
    ask(rules.may_change(request.user, incident))
    form = forms.EditForm(posted(request), record=incident, user=request.user)
    if form.carry_out(actions.change, incident=incident, by=request.user):
        messages.success(request, f"{incident} is changed. What it said before is kept.")
        return redirect(incident)
    needed = rules.still_needed(incident)
    return form_page(
        request, "incidents/edit.html", form, back=incident, title="Change the incident", needed=needed
    )


def assign(request: StaffRequest, reference: str) -> HttpResponse:
    incident = get_object_or_404(seen(request), reference=reference)
    ask(rules.may_assign(request.user))
    form = forms.AssignForm(posted(request), record=incident)
    if assigned := form.carry_out(actions.assign, incident=incident, by=request.user):
        messages.success(request, f"{incident} is assigned to {assigned.assigned_to or 'nobody'}.")
        return redirect(incident)
    return form_page(request, "form_page.html", form, back=incident, title="Assign the incident")


def assess(request: StaffRequest, reference: str) -> HttpResponse:
    incident = get_object_or_404(queries.for_page(seen(request)), reference=reference)
    ask(rules.may_assess(request.user, incident))
    form = forms.AssessForm(posted(request), record=incident, user=request.user)
    if not form.is_bound:
        ask(rules.may_decide_on(request.user, [incident]))
    if changed := form.carry_out(actions.assess, incident=incident, by=request.user):
        said = f"{incident} is assessed, and those it concerns have been told that something came of it."
        messages.success(request, said)
        step = queries.follow_up(changed, request.user)
        return redirect(step.url if step else changed)
    shown = queries.page_of(incident, request.user)
    shown["warnings"] = queries.warnings_of(incident.customer, request.user)
    shown["ends_warning"] = queries.warns(incident)
    return form_page(
        request, "incidents/assess.html", form, back=incident, title="Decide what follows", **shown
    )


def close(request: StaffRequest, reference: str) -> HttpResponse:
    incident = get_object_or_404(seen(request), reference=reference)
    ask(rules.may_close(request.user, incident))
    form = forms.CloseForm(posted(request), record=incident)
    if form.carry_out(actions.close, incident=incident, by=request.user):
        messages.success(request, f"{incident} is closed.")
        return redirect(incident)
    return form_page(
        request,
        "incidents/close.html",
        form,
        back=incident,
        title="Close the incident",
        needed=rules.needed_to_close(incident),
    )


def reopen(request: StaffRequest, reference: str) -> HttpResponse:
    incident = get_object_or_404(seen(request), reference=reference)
    ask(rules.may_reopen(request.user, incident))
    form = forms.ReopenForm(posted(request), record=incident)
    if form.carry_out(actions.reopen, incident=incident, by=request.user):
        messages.success(request, f"{incident} is with a manager again.")
        return redirect(incident)
    return form_page(request, "form_page.html", form, back=incident, title="Reopen the incident")


@require_POST
def draft_letter(request: StaffRequest, reference: str) -> HttpResponse:
    """The letter about an incident: drafted, or the one that there is already."""
    incident = get_object_or_404(seen(request), reference=reference)
    return redirect(letters.write(incident=incident, by=request.user))


def add_evidence(request: StaffRequest, reference: str) -> HttpResponse:
    incident = get_object_or_404(seen(request), reference=reference)
    ask(rules.may_add_evidence(request.user, incident))
    form = forms.AddEvidenceForm(posted(request), request.FILES or None, incident=incident, user=request.user)
    if evidence := form.carry_out(actions.add_evidence, incident=incident, by=request.user):
        messages.success(request, f"{evidence} is kept with {incident}.")
        return redirect(incident)
    return form_page(
        request, "form_page.html", form, back=incident, title="Add a file", caption=incident.reference
    )


def customer_of(request: StaffRequest, reference: str) -> Customer:
    return get_object_or_404(Customer.objects.visible_to(request.user), reference=reference)

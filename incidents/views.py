from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from cha_engagement.core.forms import form_page, posted
from cha_engagement.core.refusals import raise_if_refused
from cha_engagement.customers.models import Customer
from cha_engagement.lists.views import list_page
from cha_engagement.staff.requests import StaffRequest

from . import actions, forms, letters, queries, rules
from .card import logged_message
from .models import Incident


def visible_incidents(request: StaffRequest) -> QuerySet[Incident]:
    return Incident.objects.visible_to(request.user)


def incident_list(request: StaffRequest) -> HttpResponse:
    return list_page(request, "incidents", "incidents/incidents.html")


@require_safe
def incident_page(request: StaffRequest, reference: str) -> HttpResponse:
    incident = get_object_or_404(queries.prefetch_for_page(visible_incidents(request)), reference=reference)
    return render(request, "incidents/incident.html", queries.page_context(incident, request.user))


def log_incident(request: StaffRequest) -> HttpResponse:
    raise_if_refused(rules.may_log_incident(request.user))
    customer = Customer.objects.visible_with_merged(request.user).find_current(
        request.GET.get("customer", "")[:20]
    )
    if customer and "begun" in request.GET:
        request.drafts.continue_from(request.path, customer=customer.reference)
    form = forms.LogForm(posted(request), user=request.user, customer=customer)
    if incident := form.carry_out(actions.log_incident, by=request.user):
        messages.success(request, logged_message(incident))
        return redirect(incident)
    return form_page(request, "incidents/log.html", form, customer=customer, title="Log an incident")


def edit_incident(request: StaffRequest, reference: str) -> HttpResponse:
    incident = get_object_or_404(visible_incidents(request), reference=reference)
    raise_if_refused(rules.may_change_incident(request.user, incident))
    form = forms.EditForm(posted(request), record=incident, user=request.user)
    if form.carry_out(actions.change_incident, incident=incident, by=request.user):
        messages.success(request, f"{incident} is changed. What it said before is kept.")
        return redirect(incident)
    needed = rules.check_complete(incident)
    return form_page(
        request, "incidents/edit.html", form, back=incident, title="Change the incident", needed=needed
    )


def assign_incident(request: StaffRequest, reference: str) -> HttpResponse:
    incident = get_object_or_404(visible_incidents(request), reference=reference)
    raise_if_refused(rules.may_assign_incident(request.user))
    form = forms.AssignForm(posted(request), record=incident)
    if assigned := form.carry_out(actions.assign_incident, incident=incident, by=request.user):
        messages.success(request, f"{incident} is assigned to {assigned.assigned_to or 'nobody'}.")
        return redirect(incident)
    return form_page(request, "form_page.html", form, back=incident, title="Assign the incident")


def assess_incident(request: StaffRequest, reference: str) -> HttpResponse:
    incident = get_object_or_404(queries.prefetch_for_page(visible_incidents(request)), reference=reference)
    raise_if_refused(rules.may_assess_incident(request.user, incident))
    form = forms.AssessForm(posted(request), record=incident, user=request.user)
    if not form.is_bound:
        raise_if_refused(rules.may_decide_on(request.user, [incident]))
    if changed := form.carry_out(actions.assess_incident, incident=incident, by=request.user):
        said = f"{incident} is assessed, and those it concerns have been told that something came of it."
        messages.success(request, said)
        step = queries.follow_up(changed, request.user)
        return redirect(step.url if step else changed)
    shown = queries.page_context(incident, request.user)
    shown["warnings"] = queries.given_warnings(incident.customer, request.user)
    shown["ends_warning"] = queries.is_under_notice(incident)
    return form_page(
        request, "incidents/assess.html", form, back=incident, title="Decide what follows", **shown
    )


def close_incident(request: StaffRequest, reference: str) -> HttpResponse:
    incident = get_object_or_404(visible_incidents(request), reference=reference)
    raise_if_refused(rules.may_close_incident(request.user, incident))
    form = forms.CloseForm(posted(request), record=incident)
    if form.carry_out(actions.close_incident, incident=incident, by=request.user):
        messages.success(request, f"{incident} is closed.")
        return redirect(incident)
    return form_page(
        request,
        "incidents/close.html",
        form,
        back=incident,
        title="Close the incident",
        needed=rules.check_ready_to_close(incident),
    )


def reopen_incident(request: StaffRequest, reference: str) -> HttpResponse:
    incident = get_object_or_404(visible_incidents(request), reference=reference)
    raise_if_refused(rules.may_reopen_incident(request.user, incident))
    form = forms.ReopenForm(posted(request), record=incident)
    if form.carry_out(actions.reopen_incident, incident=incident, by=request.user):
        messages.success(request, f"{incident} is with a manager again.")
        return redirect(incident)
    return form_page(request, "form_page.html", form, back=incident, title="Reopen the incident")


@require_POST
def draft_letter(request: StaffRequest, reference: str) -> HttpResponse:
    """The letter about an incident: drafted, or the one that there is already."""
    incident = get_object_or_404(visible_incidents(request), reference=reference)
    return redirect(letters.write_letter(incident=incident, by=request.user))


def add_evidence(request: StaffRequest, reference: str) -> HttpResponse:
    incident = get_object_or_404(visible_incidents(request), reference=reference)
    raise_if_refused(rules.may_add_evidence(request.user, incident))
    form = forms.AddEvidenceForm(posted(request), request.FILES or None, incident=incident, user=request.user)
    if evidence := form.carry_out(actions.add_evidence, incident=incident, by=request.user):
        messages.success(request, f"{evidence} is kept with {incident}.")
        return redirect(incident)
    return form_page(
        request, "form_page.html", form, back=incident, title="Add a file", caption=incident.reference
    )


def customer_of(request: StaffRequest, reference: str) -> Customer:
    return get_object_or_404(Customer.objects.visible_to(request.user), reference=reference)

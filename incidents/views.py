from collections.abc import Iterator
from functools import partial
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from cha_engagement.core.checked_forms import CheckForm, lead_back
from cha_engagement.core.forms import form_page, posted_data, redirect_if_over
from cha_engagement.core.interfaces import desks, readable_through_others
from cha_engagement.core.permissions import Permission
from cha_engagement.core.refusals import raise_if_refused
from cha_engagement.core.statements import kept_records
from cha_engagement.customers.interfaces import Action, related_boxes
from cha_engagement.customers.models import Customer
from cha_engagement.customers.rules import may_act_on_case
from cha_engagement.evidence.models import Evidence
from cha_engagement.letters.models import Letter
from cha_engagement.lists.views import list_page
from cha_engagement.staff.actions import mark_notices_opened
from cha_engagement.staff.models import Notice, StaffMember
from cha_engagement.staff.queries import last_notices_sent, manager_at_work, task_notices
from cha_engagement.staff.requests import StaffRequest

from . import actions, forms, queries, rules
from .card import assessed_message, logged_message
from .enums import OTHER_MANAGERS_AFTER, IncidentEvent, IncidentStatus, Outcome
from .interfaces import IncidentPage, incident_boxes, incident_notes
from .models import Assessment, Incident


def visible_incidents(request: StaffRequest) -> QuerySet[Incident]:
    return Incident.objects.visible_to(request.user)


def page_context(incident: Incident, user: StaffMember) -> dict[str, Any]:
    """Return all that an incident's page shows this reader: what is known, what is needed, what they may do."""
    is_closed = incident.status == IncidentStatus.CLOSED
    may_assess = incident.can(IncidentEvent.ASSESS) and not rules.may_assess_incident(user, incident)
    refusal = rules.may_decide_on(user, [incident]) if may_assess else None
    return {
        "incident": incident,
        "needed": [] if is_closed else rules.check_complete(incident),
        "refusal": refusal,
        "shown_to_all_at": incident.waiting_since + OTHER_MANAGERS_AFTER,
        "next": next_step(incident, user),
        "links": [action for action in actions_of_other_apps(incident, user) if action.kind == "link"],
        "files": kept_records(Evidence, queries.files_of, incident.pk, user),
        "assessments": incident.assessments.all(),
        "letters": kept_records(Letter, queries.letters_about, incident.pk, user),
        "reads_reasons": can_read_reasons(incident, user),
        "may": permitted_actions(incident, user) | {"assess": may_assess and not refusal},
        "boxes": incident_boxes(incident, user),
        "related": related_boxes(incident, user),
    }


def mark_opened(incident: Incident, user: StaffMember) -> list[Notice]:
    """Note that somebody has opened an incident that waits for a manager, and return who was told of it."""
    if not incident.can(IncidentEvent.ASSESS):
        return []
    notices = task_notices(incident.get_absolute_url())
    mark_notices_opened(notices, by=user)
    return last_notices_sent(notices)


def permitted_actions(incident: Incident, user: StaffMember) -> dict[str, bool]:
    return {
        "change": not rules.may_change_incident(user, incident),
        "assign": not (rules.may_assign_incident(user) or may_act_on_case(user, incident)),
        "confirm": not rules.may_confirm_danger(user, incident),
        "contest": not rules.may_contest_part(user, incident),
        "settle": bool(incident.contested_by.all()) and not rules.may_settle_parts(user, incident),
        "add_evidence": not rules.may_add_evidence(user, incident),
        "close": incident.can(IncidentEvent.CLOSE)
        and not rules.check_ready_to_close(incident)
        and not rules.may_close_incident(user, incident),
        "reopen": incident.can(IncidentEvent.REOPEN) and not rules.may_reopen_incident(user, incident),
        "write": not rules.may_write_letter(user, incident) and queries.is_letter_unwritten(incident),
        "history": user.has_perm(Permission.READ_HISTORY) and not may_act_on_case(user, incident),
    }


def can_read_reasons(incident: Incident, user: StaffMember) -> bool:
    """Return whether a user reads why a manager decided as they did."""
    if incident.customer_id in user.closed_customers:
        return False
    through_others = readable_through_others(Assessment, user)
    return user.has_perm(Permission.READ_INCIDENTS) or incident.assessments.filter(through_others).exists()


def next_step(incident: Incident, user: StaffMember) -> Action | None:
    """Return the step that the assessment of an incident asks for, while nobody has taken it. Policy §16, 20."""
    latest = next(iter(incident.assessments.all()), None)
    if not latest or not incident.customer or incident.can(IncidentEvent.ASSESS):
        return None
    if latest.outcome == Outcome.ACTIVE_MANAGEMENT:
        undecided = queries.incidents_awaiting_decision().filter(pk=incident.pk)
        if not rules.may_assess_incident(user, incident) and undecided.exists():
            url = reverse("decide", args=[incident.customer.reference])
            return Action("Decide on active management", f"{url}?incident={incident}")
    return next((action for action in actions_of_other_apps(incident, user) if action.kind == ""), None)


def actions_of_other_apps(incident: Incident, user: StaffMember) -> Iterator[Action]:
    return (action for desk in desks(IncidentPage) if (action := desk.incident_action(incident, user)))


def incident_list(request: StaffRequest) -> HttpResponse:
    return list_page(request, "incidents", "incidents/incidents.html")


@require_safe
def incident_page(request: StaffRequest, reference: str) -> HttpResponse:
    incident = queries.incident_for_page(reference, request.user)
    told = mark_opened(incident, request.user)
    context = page_context(incident, request.user) | {"told": told}
    return render(request, "incidents/incident.html", context)


def log_incident(request: StaffRequest) -> HttpResponse:
    raise_if_refused(rules.may_log_incident(request.user))
    customer = Customer.objects.known_to(request.user).find_current(request.GET.get("customer", "")[:20])
    if customer and "begun" in request.GET:
        request.typed_drafts.continue_from(request.path, customer=customer.reference)
    form = forms.LogForm(posted_data(request), user=request.user, customer=customer)
    if incident := form.carry_out(actions.log_incident, by=request.user):
        messages.success(request, logged_message(incident))
        return redirect("incident_more", incident.reference)
    return form_page(request, "incidents/log.html", form, customer=customer, title="Log an incident")


def add_to_report(request: StaffRequest, reference: str) -> HttpResponse:
    """Ask whoever has just logged an incident how they are, and for what is still needed and can wait."""
    incident = queries.incident_for_page(reference, request.user)
    raise_if_refused(rules.may_change_incident(request.user, incident))
    form = forms.MoreForm(posted_data(request), record=incident, user=request.user)
    if form.carry_out(actions.change_incident, incident=incident, by=request.user):
        messages.success(request, f"Thank you. What you added to {incident.full_title} is kept.")
        return redirect(incident)
    context = {"back": incident, "title": "Are you all right?", "incident": incident}
    context["notes"] = incident_notes([incident])[incident.pk]
    context["same_day"] = queries.incidents_of_same_day(incident, request.user)
    return form_page(request, "incidents/more.html", form, manager=manager_at_work(request.user), **context)


def edit_incident(request: StaffRequest, reference: str) -> HttpResponse:
    incident = queries.incident_for_page(reference, request.user)
    raise_if_refused(rules.may_change_incident(request.user, incident))
    form = forms.EditForm(posted_data(request), record=incident, user=request.user)
    if changed := form.carry_out(actions.change_incident, incident=incident, by=request.user):
        is_back = changed.status != incident.status
        again = " A manager decides again what follows." if is_back else ""
        messages.success(request, f"{incident.full_title} is changed. What it said before is kept.{again}")
        return redirect(incident)
    needed = rules.check_complete(incident)
    return form_page(
        request,
        "incidents/edit.html",
        form,
        back=incident,
        title="Change the incident",
        caption=incident.person_name,
        needed=needed,
    )


def confirm_danger(request: StaffRequest, reference: str) -> HttpResponse:
    """Have a second manager confirm what an incident was, beside what was reported."""
    incident = queries.incident_for_page(reference, request.user)
    raise_if_refused(rules.may_assess_incident(request.user, incident))
    if over := redirect_if_over(request, incident, can=bool(incident.danger_said_by_id)):
        return over
    raise_if_refused(rules.may_confirm_danger(request.user, incident))
    form = forms.ConfirmDangerForm(posted_data(request), record=incident)
    if form.carry_out(actions.confirm_danger, incident=incident, by=request.user):
        messages.success(request, f"What {incident.full_title} was is confirmed.")
        return redirect(incident)
    return form_page(
        request,
        "incidents/danger.html",
        form,
        back=incident,
        title="Confirm what it was",
        caption=incident.person_name,
        incident=incident,
        assessments=incident.assessments.all(),
    )


def contest_part(request: StaffRequest, reference: str) -> HttpResponse:
    incident = queries.incident_for_page(reference, request.user)
    raise_if_refused(rules.may_contest_part(request.user, incident))
    form = forms.ContestPartForm(posted_data(request), record=incident)
    if form.carry_out(actions.contest_part, incident=incident, by=request.user):
        messages.success(request, "Another manager is asked to confirm that you had no part in it.")
        return redirect(incident)
    return form_page(
        request,
        "form_page.html",
        form,
        back=incident,
        title="You had no part in it",
        caption=incident.person_name,
    )


def settle_part(request: StaffRequest, reference: str) -> HttpResponse:
    """Have a manager say whether somebody who contests it was named in error, beside what was recorded."""
    incident = queries.incident_for_page(reference, request.user)
    raise_if_refused(rules.may_settle_parts(request.user, incident))
    if over := redirect_if_over(request, incident, can=bool(incident.contested_by.all())):
        return over
    form = forms.SettlePartForm(posted_data(request), record=incident)
    if form.carry_out(actions.settle_part, incident=incident, by=request.user):
        messages.success(request, "Saved, and they are told.")
        return redirect(incident)
    said = incident.history.filter(history_change_reason__startswith=rules.NO_PART).order_by("-sequence")
    context = {"incident": incident, "said": said.select_related("history_user")}
    return form_page(
        request,
        "incidents/parts.html",
        form,
        back=incident,
        title="Was somebody named in error?",
        caption=incident.person_name,
        **context,
    )


def assign_incident(request: StaffRequest, reference: str) -> HttpResponse:
    incident = get_object_or_404(visible_incidents(request), reference=reference)
    raise_if_refused(rules.may_assign_incident(request.user))
    raise_if_refused(may_act_on_case(request.user, incident))
    form = forms.AssignForm(posted_data(request), record=incident)
    if assigned := form.carry_out(actions.assign_incident, incident=incident, by=request.user):
        handler = assigned.assigned_to
        says = f"{handler} deals with it from now on" if handler else "nobody deals with it now"
        messages.success(request, f"{incident.full_title}: {says}.")
        return redirect(incident)
    return form_page(
        request,
        "incidents/assign.html",
        form,
        back=incident,
        title="Assign the incident",
        caption=incident.person_name,
        incident=incident,
    )


def assess_incident(request: StaffRequest, reference: str) -> HttpResponse:
    incident = queries.incident_for_page(reference, request.user)
    raise_if_refused(rules.may_assess_incident(request.user, incident))
    if over := redirect_if_over(request, incident, can=incident.can(IncidentEvent.ASSESS)):
        return over
    form = forms.AssessForm(posted_data(request), record=incident, user=request.user)
    if not form.is_bound:
        raise_if_refused(rules.may_decide_on(request.user, [incident]))
    if form.try_out(actions.assess_incident, incident=incident, by=request.user):
        request.typed_drafts.keep_for_next_step(reverse("incident_assess", args=[reference]))
        return redirect("assessment_check", reference)
    mark_opened(incident, request.user)
    context = page_context(incident, request.user)
    context["warnings"] = queries.given_warnings(incident.customer, request.user)
    context["notes"] = incident_notes([incident])[incident.pk]
    context["ends_warning"] = queries.has_caution(incident)
    context["others"] = queries.other_incidents(incident, request.user)
    context["same_day"] = queries.incidents_of_same_day(incident, request.user)
    context["confirms_day"] = rules.can_confirm_day(request.user, incident)
    context["is_for_police"] = rules.is_for_police(incident)
    return form_page(
        request,
        "incidents/assess.html",
        form,
        back=incident,
        title="Decide what follows",
        caption=incident.person_name,
        **context,
    )


def check_assessment(request: StaffRequest, reference: str) -> HttpResponse:
    """Show which incident it is, what follows, what saving it does and whom it tells, before it is saved."""
    incident = queries.incident_for_page(reference, request.user)
    raise_if_refused(rules.may_assess_incident(request.user, incident))
    first_page, is_over = reverse("incident_assess", args=[reference]), not incident.can(IncidentEvent.ASSESS)
    typed = request.typed_drafts.read_step(first_page)
    assessed = forms.AssessForm(typed, record=incident, user=request.user)
    if not assessed.is_valid():
        return redirect(incident) if is_over else lead_back(request, first_page)
    if is_over and request.method != "POST":
        return redirect(first_page)  # which says how it stands, beside what was typed
    form = CheckForm(posted_data(request), typed=[assessed], submit="Save what follows", back_url=first_page)
    assess = partial(actions.assess_incident, **assessed.cleaned_data)
    if saved := form.carry_out(assess, incident=incident, by=request.user):
        request.typed_drafts.discard_steps(first_page)
        messages.success(request, assessed_message(saved))
        step = next_step(saved, request.user)
        return redirect(step.url if step else saved)
    return form_page(
        request,
        "check_page.html",
        form,
        typed=assessed,
        back=incident,
        title="Check what follows",
        caption=incident.person_name,
    )


def close_incident(request: StaffRequest, reference: str) -> HttpResponse:
    incident = get_object_or_404(visible_incidents(request), reference=reference)
    raise_if_refused(rules.may_close_incident(request.user, incident))
    if over := redirect_if_over(request, incident, can=incident.status != IncidentStatus.CLOSED):
        return over
    form = forms.CloseForm(posted_data(request), record=incident)
    if form.carry_out(actions.close_incident, incident=incident, by=request.user):
        messages.success(request, f"{incident.full_title} is closed.")
        return redirect(incident)
    return form_page(
        request,
        "incidents/close.html",
        form,
        back=incident,
        title="Close the incident",
        caption=incident.person_name,
        needed=rules.check_ready_to_close(incident),
    )


def reopen_incident(request: StaffRequest, reference: str) -> HttpResponse:
    incident = get_object_or_404(visible_incidents(request), reference=reference)
    raise_if_refused(rules.may_reopen_incident(request.user, incident))
    if over := redirect_if_over(request, incident, can=incident.can(IncidentEvent.REOPEN)):
        return over
    form = forms.ReopenForm(posted_data(request), record=incident)
    if form.carry_out(actions.reopen_incident, incident=incident, by=request.user):
        messages.success(request, f"{incident.full_title} is with a manager again.")
        return redirect(incident)
    return form_page(
        request,
        "form_page.html",
        form,
        back=incident,
        title="Reopen the incident",
        caption=incident.person_name,
    )


@require_POST
def write_letter(request: StaffRequest, reference: str) -> HttpResponse:
    incident = get_object_or_404(visible_incidents(request), reference=reference)
    return redirect(actions.write_letter(incident=incident, by=request.user))


def add_evidence(request: StaffRequest, reference: str) -> HttpResponse:
    incident = get_object_or_404(visible_incidents(request), reference=reference)
    raise_if_refused(rules.may_add_evidence(request.user, incident))
    form = forms.AddEvidenceForm(
        posted_data(request), request.FILES or None, incident=incident, user=request.user
    )
    if evidence := form.carry_out(actions.add_evidence, incident=incident, by=request.user):
        messages.success(request, f"{evidence.full_title} is kept with {incident.full_title}.")
        return redirect(incident)
    return form_page(
        request, "form_page.html", form, back=incident, title="Add a file", caption=incident.person_name
    )

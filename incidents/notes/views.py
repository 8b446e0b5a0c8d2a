from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from cha_engagement.core.forms import form_page, posted_data
from cha_engagement.core.paging import paginate
from cha_engagement.core.permissions import Permission
from cha_engagement.core.refusals import raise_if_refused
from cha_engagement.customers.models import Customer
from cha_engagement.customers.rules import find_limits, may_act_on_case
from cha_engagement.staff.requests import StaffRequest
from incidents.models import Incident

from . import actions, forms, queries, rules
from .models import Note


def visible_note(request: StaffRequest, reference: str) -> Note:
    visible = Note.objects.visible_to(request.user).select_related("customer", "incident__customer", "by")
    return get_object_or_404(visible, reference=reference)


@require_safe
def notes_page(request: StaffRequest, *, written: bool) -> HttpResponse:
    """Show the notes that name a reader, or those that they wrote, the newest first."""
    raise_if_refused(rules.may_write_note(request.user))
    visible = Note.objects.visible_to(request.user)
    notes = queries.notes_written_by(request.user) if written else queries.notes_naming(request.user)

    def keep_visible(rows: list[Note]) -> list[Note]:
        # What somebody may read is asked of a page of notes, not of all.
        readable = {*visible.filter(pk__in=[note.pk for note in rows]).values_list("pk", flat=True)}
        return [note for note in rows if note.pk in readable]

    tabs = [
        {"title": title, "url": reverse(name), "current": written == (name == "notes_written")}
        for title, name in (("That name me", "notes"), ("Written by me", "notes_written"))
    ]
    notes = notes.select_related("customer", "incident__customer", "by")
    page = paginate(request, notes, ("-pk",), keep_visible=keep_visible)
    context = {"page": page, "tabs": tabs, "written": written}
    return render(request, "incidents/notes/notes.html", context)


def write_customer_note(request: StaffRequest, reference: str) -> HttpResponse:
    customer = get_object_or_404(Customer.objects.visible_to(request.user), reference=reference)
    return write_note(request, customer, title="Write a note", caption=customer.name)


def write_incident_note(request: StaffRequest, reference: str) -> HttpResponse:
    incident = get_object_or_404(Incident.objects.visible_to(request.user), reference=reference)
    return write_note(request, incident, title="Write a note on the incident", caption=incident.person_name)


def write_note(
    request: StaffRequest, record: Customer | Incident, *, title: str, caption: str
) -> HttpResponse:
    raise_if_refused(rules.may_write_note(request.user))
    form = forms.WriteNoteForm(posted_data(request), user=request.user, cancel_url=record.get_absolute_url())
    link: dict[str, Any] = {"incident" if isinstance(record, Incident) else "customer": record}
    if note := form.carry_out(actions.write_note, by=request.user, **link):
        messages.success(request, "The note is saved.")
        warn_of_limits(request, note)
        return redirect(note)
    return form_page(request, "form_page.html", form, back=record, title=title, caption=caption)


def warn_of_limits(request: StaffRequest, note: Note) -> None:
    """Say that a note restricts nothing, where its words seem to: whoever reads it may do as it says. Beyond the policy: B36."""
    for limit in find_limits(note.text):
        messages.warning(request, f"{limit.refusal.sentence} A note restricts nothing.")


@require_safe
def note_page(request: StaffRequest, reference: str) -> HttpResponse:
    note = visible_note(request, reference)
    user = request.user
    context = {
        "note": note,
        "reads_record": type(note.record).objects.visible_to(user).filter(pk=note.record.pk).exists(),
        "may": {
            "correct": not rules.may_correct_note(user, note),
            "notify": not rules.may_notify_colleagues(user, note),
            "history": user.has_perm(Permission.READ_HISTORY) and not may_act_on_case(user, note),
        },
    }
    return render(request, "incidents/notes/note.html", context)


def correct_note(request: StaffRequest, reference: str) -> HttpResponse:
    note = visible_note(request, reference)
    raise_if_refused(rules.may_correct_note(request.user, note))
    form = forms.CorrectNoteForm(posted_data(request), record=note)
    if corrected := form.carry_out(actions.correct_note, note=note, by=request.user):
        messages.success(request, "The note is corrected. What it said before is kept.")
        warn_of_limits(request, corrected)
        return redirect(note)
    return form_page(request, "form_page.html", form, back=note, title="Correct the note")


def notify_colleagues(request: StaffRequest, reference: str) -> HttpResponse:
    note = visible_note(request, reference)
    raise_if_refused(rules.may_notify_colleagues(request.user, note))
    form = forms.NotifyForm(posted_data(request), record=note, user=request.user)
    if form.carry_out(actions.notify_colleagues, note=note, by=request.user):
        messages.success(request, "They have a message in My work that asks them to read it.")
        return redirect(note)
    return form_page(request, "form_page.html", form, back=note, title="Tell a colleague of the note")

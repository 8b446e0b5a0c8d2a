"""The only place where a note changes."""

from collections.abc import Sequence
from uuid import UUID

from cha_engagement.core.records import atomic_action, idempotent, lock_record, writing
from cha_engagement.core.refusals import raise_if_incomplete, raise_if_refused
from cha_engagement.customers.models import Customer
from cha_engagement.staff.actions import record_wider_access
from cha_engagement.staff.models import AccessGrounds, StaffMember
from incidents.models import Incident

from . import notifications, rules
from .enums import NoteEvent
from .models import Note


@idempotent(Note)
def write_note(
    *,
    by: StaffMember,
    submission: UUID,
    text: str,
    notified: Sequence[StaffMember],
    customer: Customer | None = None,
    incident: Incident | None = None,
) -> Note:
    """Write a note on a customer or on an incident, and tell colleagues of it. Policy §62, 65; beyond the policy: B32."""
    raise_if_refused(rules.may_write_note(by))
    raise_if_incomplete(*rules.check_note_words(text))
    note = writing.create_record(
        Note,
        by=by,
        values={"by": by},
        reason=f"About {incident}" if incident else "",
        event=NoteEvent.WRITE,
        submission=submission,
        customer=customer,
        incident=incident,
        text=text,
    )
    return record_notified(note, notified, by) if notified else note


@atomic_action()
def correct_note(*, note: Note, by: StaffMember, version: int, text: str) -> Note:
    """Put a note right on its day: what it said before stays in its history."""
    current = lock_record(note, version)
    raise_if_refused(rules.may_correct_note(by, current))
    raise_if_incomplete(*rules.check_note_words(text))
    return writing.save_record(current, by=by, reason="Corrected", event=NoteEvent.CORRECT, text=text)


@atomic_action()
def notify_colleagues(*, note: Note, by: StaffMember, version: int, notified: Sequence[StaffMember]) -> Note:
    """Tell colleagues of a note that is there. To those who do not read it a manager opens it up. Policy §65; beyond the policy: B32."""
    current = lock_record(note, version)
    raise_if_refused(rules.may_notify_colleagues(by, current))
    return record_notified(current, notified, by)


def record_notified(note: Note, notified: Sequence[StaffMember], by: StaffMember) -> Note:
    strangers = [
        person for person in notified if not Note.objects.visible_to(person).filter(pk=note.pk).exists()
    ]
    raise_if_incomplete(*rules.check_notified(by, note, strangers))
    note = writing.save_record(
        note,
        by=by,
        reason=f"{', '.join(map(str, notified))} told",
        event=NoteEvent.TELL,
        links={
            "notified": {*note.notified.all(), *notified},
            "opened_to": {*note.opened_to.all(), *strangers},
        },
    )
    record_wider_access(readers=strangers, by=by, record=note, grounds=AccessGrounds.NOTE_OPENED)
    notifications.notify_of_note(note, notified, by)
    return note

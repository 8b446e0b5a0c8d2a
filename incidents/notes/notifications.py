from collections.abc import Collection

from cha_engagement.core.templatetags.ui import uk_date
from cha_engagement.customers.models import Customer
from cha_engagement.staff.actions import notify_staff
from cha_engagement.staff.models import StaffMember

from .models import Note


def notify_of_note(note: Note, people: Collection[StaffMember], by: StaffMember) -> None:
    """Tell colleagues that a note names them, unless they did so themselves."""
    notify_staff(
        [person for person in people if person != by],
        text=f"{by} wants you to read a note on {note.record}.",
        shown_text=f"{by} wants you to read a note on {name_record(note)}.",
        path=note.get_absolute_url(),
        reference=note.reference,
    )


def name_record(note: Note) -> str:
    """Return what a note is about by its name, for whoever is signed in: an email names nobody."""
    if isinstance(note.record, Customer):
        return f"{note.record.name} ({note.record})"
    return (
        f"the incident of {uk_date(note.record.occurred_at)} with {note.record.person_name} ({note.record})"
    )

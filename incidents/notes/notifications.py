from collections.abc import Collection

from cha_engagement.staff.actions import notify_staff
from cha_engagement.staff.models import StaffMember

from .models import Note


def notify_of_note(note: Note, people: Collection[StaffMember], by: StaffMember) -> None:
    """Tell colleagues that a note names them, unless they did so themselves."""
    notify_staff(
        [person for person in people if person != by],
        text=f"{by} wants you to read a note on {note.record}.",
        path=note.get_absolute_url(),
        reference=note.reference,
    )

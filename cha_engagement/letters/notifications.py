"""What staff are told about letters: no name of a customer, no detail of a case."""

from cha_engagement.staff.models import StaffMember
from cha_engagement.staff.workflow import notify

from . import second_reader
from .models import Letter


def reader_wanted(letter: Letter) -> None:
    """Whoever may read it as a second person. Beyond the policy: B36."""
    notify(
        [letter.reader] if letter.reader else second_reader.others(letter),
        text=f"{letter} waits for somebody else to read it.",
        path=reading_path(letter),
        reference=letter.reference,
        is_task=True,
    )


def reading_finished(letter: Letter, *, by: StaffMember) -> None:
    """Whoever began it, and whoever issued it."""
    said = "sent back" if letter.sent_back_reason else "read"
    notify(
        {letter.drafted_by, letter.issued_by or letter.drafted_by} - {by},
        text=f"{letter} was {said} by {by}.",
        path=letter.get_absolute_url(),
        reference=letter.reference,
    )


def reading_path(letter: Letter) -> str:
    return f"{letter.get_absolute_url()}read/"

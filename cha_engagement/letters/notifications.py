"""What staff are told about letters: no name of a customer, no detail of a case."""

from django.urls import reverse

from cha_engagement.staff.actions import notify_staff
from cha_engagement.staff.models import StaffMember

from .enums import SignedAs
from .models import Letter
from .queries import second_reader


def reader_wanted(letter: Letter) -> None:
    """Whoever may read it as a second person. Beyond the policy: B36."""
    notify_staff(
        [letter.reader] if letter.reader else second_reader.other_managers(letter),
        text=f"{letter} waits for somebody else to read it.",
        path=reading_path(letter),
        reference=letter.reference,
        is_task=True,
    )


def reading_finished(letter: Letter, *, by: StaffMember) -> None:
    """Whoever began it, and whoever issued it."""
    said = "sent back" if letter.sent_back_reason else "read"
    notify_staff(
        {letter.drafted_by, letter.issued_by or letter.drafted_by} - {by},
        text=f"{letter} was {said} by {by}.",
        path=letter.get_absolute_url(),
        reference=letter.reference,
    )


def issued_in_name(letter: Letter, *, by: StaffMember) -> None:
    """Whoever signs a letter that somebody else issued; it leads there where they may read it. Policy §61."""
    if letter.signed_as == SignedAs.PERSON and letter.signatory != by:
        may_read = Letter.objects.visible_to(letter.signatory).filter(pk=letter.pk).exists()
        notify_staff(
            [letter.signatory],
            text=f"{by} issued {letter} in your name. If you did not agree to that, tell a manager today.",
            path=letter.get_absolute_url() if may_read else reverse("home"),
            reference=letter.reference,
        )


def reading_path(letter: Letter) -> str:
    return f"{letter.get_absolute_url()}read/"

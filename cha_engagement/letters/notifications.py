"""Notices to staff about letters: what an email says holds no name of a customer, no detail of a case."""

from collections.abc import Iterable

from django.db.models import Model
from django.urls import reverse

from cha_engagement.core.permissions import Permission
from cha_engagement.staff.actions import notify_staff
from cha_engagement.staff.models import StaffMember
from cha_engagement.staff.queries import staff_with_permission

from .enums import SignedAs
from .models import Letter
from .queries.second_reader import possible_readers


def notify_readers(letter: Letter) -> None:
    """Notify the second reader, or all who may be it, that a letter waits for them. Beyond the policy: B36."""
    notify_staff(
        [letter.reader] if letter.reader else possible_readers(letter),
        text=f"{letter} waits for somebody else to read it.",
        path=reading_path(letter),
        reference=letter.reference,
        is_task=True,
    )


def notify_writers(letter: Letter, *, by: StaffMember) -> None:
    """Notify whoever began a letter, and whoever issued it, that its second reader has read it or sent it back."""
    if letter.issued_by:
        outcome = "reversed it" if letter.sent_back_reason else "confirmed it: it stays as it was issued"
    else:
        outcome = (
            "sent it back to be changed"
            if letter.sent_back_reason
            else "found nothing to change: it is ready to issue"
        )
    notify_staff(
        {letter.drafted_by, letter.issued_by or letter.drafted_by} - {by},
        text=f"{by} has read {letter} and {outcome}.",
        shown_text=f"{by} has read the letter to {letter.customer.name}, {letter.full_title}, and {outcome}.",
        path=letter.get_absolute_url(),
        reference=letter.reference,
    )


def notify_signatory(letter: Letter, *, by: StaffMember) -> None:
    """Notify the signatory of a letter that somebody else issued; the notice leads there where they may read it. Policy §61."""
    if letter.signed_as == SignedAs.PERSON and letter.signatory != by:
        may_read = Letter.objects.visible_to(letter.signatory).filter(pk=letter.pk).exists()
        notify_staff(
            [letter.signatory],
            text=f"{by} issued {letter} in your name. If you did not agree to that, tell a manager today.",
            path=letter.get_absolute_url() if may_read else reverse("home"),
            reference=letter.reference,
        )


def notify_of_words(record: Model, changed: Iterable[str], *, in_letters: bool, by: StaffMember) -> None:
    """Notify the Management Team that an Administrator has changed what letters say to everybody, or how the association works. B3."""
    subject = "what letters say" if in_letters else "how the association works"
    notify_staff(
        set(staff_with_permission(Permission.RECEIVE_ESCALATIONS)) - {by},
        text=f"{by} changed {subject}: {record} ({', '.join(changed).lower()}).",
        path=reverse("letter_words"),
    )


def reading_path(letter: Letter) -> str:
    return f"{letter.get_absolute_url()}read/"

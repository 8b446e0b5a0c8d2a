"""What is open for a member of staff about letters."""

from collections.abc import Iterator

from cha_engagement.core.permissions import Permission
from cha_engagement.staff.interfaces import OpenRecord
from cha_engagement.staff.models import StaffMember
from cha_engagement.staff.queries import falls_to_in_words, present_staff, staff_with_permission

from ..enums import LetterStatus
from ..models import Letter


def open_work(person: StaffMember, reader: StaffMember) -> Iterator[OpenRecord]:
    """Return the letters that somebody has begun, signs, or issued and has not sent. Policy §61."""
    others = present_staff(staff_with_permission(Permission.ISSUE_LETTERS)).exclude(pk=person.pk)
    falls_to = falls_to_in_words(others[:2], "whoever issues letters")
    drafts = Letter.objects.filter(status=LetterStatus.DRAFT)
    unsent = Letter.objects.filter(status=LetterStatus.ISSUED, sent_on=None)
    for what, those in (
        ("Letters begun and not issued", drafts.filter(drafted_by=person)),
        ("Letters to sign", drafts.filter(signatory=person).exclude(drafted_by=person)),
        ("Letters issued and not sent", unsent.filter(issued_by=person)),
    ):
        readable = set(
            Letter.objects.visible_to(reader).filter(pk__in=those.order_by()).values_list("pk", flat=True)
        )
        for letter in those.select_related("customer"):
            shown = (f"{letter.title}: {letter.customer.name}", letter.get_absolute_url())
            yield OpenRecord(
                what, falls_to, (Permission.ISSUE_LETTERS,), *(shown if letter.pk in readable else ())
            )

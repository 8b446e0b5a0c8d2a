"""Telling staff: a notice and the email of it are rows of the verb's transaction."""

from collections.abc import Iterable

from django.utils import timezone
from django.utils.text import Truncator

from cha_engagement.core.records import SHORT

from .mail import queue_notices
from .models import Notice, StaffMember


def notify(
    recipients: Iterable[StaffMember | None],
    *,
    text: str,
    path: str,
    reference: str = "",
    is_task: bool = False,
    once: str = "",
    again: bool = True,
) -> int:
    """Tell each active recipient once, and return how many were told. `text` holds no name of a customer, no category and no case detail.

    `path` is where on this site it leads. What `is_task` stands on their work list anyhow: it is mailed, and not shown twice. What
    is told under the name `once` is told nobody again, though the job that tells it runs twice; nor is, but `again`, whoever has yet to read the same. Long names may shorten the end of a `text`.
    """
    people = {person for person in recipients if person and person.is_active}
    said = {
        "text": Truncator(text).chars(SHORT),
        "path": path,
        "reference": reference,
        "read_at": timezone.now() if is_task else None,
    }
    if not again:
        unread = Notice.objects.filter(text=said["text"], path=path, read_at=None, recipient__in=people)
        people -= {notice.recipient for notice in unread.select_related("recipient")}
    if once:
        made = [Notice.objects.get_or_create(recipient=person, once=once, defaults=said) for person in people]
        notices = [notice for notice, is_new in made if is_new]
    else:
        notices = Notice.objects.bulk_create(Notice(recipient=person, **said) for person in people)
    queue_notices(notice for notice in notices if notice.recipient.email)
    return len(notices)


def mark_read(notice: Notice, *, by: StaffMember) -> None:
    """The recipient has seen it: it leaves their work list."""
    if notice.recipient_id == by.pk and notice.read_at is None:
        notice.read_at = timezone.now()
        notice.save(update_fields=["read_at"])

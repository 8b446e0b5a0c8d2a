"""Telling staff: a notice and the email of it are rows of the verb's transaction."""

from collections.abc import Iterable

from django.utils import timezone

from .mail import queue_notices
from .models import Notice, StaffMember


def notify(
    recipients: Iterable[StaffMember | None],
    *,
    text: str,
    path: str,
    reference: str = "",
    is_task: bool = False,
) -> None:
    """Tell each active recipient once. `text` holds no name of a customer, no category and no case detail.

    `path` is where on this site it leads. What `is_task` stands on their work list anyhow: it is mailed, and not shown twice.
    """
    people = {person for person in recipients if person and person.is_active}
    read_at = timezone.now() if is_task else None
    notices = Notice.objects.bulk_create(
        Notice(recipient=person, text=text, path=path, reference=reference, read_at=read_at)
        for person in people
    )
    queue_notices(notice for notice in notices if notice.recipient.email)


def mark_read(notice: Notice, *, by: StaffMember) -> None:
    """The recipient has seen it: it leaves their work list."""
    if notice.recipient_id == by.pk and notice.read_at is None:
        notice.read_at = timezone.now()
        notice.save(update_fields=["read_at"])

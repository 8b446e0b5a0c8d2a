"""Telling staff: a notice is a row of the verb's transaction, and an email once that is committed."""

from collections.abc import Iterable
from functools import partial
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.utils import timezone

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
    for person in people:
        notice = Notice.objects.create(
            recipient=person,
            text=text,
            path=path,
            reference=reference,
            read_at=timezone.now() if is_task else None,
        )
        transaction.on_commit(partial(send, notice.pk), robust=True)


def send(pk: int) -> None:
    """Send one notice by email. What cannot be sent now stays waiting for `send_waiting`.

    No transaction is held while a mail server is spoken to: killed in between, it is sent again rather than lost.
    """
    notice = Notice.objects.select_related("recipient").filter(pk=pk, sent_at=None).first()
    if notice is None:
        return
    body = f"{notice.text}\n\nSign in to see it: {settings.SITE_URL}{notice.path}\n"
    try:
        if notice.recipient.email:
            send_mail("A message from the engagement system", body, None, [notice.recipient.email])
    except (SMTPException, OSError):
        return
    Notice.objects.filter(pk=pk).update(sent_at=timezone.now())


def send_waiting() -> int:
    """Try again what is unsent; how many were tried."""
    waiting = list(Notice.objects.filter(sent_at=None).order_by("created_at").values_list("pk", flat=True))
    for pk in waiting:
        send(pk)
    return len(waiting)


def mark_read(notice: Notice, *, by: StaffMember) -> None:
    """The recipient has seen it: it leaves their work list."""
    if notice.recipient_id == by.pk and notice.read_at is None:
        notice.read_at = timezone.now()
        notice.save(update_fields=["read_at"])

"""Emails leave by a process of their own, never inside a request: `manage.py send_emails` takes them from the table `Email`."""

from collections.abc import Iterable
from datetime import timedelta
from smtplib import SMTPAuthenticationError, SMTPConnectError, SMTPException, SMTPServerDisconnected

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from cha_engagement.core.logs import log

from .models import Email, Notice, StaffMember

AT_ONCE = 100  # emails taken in one go
# Longer than a mail server can keep one email waiting, or two senders would both send it.
CLAIM = timedelta(minutes=15)
GAPS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180, 360, 720, 1440))
"""How long an email waits after each failure. After one more failure it is given up."""

ADDRESS_CHANGED = """\
An Administrator has changed the email address of your account: the engagement system writes to another one from now on.

If you did not ask for this, speak to your line manager today.
"""


def queue_notices(notices: Iterable[Notice]) -> None:
    Email.objects.bulk_create(Email(kind=Email.Kind.NOTICE, notice=notice) for notice in notices)


def queue_password_link(address: str) -> None:
    """Send whoever has an account with this address a link, now. Whether anybody has is not asked here, or the time would tell.

    One that waits for the mail server is taken up at once: whoever asks is there to read it.
    """
    waiting = Email.objects.filter(kind=Email.Kind.PASSWORD, address=address, due_at__isnull=False)
    if not waiting.update(attempts=0, due_at=timezone.now()):
        Email.objects.create(kind=Email.Kind.PASSWORD, address=address)


def queue_address_changed(old_address: str) -> None:
    """Tell whoever reads the old address: a link to choose a password goes to the new one."""
    Email.objects.create(kind=Email.Kind.ADDRESS, address=old_address)


def try_again(emails: Iterable[Email]) -> None:
    """Take up what was given up, as if it had just been asked for."""
    for email in emails:
        email.attempts, email.due_at = 0, timezone.now()
        email.save(update_fields=["attempts", "due_at"])


def send_due_emails() -> int:
    """Send what is due, the longest due first, and return how many were tried.

    While the mail server cannot be reached one is tried each time, and none of the others has failed.
    """
    due = Email.objects.filter(due_at__lte=timezone.now()).order_by("due_at", "pk")
    tried = 0
    for email in due.select_related("notice__recipient")[:AT_ONCE]:
        if claim(email):
            tried += 1
            if not send(email):
                break
    return tried


def claim(email: Email) -> bool:
    """Take an email that nobody has taken since it was read. Whoever then dies leaves it to be sent again."""
    unclaimed = Email.objects.filter(pk=email.pk, due_at=email.due_at)
    email.attempts += 1
    return unclaimed.update(due_at=timezone.now() + CLAIM, attempts=email.attempts) == 1


def send(email: Email) -> bool:
    """Send one email and forget it, or put it off. Returns whether the mail server could be spoken to.

    No transaction is held meanwhile: killed between sending and forgetting, it is sent again rather than lost.
    """
    try:
        messages = write(email)
        get_connection().send_messages(messages)
    except Exception as error:
        put_off(email, error)
        return not is_unreachable(error)
    with transaction.atomic():
        if messages and email.notice:
            email.notice.sent_at = timezone.now()
            email.notice.save(update_fields=["sent_at"])
        log.info("email_sent" if messages else "email_dropped", email=email.pk, kind=email.kind)
        email.delete()
    return True


def is_unreachable(error: Exception) -> bool:
    """Whether no other email could be sent now either."""
    if isinstance(error, SMTPException):
        return isinstance(error, SMTPConnectError | SMTPAuthenticationError | SMTPServerDisconnected)
    return isinstance(error, OSError)


def put_off(email: Email, error: Exception) -> None:
    """Try an email again later, or give it up: an Administrator sees it, and can take it up again."""
    is_last = email.attempts > len(GAPS)
    email.due_at = None if is_last else timezone.now() + GAPS[email.attempts - 1]
    email.save(update_fields=["due_at"])
    write = log.error if is_last else log.warning
    write(
        "email_given_up" if is_last else "email_failed",
        email=email.pk,
        kind=email.kind,
        attempts=email.attempts,
        exc_info=error,
    )


# --- What they say --------------------------------------------------------------------------------------------------------


def write(email: Email) -> list[EmailMessage]:
    """Return what is to be sent now, to open accounts alone."""
    if email.kind == Email.Kind.NOTICE:
        assert email.notice is not None  # noqa: S101 -- as the database has it
        return notice_messages(email.notice)
    if email.kind == Email.Kind.PASSWORD:
        people = StaffMember.objects.filter(email=email.address, is_active=True)
        return [password_message(person) for person in people]
    return [EmailMessage("Your address was changed", ADDRESS_CHANGED, to=[email.address])]


def notice_messages(notice: Notice) -> list[EmailMessage]:
    recipient = notice.recipient
    if not (recipient.is_active and recipient.email):
        return []
    body = f"{notice.text}\n\nSign in to see it: {settings.SITE_URL}{notice.path}\n"
    return [EmailMessage(f"Engagement: {notice.text.rstrip('.')}", body, to=[recipient.email])]


def password_message(person: StaffMember) -> EmailMessage:
    """Where the link leads depends on our settings alone, whatever host a request has named."""
    uidb36, token = user_pk_to_url_str(person), default_token_generator.make_token(person)
    path = reverse("account_reset_password_from_key", kwargs={"uidb36": uidb36, "key": token})
    context = {"password_reset_url": f"{settings.SITE_URL}{path}"}
    subject = render_to_string("account/email/password_reset_key_subject.txt", context).strip()
    body = render_to_string("account/email/password_reset_key_message.txt", context)
    return EmailMessage(subject, body, to=[person.email])

"""Send emails by a process of its own, never inside a request: `manage.py send_emails` takes them from the table `Email`."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from operator import attrgetter
from smtplib import SMTPAuthenticationError, SMTPConnectError, SMTPException, SMTPServerDisconnected

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import transaction
from django.db.models import Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.timezone import localtime

from cha_engagement.core.logs import log
from cha_engagement.core.records import SHORT

from .models import Email, EmailKind, Notice, StaffMember

BATCH_SIZE = 100  # emails taken in one go
# Longer than a mail server can keep one email waiting, or two senders would both send it.
CLAIM_TIME = timedelta(minutes=15)
RETRY_GAPS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180, 360, 720, 1440))
"""The time that an email waits after each failure. After one more failure it is given up."""
HELD_UP = timedelta(hours=1)
DIGEST_FROM = 3
"""How many emails to one person, held up for so long, go as one."""
MOST_LISTED = 20

ADDRESS_CHANGED_TEXT = """\
An administrator has changed the email address of your account: the engagement system writes to another one from now on.

If you did not ask for this, speak to your line manager today.
"""


def queue_notices(notices: Iterable[Notice], *, after: timedelta | None = None) -> None:
    due_at = timezone.now() + (after or timedelta())
    Email.objects.bulk_create(
        Email(kind=EmailKind.NOTICE, notice=notice, due_at=due_at) for notice in notices
    )


def queue_password_link(address: str) -> None:
    """Queue a link to choose a password for whoever has an account with this address.

    Whether anybody has is not asked here, or the time it takes would tell. A link that waits for the mail server is sent at once:
    whoever asks for it is there to read it.
    """
    waiting_emails = Email.objects.filter(kind=EmailKind.PASSWORD, address=address, due_at__isnull=False)
    if not waiting_emails.update(attempts=0, due_at=timezone.now()):
        Email.objects.create(kind=EmailKind.PASSWORD, address=address)


def queue_address_changed(old_address: str) -> None:
    """Warn whoever reads the old address: a link to choose a password goes to the new one."""
    Email.objects.create(kind=EmailKind.ADDRESS, address=old_address)


def retry_emails(emails: Iterable[Email]) -> None:
    """Take up emails that were given up, as if they had just been asked for."""
    for email in emails:
        email.attempts, email.due_at = 0, timezone.now()
        email.save(update_fields=["attempts", "due_at"])


def send_due_emails() -> int:
    """Send the emails that are due, the longest due first, and return the number of those tried.

    While the mail server cannot be reached one is tried each time, and none of the others counts as failed.
    """
    due_emails = Email.objects.filter(due_at__lte=timezone.now()).order_by("due_at", "pk")
    tried_count = 0
    for email in due_emails.select_related("notice__recipient")[:BATCH_SIZE]:
        if claim_email(email):
            tried_count += 1
            if not send_email(email):
                break
    return tried_count


def claim_email(email: Email) -> bool:
    """Take an email that no other sender has taken since it was read. A sender that then dies leaves it to be sent again."""
    unclaimed = Email.objects.filter(pk=email.pk, due_at=email.due_at)
    email.attempts += 1
    return unclaimed.update(due_at=timezone.now() + CLAIM_TIME, attempts=email.attempts) == 1


def send_email(email: Email) -> bool:
    """Send one email and forget it, or postpone it. Return whether the mail server could be reached.

    What else its recipient was not sent for long goes with it: whoever comes back after a day without emails is not sent forty. No
    transaction is held meanwhile: killed between sending and forgetting, it is sent again rather than lost.
    """
    held_up = claim_held_up(email)
    try:
        messages = compose_digest([email, *held_up]) if held_up else compose_messages(email)
        get_connection().send_messages(messages)
    except Exception as error:
        give_back(held_up)
        postpone_email(email, error)
        return not is_unreachable(error)
    with transaction.atomic():
        for sent in (email, *held_up):
            if messages and sent.notice:
                sent.notice.sent_at = timezone.now()
                sent.notice.save(update_fields=["sent_at"])
            log.info("email_sent" if messages else "email_dropped", email=sent.pk, kind=sent.kind)
            sent.delete()
    return True


def claim_held_up(email: Email) -> list[Email]:
    """Take the other notices that the recipient of one should have been sent long ago, where they are many."""
    if email.notice is None:
        return []
    now = timezone.now()
    # One that was tried is due anew, and since when it is held up says only when it was asked for.
    is_held_up = Q(due_at__lte=now - HELD_UP) | Q(
        due_at__lte=now, attempts__gt=0, created_at__lte=now - HELD_UP
    )
    others = Email.objects.filter(is_held_up, notice__recipient=email.notice.recipient).exclude(pk=email.pk)
    held_up = list(others.select_related("notice__recipient").order_by("created_at", "pk"))
    return [other for other in held_up if claim_email(other)] if len(held_up) + 1 >= DIGEST_FROM else []


def give_back(emails: Iterable[Email]) -> None:
    """Leave emails to be sent as if they had not been taken: they have not failed."""
    for email in emails:
        email.attempts, email.due_at = email.attempts - 1, email.created_at
        email.save(update_fields=["attempts", "due_at"])


def is_unreachable(error: Exception) -> bool:
    """Return whether no other email could be sent now either."""
    if isinstance(error, SMTPException):
        return isinstance(error, SMTPConnectError | SMTPAuthenticationError | SMTPServerDisconnected)
    return isinstance(error, OSError)


def postpone_email(email: Email, error: Exception) -> None:
    """Try an email again later, or give it up: an Administrator sees it, and can take it up again."""
    is_last = email.attempts > len(RETRY_GAPS)
    email.due_at = None if is_last else timezone.now() + RETRY_GAPS[email.attempts - 1]
    email.save(update_fields=["due_at"])
    log_failure = log.error if is_last else log.warning
    log_failure(
        "email_given_up" if is_last else "email_failed",
        email=email.pk,
        kind=email.kind,
        attempts=email.attempts,
        exc_info=error,
    )


# --- Their text --------------------------------------------------------------------------------------------------------


def compose_messages(email: Email) -> list[EmailMessage]:
    """Return the messages to be sent now for an email, to open accounts alone."""
    if email.kind == EmailKind.NOTICE:
        assert email.notice is not None  # noqa: S101 -- as the database has it
        return compose_notice_messages(email.notice)
    if email.kind == EmailKind.PASSWORD:
        people = StaffMember.objects.filter(email=email.address, is_active=True)
        return [compose_password_message(person) for person in people]
    return [EmailMessage("Your address was changed", ADDRESS_CHANGED_TEXT, to=[email.address])]


def compose_notice_messages(notice: Notice) -> list[EmailMessage]:
    if not is_wanted(notice):
        return []
    body = f"{notice.text}\n\nSign in to see it: {settings.SITE_URL}{notice.path}\n"
    subject = Truncator(notice.text.rstrip(".")).chars(SHORT)
    return [EmailMessage(f"Engagement: {subject}", body, to=[notice.recipient.email])]


def compose_digest(emails: Sequence[Email]) -> list[EmailMessage]:
    """Compose one message of what one person was not sent for long, the latest first."""
    notices = [email.notice for email in emails if email.notice and is_wanted(email.notice)]
    notices.sort(key=attrgetter("created_at", "pk"), reverse=True)
    if not notices:
        return []
    subject = f"Engagement: {len(notices)} messages that could not be sent until now"
    lines = [
        f"{localtime(notice.created_at):%-d %B, %H:%M}: {notice.text}\n{settings.SITE_URL}{notice.path}"
        for notice in notices[:MOST_LISTED]
    ]
    left_out = len(notices) - len(lines)
    body = "\n\n".join(
        [*lines, *([f"And {left_out} earlier ones."] if left_out else []), "Sign in to see them."]
    )
    return [EmailMessage(subject, f"{body}\n", to=[notices[0].recipient.email])]


def is_wanted(notice: Notice) -> bool:
    """Return whether a notice is still to be sent: its recipient has an open account, and nobody has seen meanwhile what it would remind of."""
    recipient = notice.recipient
    is_reachable = recipient.is_active and bool(recipient.email)
    return is_reachable and not (notice.is_fallback and is_opened(notice))


def is_opened(fallback: Notice) -> bool:
    """Return whether somebody who was told of the same task has opened its page since."""
    told = Notice.objects.filter(path=fallback.path, is_task=True)
    return told.filter(opened_at__gte=fallback.created_at).exists()


def compose_password_message(person: StaffMember) -> EmailMessage:
    """Compose the message with a link whose host comes from our settings alone, whatever host a request has named."""
    uidb36, token = user_pk_to_url_str(person), default_token_generator.make_token(person)
    path = reverse("account_reset_password_from_key", kwargs={"uidb36": uidb36, "key": token})
    context = {"password_reset_url": f"{settings.SITE_URL}{path}"}
    subject = render_to_string("account/email/password_reset_key_subject.txt", context).strip()
    body = render_to_string("account/email/password_reset_key_message.txt", context)
    return EmailMessage(subject, body, to=[person.email])

"""N7: an email leaves within seconds and once, is tried again for days, and is never given up unseen."""

import os
import signal
import subprocess
import sys
from datetime import timedelta
from smtplib import SMTPRecipientsRefused
from threading import Barrier, Thread

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from cha_engagement.organisation import calendar
from cha_engagement.staff.actions import NOTICES_KEPT_FOR, mark_notice_read, notify_staff
from cha_engagement.staff.daily import report_given_up_emails, sweep_notices
from cha_engagement.staff.mail import (
    CLAIM_TIME,
    HELD_UP,
    MOST_LISTED,
    RETRY_GAPS,
    queue_password_link,
    send_due_emails,
)
from cha_engagement.staff.models import Email, Notice, StaffMember

from .. import factories
from .conftest import ServerDown

pytestmark = pytest.mark.django_db

NOON = "2026-11-23T12:00:00Z"


def tell(*people):
    notify_staff(
        people, text="An incident waits for you.", path="/incidents/INC-2026-0001/", reference="INC-2026-0001"
    )


class Choosy(EmailBackend):
    """Refuses one recipient for good, and dies of another."""

    def send_messages(self, messages):
        if messages[0].to == ["refused@lochside.example"]:
            raise SMTPRecipientsRefused({})
        if messages[0].to == ["odd@lochside.example"]:
            raise ValueError("Órla")
        return super().send_messages(messages)


class Killed(EmailBackend):
    """Hands the email over, and is killed before that can be written down."""

    def send_messages(self, messages):
        super().send_messages(messages)
        raise KeyboardInterrupt


def test_a_notice_goes_to_its_recipient_and_says_where_to_look(officer, settings):
    settings.SITE_URL = "https://engagement.example"
    tell(officer)
    assert mail.outbox == []
    assert send_due_emails() == 1
    [email] = mail.outbox
    assert email.to == ["officer@lochside.example"]
    assert email.subject == "Engagement: An incident waits for you"
    assert email.body == (
        "An incident waits for you.\n\n"
        "Sign in to see it: https://engagement.example/incidents/INC-2026-0001/\n"
    )
    assert Notice.objects.get().sent_at
    assert not Email.objects.exists()
    assert send_due_emails() == 0


@pytest.mark.django_db(transaction=True)
def test_two_senders_at_once_send_nothing_twice(officer):
    people = [factories.staff(f"officer{number}", "Officer") for number in range(12)]
    tell(*people)
    begin, tried = Barrier(2), []

    def sender():
        begin.wait()
        tried.append(send_due_emails())
        connection.close()

    senders = [Thread(target=sender) for _ in range(2)]
    for thread in senders:
        thread.start()
    for thread in senders:
        thread.join()
    assert sum(tried) == len(people)
    assert sorted(email.to[0] for email in mail.outbox) == sorted(person.email for person in people)


def test_what_fails_is_tried_after_ever_longer_gaps_and_then_given_up(officer, server_down, time_machine):
    time_machine.move_to(NOON, tick=False)
    tell(officer)
    for gap in RETRY_GAPS:
        assert send_due_emails() == 1
        time_machine.shift(gap - timedelta(seconds=1))
        assert send_due_emails() == 0
        time_machine.shift(timedelta(seconds=1))
    assert send_due_emails() == 1
    assert Email.objects.get().due_at is None
    time_machine.shift(timedelta(days=30))
    assert send_due_emails() == 0
    assert list(RETRY_GAPS) == sorted(RETRY_GAPS)


def test_what_failed_is_sent_once_the_server_is_back(officer, server_down, time_machine):
    time_machine.move_to(NOON, tick=False)
    tell(officer)
    send_due_emails()
    assert Notice.objects.get().sent_at is None
    server_down(False)
    time_machine.shift(RETRY_GAPS[0])
    assert (send_due_emails(), send_due_emails()) == (1, 0)
    assert len(mail.outbox) == 1


def test_while_the_server_is_silent_it_is_asked_once_and_no_other_email_has_failed(
    officer, manager, server_down
):
    tell(officer, manager)
    assert send_due_emails() == 1
    assert ServerDown.tries == 1
    assert sorted(Email.objects.values_list("attempts", flat=True)) == [0, 1]


@pytest.mark.parametrize("address", ["refused@lochside.example", "odd@lochside.example"])
def test_an_email_that_cannot_be_sent_holds_up_no_other(officer, manager, settings, address):
    settings.EMAIL_BACKEND = f"{__name__}.Choosy"
    officer.email = address
    officer.save()
    tell(officer)
    tell(manager)
    assert send_due_emails() == 2
    assert [email.to for email in mail.outbox] == [[manager.email]]
    assert Email.objects.get().attempts == 1


def test_whoever_is_killed_after_sending_sends_that_one_again_rather_than_none(
    officer, settings, time_machine
):
    time_machine.move_to(NOON, tick=False)
    settings.EMAIL_BACKEND = f"{__name__}.Killed"
    tell(officer)
    with pytest.raises(KeyboardInterrupt):
        send_due_emails()
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert send_due_emails() == 0
    time_machine.shift(CLAIM_TIME)
    assert send_due_emails() == 1
    assert len(mail.outbox) == 2


def test_what_was_held_up_for_long_goes_as_one_email_to_each(officer, manager, server_down, time_machine):
    time_machine.move_to(NOON, tick=False)
    for _ in range(4):
        tell(officer)
    tell(manager)
    send_due_emails()
    server_down(False)
    time_machine.shift(HELD_UP)
    tell(officer)
    send_due_emails()
    assert sorted((email.to[0], email.subject) for email in mail.outbox) == sorted(
        [
            (officer.email, "Engagement: 4 messages that could not be sent until now"),
            (officer.email, "Engagement: An incident waits for you"),
            (manager.email, "Engagement: An incident waits for you"),
        ]
    )
    digest = next(email.body for email in mail.outbox if "4 messages" in email.subject)
    assert digest.count("23 November, 12:00: An incident waits for you.") == 4
    assert not Email.objects.exists()
    assert not Notice.objects.filter(sent_at=None).exists()


def test_two_that_were_held_up_go_by_themselves(officer, time_machine):
    time_machine.move_to(NOON, tick=False)
    tell(officer)
    tell(officer)
    time_machine.shift(HELD_UP)
    assert send_due_emails() == 2
    assert len(mail.outbox) == 2


def test_a_digest_that_cannot_be_sent_counts_as_one_failure(officer, server_down, time_machine):
    time_machine.move_to(NOON, tick=False)
    for _ in range(4):
        tell(officer)
    time_machine.shift(HELD_UP)
    assert send_due_emails() == 1
    assert sorted(Email.objects.values_list("attempts", flat=True)) == [0, 0, 0, 1]
    server_down(False)
    time_machine.shift(RETRY_GAPS[0])
    send_due_emails()
    assert [email.subject for email in mail.outbox] == [
        "Engagement: 4 messages that could not be sent until now"
    ]


def test_a_long_digest_says_how_many_it_leaves_out(officer, time_machine):
    time_machine.move_to(NOON, tick=False)
    for _ in range(MOST_LISTED + 3):
        tell(officer)
    time_machine.shift(HELD_UP)
    send_due_emails()
    [digest] = mail.outbox
    assert f"{MOST_LISTED + 3} messages" in digest.subject
    assert digest.body.count("An incident waits") == MOST_LISTED
    assert "And 3 earlier ones." in digest.body


def test_administrators_are_told_each_day_that_emails_were_given_up_until_they_look(
    officer, administrator, time_machine
):
    time_machine.move_to(NOON, tick=False)
    report_given_up_emails(calendar.today())
    assert not administrator.notices.exists()
    tell(officer)
    Email.objects.update(due_at=None)
    report_given_up_emails(calendar.today())
    report_given_up_emails(calendar.today())
    notice = administrator.notices.get()
    assert notice.path == "/admin/staff/email/"
    mark_notice_read(notice, by=administrator)
    time_machine.shift(timedelta(days=1))
    report_given_up_emails(calendar.today())
    assert administrator.notices.count() == 2


def test_messages_that_were_read_long_ago_are_removed_but_not_who_was_told_of_a_task(officer, time_machine):
    time_machine.move_to(NOON, tick=False)
    for values in (
        {"text": "Read."},
        {"text": "Each morning.", "is_task": True, "unique_key": "morning 2026-11-23"},
        {"text": "Of a task.", "is_task": True},
        {"text": "Not sent yet."},
        {"text": "Not read."},
    ):
        notify_staff([officer], path="/", **values)
    Notice.objects.exclude(text="Not read.").update(read_at=timezone.now())
    Email.objects.exclude(notice__text="Not sent yet.").delete()
    time_machine.shift(NOTICES_KEPT_FOR)
    sweep_notices(calendar.today())
    assert Notice.objects.count() == 5
    time_machine.shift(timedelta(seconds=1))
    sweep_notices(calendar.today())
    assert {notice.text for notice in Notice.objects.all()} == {"Of a task.", "Not sent yet.", "Not read."}


def test_nothing_goes_to_an_account_that_was_closed_meanwhile(officer):
    tell(officer)
    queue_password_link(officer.email)
    StaffMember.objects.filter(pk=officer.pk).update(is_active=False)
    send_due_emails()
    assert mail.outbox == []
    assert not Email.objects.exists()
    assert Notice.objects.get().sent_at is None


def test_a_link_asked_for_five_times_while_none_leaves_is_sent_once(officer):
    for _ in range(5):
        queue_password_link(officer.email)
    send_due_emails()
    assert len(mail.outbox) == 1


def test_a_link_asked_for_again_does_not_wait_until_its_next_try(officer, server_down, time_machine):
    time_machine.move_to(NOON, tick=False)
    queue_password_link(officer.email)
    send_due_emails()
    server_down(False)
    assert send_due_emails() == 0
    queue_password_link(officer.email)
    assert send_due_emails() == 1
    assert len(mail.outbox) == 1


@pytest.mark.parametrize("path", ["/accounts/password/reset/", "/admin/staff/staffmember/"])
def test_no_request_speaks_to_the_mail_server(signed_in, administrator, officer, server_down, path):
    client = signed_in(administrator)
    page = client.post(
        path, {"email": officer.email, "action": "send_links", "_selected_action": [officer.pk]}
    )
    assert page.status_code == 302
    assert ServerDown.tries == 0
    assert Email.objects.get().address == officer.email


def test_a_command_sends_what_waits_and_ends(officer, capsys):
    tell(officer)
    call_command("send_emails", "--once")
    assert "Emails tried: 1." in capsys.readouterr().out
    assert len(mail.outbox) == 1


@pytest.mark.parametrize("ended", ["by a signal", "with its parent"])
def test_the_sender_ends_when_it_is_told_to_or_left_alone(tmp_path, ended):
    command = [sys.executable, "manage.py", "send_emails", "--with-parent"]
    environment = {**os.environ, "DATA_DIR": str(tmp_path), "ENVIRONMENT": "test"}
    # The shell is its parent, and tells whose number it has.
    shell = subprocess.Popen(
        ["sh", "-c", '"$@" & echo $!; read _', "sh", *command],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    sender = int(shell.stdout.readline())
    assert "emails_out_of_reach" in shell.stderr.readline()  # no tables: it goes on all the same
    if ended == "by a signal":
        os.kill(sender, signal.SIGTERM)
    # The shell ends where it has no more to read. Whatever it started holds the pipe until it has ended as well.
    _, error_output = shell.communicate("", timeout=60)
    assert "Traceback" not in error_output


def test_a_waiting_email_is_due_at_once():
    queue_password_link("anybody@lochside.example")
    assert Email.objects.get().due_at <= timezone.now()


def test_an_email_never_says_what_is_shown_on_the_page_alone(officer, mailoutbox):
    notify_staff([officer], text="INC-2026-0042 waits.", shown_text="Gregor Imrie waits.", path="/")
    send_due_emails()
    (message,) = mailoutbox
    assert "INC-2026-0042 waits" in message.subject
    assert "Gregor" not in f"{message.subject} {message.body}"

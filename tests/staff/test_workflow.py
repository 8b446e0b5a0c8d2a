import pytest
from django.core import mail
from django.core.management import call_command
from django.db import transaction

from cha_engagement.staff.models import Notice
from cha_engagement.staff.workflow import mark_read, notify, send_waiting

from .. import factories


def tell(*people):
    notify(
        people, text="An incident waits for you", path="/incidents/INC-2026-0001/", reference="INC-2026-0001"
    )


@pytest.mark.django_db(transaction=True)
def test_a_notice_is_sent_once_what_it_tells_of_is_committed(officer, settings):
    settings.SITE_URL = "https://engagement.example"
    with transaction.atomic():
        tell(officer)
        assert mail.outbox == []
    [email] = mail.outbox
    assert email.to == ["officer@lochside.example"]
    assert email.body == (
        "An incident waits for you\n\n"
        "Sign in to see it: https://engagement.example/incidents/INC-2026-0001/\n"
    )
    assert Notice.objects.get().sent_at


@pytest.mark.django_db(transaction=True)
def test_nothing_is_sent_and_nothing_kept_when_what_it_tells_of_is_rolled_back(officer):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        tell(officer)
        raise ZeroDivisionError
    assert mail.outbox == []
    assert not Notice.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_what_a_failing_mail_server_refused_is_sent_later_and_only_once(officer, server_down):
    tell(officer)
    assert Notice.objects.get().sent_at is None
    assert send_waiting() == 1
    server_down(False)
    assert send_waiting() == 1
    assert send_waiting() == 0
    assert len(mail.outbox) == 1


@pytest.mark.django_db(transaction=True)
def test_a_command_sends_what_waits(officer, server_down, capsys):
    tell(officer)
    server_down(False)
    call_command("send_notices")
    assert "Emails tried: 1." in capsys.readouterr().out
    assert len(mail.outbox) == 1


@pytest.mark.django_db(transaction=True)
def test_each_is_told_once_and_who_has_left_or_is_nobody_is_not(officer):
    closed = factories.staff("closed", "Officer", is_active=False)
    tell(officer, officer, None, closed)
    assert [notice.recipient for notice in Notice.objects.all()] == [officer]


@pytest.mark.django_db(transaction=True)
def test_somebody_without_an_address_is_told_on_the_work_list_alone():
    nobody = factories.staff("nobody", "Officer", email="")
    tell(nobody)
    assert mail.outbox == []
    assert Notice.objects.filter(recipient=nobody, read_at=None).exists()
    assert send_waiting() == 0


@pytest.mark.django_db
def test_a_notice_is_read_by_its_recipient_alone(officer, manager):
    tell(officer)
    notice = Notice.objects.get()
    mark_read(notice, by=manager)
    assert notice.read_at is None
    mark_read(notice, by=officer)
    assert Notice.objects.get().read_at


def test_what_stands_on_the_work_list_anyhow_is_mailed_and_not_shown_twice(
    officer, mailoutbox, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        notify([officer], text="Something waits.", path="/", is_task=True)
    assert len(mailoutbox) == 1
    assert not Notice.objects.filter(read_at=None).exists()

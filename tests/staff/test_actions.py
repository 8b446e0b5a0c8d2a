import pytest
from django.db import transaction

from cha_engagement.staff.actions import mark_notice_read, notify_staff
from cha_engagement.staff.models import Email, Notice

from .. import factories

pytestmark = pytest.mark.django_db


def tell(*people):
    notify_staff(
        people, text="An incident waits for you", path="/incidents/INC-2026-0001/", reference="INC-2026-0001"
    )


def test_a_notice_and_its_email_are_kept_together_or_not_at_all(officer):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        tell(officer)
        raise ZeroDivisionError
    assert not Notice.objects.exists()
    assert not Email.objects.exists()
    tell(officer)
    assert Email.objects.get().notice == Notice.objects.get()


def test_each_is_told_once_and_who_has_left_or_is_nobody_is_not(officer):
    closed = factories.staff("closed", "Officer", is_active=False)
    tell(officer, officer, None, closed)
    assert [notice.recipient for notice in Notice.objects.all()] == [officer]


def test_somebody_without_an_address_is_told_on_the_work_list_alone():
    nobody = factories.staff("nobody", "Officer", email="")
    tell(nobody)
    assert Notice.objects.filter(recipient=nobody, read_at=None).exists()
    assert not Email.objects.exists()


def test_what_names_people_with_long_names_still_goes(officer):
    notify_staff([officer], text=f"{'Ó' * 380} would like to talk with you about {'Ó' * 180}.", path="/")
    assert Notice.objects.get().text == f"{'Ó' * 380} would like to talk…"


def test_a_notice_is_read_by_its_recipient_alone(officer, manager):
    tell(officer)
    notice = Notice.objects.get()
    mark_notice_read(notice, by=manager)
    assert notice.read_at is None
    mark_notice_read(notice, by=officer)
    assert Notice.objects.get().read_at


def test_what_stands_on_the_work_list_anyhow_is_mailed_and_not_shown_twice(officer):
    notify_staff([officer], text="Something waits.", path="/", is_task=True)
    assert Email.objects.filter(notice__recipient=officer).exists()
    assert not Notice.objects.filter(read_at=None).exists()

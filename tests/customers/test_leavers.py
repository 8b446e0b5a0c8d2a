"""Who looks after the customers of a colleague who left is asked of managers. Policy §57, 65."""

import pytest

from cha_engagement.customers import actions
from cha_engagement.organisation.calendar import add_working_days, today
from cha_engagement.staff.models import StaffMember
from tests import factories
from tests.desks import task_rows

pytestmark = [pytest.mark.django_db, pytest.mark.policy("57", "65")]


@pytest.fixture
def looked_after(officer, organisation):
    return factories.customer(by=officer, assigned_to=officer)


def close(person, *, is_active=False):
    account = StaffMember.objects.get(pk=person.pk)
    account.is_active = is_active
    account.save()


def test_the_customers_of_a_leaver_wait_for_managers(officer, manager, looked_after):
    assert task_rows(manager, "customer.assign") == []
    close(officer)
    (row,) = task_rows(manager, "customer.assign")
    assert (row["reference"], row["note"]) == (looked_after.reference, "Officer")
    assert row["due_on"] == add_working_days(today(), 5)
    assert row["url"] == f"/customers/{looked_after.reference}/assign/"


def test_they_wait_no_more_once_somebody_looks_after_them(officer, manager, looked_after):
    close(officer)
    actions.assign_customer(
        customer=looked_after, by=manager, version=looked_after.version, assigned_to=manager
    )
    assert task_rows(manager, "customer.assign") == []


def test_they_wait_no_more_once_the_account_is_open_again(officer, manager, looked_after):
    close(officer)
    close(officer, is_active=True)
    assert task_rows(manager, "customer.assign") == []


def test_officers_are_not_asked(officer, manager, looked_after):
    close(officer)
    assert task_rows(factories.staff("another", "Officer"), "customer.assign") == []

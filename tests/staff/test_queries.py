from datetime import timedelta

import pytest
from django.utils import timezone

from cha_engagement.core.permissions import Permission
from cha_engagement.staff.models import StaffMember
from cha_engagement.staff.queries import is_managed_by, present_staff, staff_with_permission

from .. import factories

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def away(person, days=0):
    person.away_until = timezone.localdate() + timedelta(days=days)
    person.save()


def looked_after_by(person):
    return set(StaffMember.objects.filter(is_managed_by(person)))


def test_holders_of_a_permission_are_the_active_people_whose_roles_give_it(officer, manager, management):
    factories.staff("closed", "Manager", is_active=False)
    assert set(staff_with_permission(Permission.ASSESS_INCIDENTS)) == {manager, management}


def test_somebody_who_holds_a_permission_twice_is_found_once():
    factories.staff("ccsm", "CCSM", "Manager")
    assert len(staff_with_permission(Permission.ASSESS_INCIDENTS)) == 1


def test_one_is_away_up_to_and_including_the_last_day(officer, manager, management):
    away(officer)
    away(manager, days=-1)
    assert set(present_staff(StaffMember.objects.all())) == {manager, management}
    assert officer.is_away
    assert not manager.is_away


@pytest.fixture
def report(manager):
    return factories.staff("report", "Officer", line_manager=manager)


@pytest.mark.policy("57")
def test_a_line_manager_at_work_looks_after_their_own(manager, report):
    manager.deputy = deputy = factories.staff("deputy", "Manager")
    manager.save()
    assert looked_after_by(manager) == {report}
    assert looked_after_by(deputy) == set()
    assert report.acting_line_manager == manager


@pytest.mark.policy("57")
def test_while_a_line_manager_is_away_the_deputy_looks_after_theirs(manager, report):
    manager.deputy = deputy = factories.staff("deputy", "Manager")
    away(manager)
    assert looked_after_by(deputy) == {report}
    assert looked_after_by(manager) == set()
    assert report.acting_line_manager == deputy


@pytest.mark.policy("57")
def test_a_line_manager_who_is_away_without_a_deputy_keeps_their_own(manager, report):
    away(manager)
    assert looked_after_by(manager) == {report}
    assert report.acting_line_manager == manager


@pytest.mark.policy("57")
def test_a_closed_account_looks_after_nobody(manager, report):
    manager.deputy = deputy = factories.staff("deputy", "Manager", is_active=False)
    away(manager)
    assert looked_after_by(manager) == {report}
    assert looked_after_by(deputy) == set()
    assert report.acting_line_manager == manager
    manager.is_active = False
    manager.save()
    assert looked_after_by(manager) == set()
    assert report.acting_line_manager is None

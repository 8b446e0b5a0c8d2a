"""What would have work wait with nobody is said by a command. Policy §57."""

from datetime import timedelta
from io import StringIO

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.utils import timezone

from cha_engagement.desk.models import ChasedTask, TaskRow
from cha_engagement.staff.models import Email, EmailKind, StaffMember
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.policy("57")]

ROLES = ["Administrator", "Management Team", "Executive Team", "CCSM", "Data Protection", "Manager"]


@pytest.fixture
def people(organisation):
    """Somebody in each role that somebody has to have."""
    return {role: factories.staff(role.split()[0].lower(), role) for role in ROLES}


def examine():
    """Return what the command says, and whether anything is wrong."""
    out = StringIO()
    try:
        call_command("doctor", stdout=out)
    except CommandError:
        return out.getvalue(), True
    return out.getvalue(), False


def test_nothing_is_wrong_where_each_role_has_somebody(people):
    said, is_wrong = examine()
    assert not is_wrong
    assert said == "The daily job last told somebody what waits: never.\nNothing waits with nobody.\n"


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"is_active": False}, "Nobody is there to hear an appeal (role Executive Team). Nobody has it."),
        (
            {"away_until": timezone.localdate() + timedelta(days=3)},
            "Nobody is there to hear an appeal (role Executive Team). All who have it are away.",
        ),
    ],
)
def test_a_role_without_anybody_at_work_is_said(people, change, sentence):
    StaffMember.objects.filter(pk=people["Executive Team"].pk).update(**change)
    said, is_wrong = examine()
    assert is_wrong
    assert said.startswith(f"{sentence}\n")


def test_a_circle_of_line_managers_is_said_once(people):
    first, second = people["Manager"], people["CCSM"]
    StaffMember.objects.filter(pk=first.pk).update(line_manager=second)
    StaffMember.objects.filter(pk=second.pk).update(line_manager=first)
    said, is_wrong = examine()
    assert is_wrong
    assert said.count("line managers of each other in a circle: Ccsm Example, Manager Example.") == 1


def test_a_deputy_who_could_not_stand_in_or_has_left_is_said(people, officer):
    StaffMember.objects.filter(pk=people["Manager"].pk).update(deputy=officer)
    said, is_wrong = examine()
    assert is_wrong
    assert said.count("Officer Example would stand in for Manager Example") == 1
    StaffMember.objects.filter(pk=officer.pk).update(is_active=False)
    assert "The deputy of Manager Example has left." in examine()[0]


def test_customers_of_whoever_left_are_counted_and_not_named(people, officer):
    customer = factories.customer(by=officer, assigned_to=officer, name="Catriona Bain")
    assert not examine()[1]
    officer.is_active = False
    officer.save()
    said, is_wrong = examine()
    assert is_wrong
    assert "1 customer is assigned to somebody who has left." in said
    assert "Catriona" not in said
    assert customer.reference not in said


def test_what_nobody_can_do_is_counted_by_kind_with_its_days(people, officer, customer):
    incident = factories.incident(by=officer, customer=customer)
    task = TaskRow.objects.get(kind="incident.assess", record=incident.pk)
    since = timezone.localdate() - timedelta(days=4)
    ChasedTask.objects.create(kind=task.kind, record=task.record, due_on=task.due_on, nobody_since=since)
    said, is_wrong = examine()
    assert is_wrong
    assert "Nobody can decide what follows: 1 waits, for up to 4 days." in said
    assert customer.name not in said


def test_emails_that_were_given_up_are_counted(people):
    Email.objects.create(kind=EmailKind.ADDRESS, address="old@lochside.example", due_at=None)
    said, is_wrong = examine()
    assert is_wrong
    assert "1 email was given up." in said
    assert "old@" not in said


def test_a_daily_job_that_tells_nobody_of_what_is_late_is_asked_for(people, officer, customer):
    factories.incident(by=officer, customer=customer)
    with time_machine.travel(timezone.now() + timedelta(days=20)):
        said, is_wrong = examine()
    assert is_wrong
    assert "The daily job has told nobody what waits. Does it run?" in said

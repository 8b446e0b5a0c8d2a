"""Rows of tasks follow from records, and are asked for one reader at one moment; what is put wrong by hand is found and mended."""

from datetime import timedelta
from io import StringIO

import pytest
import time_machine
from django.core.management import CommandError, call_command

from cha_engagement.core.permissions import Permission
from cha_engagement.desk import tasks
from cha_engagement.desk.models import Task, TaskGround
from cha_engagement.organisation.calendar import today
from cha_engagement.staff.interfaces import Ground, TaskSource, task_sources
from cha_engagement.staff.interfaces import Task as ExpectedTask
from incidents.enums import Category
from incidents.models import Incident
from tests import factories
from tests.desks import task_rows

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def report(officer, manager):
    """An officer whose line manager is the manager."""
    officer.line_manager = manager
    officer.save()
    return officer


@pytest.fixture
def threat(report, customer):
    return factories.incident(by=report, customer=customer, categories=[Category.OTHER_THREAT])


def is_asked(user, kind="incident.assess"):
    return bool(task_rows(user, kind))


@pytest.mark.policy("25")
def test_an_hour_that_passes_asks_others_and_writes_nothing(
    threat, manager, management, django_assert_num_queries
):
    assert (is_asked(manager), is_asked(management)) == (True, False)
    rows = set(TaskGround.objects.values_list("pk", flat=True))
    with time_machine.travel(threat.waiting_since + timedelta(minutes=61), tick=False):
        assert (is_asked(manager), is_asked(management)) == (True, True)
    assert set(TaskGround.objects.values_list("pk", flat=True)) == rows


@pytest.mark.policy("57")
def test_an_absence_a_deputy_and_another_line_manager_write_nothing(threat, report, manager, management):
    rows = set(TaskGround.objects.values_list("pk", flat=True))
    deputy = factories.staff("deputy", "Manager")
    assert not is_asked(deputy)
    manager.away_until, manager.deputy = today(), deputy
    manager.save()
    assert is_asked(deputy)
    assert not is_asked(management)
    report.line_manager = management
    report.save()
    assert (is_asked(management), is_asked(deputy)) == (True, False)
    assert set(TaskGround.objects.values_list("pk", flat=True)) == rows


def test_a_role_that_is_taken_away_takes_its_tasks_at_once(threat, manager):
    assert is_asked(manager)
    manager.groups.clear()
    assert not is_asked(type(manager).objects.get(pk=manager.pk))


def test_another_interval_of_the_association_moves_what_depends_on_it(
    organisation, officer, manager, customer
):
    incident = factories.incident(by=officer, customer=customer)
    factories.restriction(by=manager, decision=factories.decision(by=manager, incidents=[incident]))
    (before,) = task_rows(manager, "restriction.tell")
    organisation.notification_working_days += 3
    organisation.save()
    (after,) = task_rows(manager, "restriction.tell")
    assert after["row_due_on"] > before["row_due_on"]


def test_the_menu_of_every_page_says_how_much_waits(signed_in, threat, manager, customer):
    client, count = signed_in(manager), len(task_rows(manager))
    assert count
    for url in ("/", customer.get_absolute_url(), "/look-up/"):
        assert (
            f'>{count}<span class="govuk-visually-hidden"> waiting</span>' in client.get(url).content.decode()
        )
    assert f"<title>My work ({count})" in client.get("/").content.decode()


def test_the_number_that_waits_takes_one_query(threat, manager, django_assert_num_queries):
    manager.get_all_permissions()
    tasks.waiting_tasks(manager)
    with django_assert_num_queries(1):
        tasks.waiting_tasks(manager).count()


def test_nothing_that_waits_is_no_number(signed_in, administrator):
    html = signed_in(administrator).get("/").content.decode()
    assert "waiting</span>" not in html
    assert "<title>My work ·" in html or "<title>My work</title>" in html or "<title>My work\n" in html


@pytest.mark.parametrize(
    "spoil",
    [
        lambda: Task.objects.all().delete(),
        lambda: Task.objects.update(due_on=today() + timedelta(days=400)),
        lambda: TaskGround.objects.update(permissions=""),
    ],
    ids=["gone", "another day", "for everybody"],
)
def test_a_row_that_is_put_wrong_is_named_and_mended(threat, spoil):
    before = {task for source in task_sources() for task in tasks.stored_tasks(source)}
    spoil()
    out = StringIO()
    with pytest.raises(CommandError):
        call_command("verify", stdout=out)
    assert f"{threat}: what it asks of staff (incident.assess) is not what My work says" in out.getvalue()
    call_command("daily", stdout=StringIO())
    assert {task for source in task_sources() for task in tasks.stored_tasks(source)} == before


def test_a_source_declares_the_permissions_that_it_asks_for():
    ground = Ground(permissions=(Permission.ADMINISTER,))
    task = ExpectedTask("incident.assess", 1, "INC-2026-0001", frozenset({ground}))
    with pytest.raises(ValueError, match="does not declare"):
        tasks.write_tasks(TaskSource(Incident, ["incident.assess"], lambda records: (), [()]), [task])

"""Rows of tasks follow from records, and are asked for one reader at one moment; what is put wrong by hand is found and mended."""

import re
from collections import Counter
from datetime import timedelta
from io import StringIO

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cha_engagement.core.permissions import Permission
from cha_engagement.core.records import writing
from cha_engagement.customers.enums import Channel
from cha_engagement.customers.interfaces import search_sources
from cha_engagement.customers.models import Customer
from cha_engagement.desk import following, tasks, waiting
from cha_engagement.desk.models import Event, GroundPersonRow, GroundRow, TaskRow
from cha_engagement.desk.verification import find_unknown_rows
from cha_engagement.organisation.calendar import today
from cha_engagement.organisation.models import Organisation, organisation_of_request
from cha_engagement.staff.interfaces import Ground, Task, TaskSource, task_sources
from incidents.enums import Category
from incidents.models import Incident
from restrictions import actions as restrictions
from restrictions.models import ManagementDecision, Restriction
from restrictions.tasks import working_days_after
from reviews.models import Review
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
    rows = set(GroundRow.objects.values_list("pk", flat=True))
    with time_machine.travel(threat.waiting_since + timedelta(minutes=61), tick=False):
        assert (is_asked(manager), is_asked(management)) == (True, True)
    assert set(GroundRow.objects.values_list("pk", flat=True)) == rows


@pytest.mark.policy("57")
def test_an_absence_a_deputy_and_another_line_manager_write_nothing(threat, report, manager, management):
    rows = set(GroundRow.objects.values_list("pk", flat=True))
    deputy = factories.staff("deputy", "Manager")
    assert not is_asked(deputy)
    manager.away_until, manager.deputy = today(), deputy
    manager.save()
    assert is_asked(deputy)
    assert not is_asked(management)
    report.line_manager = management
    report.save()
    assert (is_asked(management), is_asked(deputy)) == (True, False)
    assert set(GroundRow.objects.values_list("pk", flat=True)) == rows


@pytest.fixture
def absent(manager):
    """The officer's line manager, whose deputy stands in: they, their deputy, and somebody else."""
    deputy, other = (factories.staff(name, "Manager") for name in ("deputy", "other"))
    factories.is_away(manager, deputy)
    return manager, deputy, other


@pytest.mark.policy("13")
def test_others_are_asked_at_once_where_it_affected_the_deputy(report, customer, absent):
    _, deputy, other = absent
    factories.incident(by=report, customer=customer)
    assert (is_asked(deputy), is_asked(other)) == (True, False)
    factories.incident(by=report, customer=customer, affected_staff=[deputy])
    assert len(task_rows(other, "incident.assess")) == 1


@pytest.mark.policy("13")
def test_the_deputy_is_asked_alone_where_it_affected_the_line_manager(report, customer, absent):
    manager, deputy, other = absent
    factories.incident(by=report, customer=customer, affected_staff=[manager])
    assert (is_asked(deputy), is_asked(other)) == (True, False)


@pytest.mark.policy("57")
def test_a_colleague_who_stands_in_for_their_own_manager_leaves_the_talk_to_others(report, customer, manager):
    other = factories.staff("other", "Manager")
    factories.is_away(manager, report)
    factories.incident(by=report, customer=customer)
    assert is_asked(other, "conversation.hold")


@pytest.mark.policy("13")
@pytest.mark.parametrize(
    ("given", "taken_out"),
    [
        (lambda person: {"affected_staff": [person]}, lambda reporter: {"links": {"affected_staff": []}}),
        (lambda person: {"reported_by": person}, lambda reporter: {"reported_by": reporter}),
    ],
    ids=["affected", "reporter"],
)
def test_others_are_asked_where_the_line_manager_once_had_a_part(report, manager, customer, given, taken_out):
    """What is edited away later does not clear anybody."""
    other = factories.staff("other", "Manager")
    incident = factories.incident(by=report, customer=customer, **given(manager))
    writing.save_record(incident, by=report, reason="Corrected", **taken_out(report))
    assert is_asked(other)


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
    assert after["due_on"] > before["due_on"]


def test_another_day_of_reminders_moves_the_reviews(organisation, officer, manager, customer):
    incident = factories.incident(by=officer, customer=customer)
    factories.restriction(by=manager, decision=factories.decision(by=manager, incidents=[incident]))
    reviews = GroundRow.objects.filter(task__kind="review.hold")
    before = set(reviews.values_list("since", flat=True))
    organisation.review_reminder_days += 3
    organisation.save()
    assert {since + timedelta(days=3) for since in reviews.values_list("since", flat=True)} == before


def test_an_emergency_line_that_is_kept_again_asks_for_none(organisation, officer, manager, customer):
    incident = factories.incident(by=officer, customer=customer)
    factories.restriction(by=manager, decision=factories.decision(by=manager, incidents=[incident]))
    writing.save_record(customer, by=officer, reason="Deaf", cannot_use=[Channel.PHONE])
    assert TaskRow.objects.filter(kind__endswith=".emergency").count() == 2
    organisation.emergency_text = "07700 900 001"
    organisation.save()
    assert not TaskRow.objects.filter(kind__endswith=".emergency").exists()


@pytest.mark.parametrize(
    ("name", "value", "asked"),
    [
        ("name", "Lochside Homes", set()),
        ("phone", "0141 496 0001", {Organisation, Restriction}),
        ("notification_working_days", 4, {Organisation, Restriction, ManagementDecision}),
        ("review_reminder_days", 20, {Organisation, Review}),
        ("emergency_text", "07700 900 001", {Organisation}),
    ],
)
def test_details_of_the_association_ask_again_about_what_can_wait_on_them_alone(
    organisation, officer, manager, customer, monkeypatch, name, value, asked
):
    """The customer can phone, and no interim measure is in force."""
    incident = factories.incident(by=officer, customer=customer)
    factories.restriction(by=manager, decision=factories.decision(by=manager, incidents=[incident]))
    affected_keys, found = tasks.affected_keys, []
    monkeypatch.setattr(
        tasks, "affected_keys", lambda changes: found.append(affected_keys(changes)) or found[0]
    )
    setattr(organisation, name, value)
    organisation.save()
    assert {model for keys in found for model, some in keys.items() if some} == asked


def test_another_interval_counts_that_was_saved_while_an_action_was_under_way(
    organisation, officer, manager, customer
):
    """A request reads the association's details once, and rows by what they are when these rows are written."""
    incident = factories.incident(by=officer, customer=customer)
    decision = factories.decision(by=manager, incidents=[incident])
    token = organisation_of_request.set([Organisation.current()])
    try:
        Organisation.objects.update(notification_working_days=organisation.notification_working_days + 3)
        restriction = factories.restriction(by=manager, decision=decision)
    finally:
        organisation_of_request.reset(token)
    (task,) = task_rows(manager, "restriction.tell")
    assert task["due_on"] == working_days_after(restriction.imposed_at)


def test_the_menu_of_every_page_says_how_much_waits(signed_in, threat, manager, customer):
    client, count = signed_in(manager), len(task_rows(manager))
    assert count
    badge = f'>{count}<span class="govuk-visually-hidden"> waiting</span>'
    for url in ("/", customer.get_absolute_url(), "/look-up/"):
        page = client.get(url).content.decode()
        assert page.count(badge) == 2  # beside My work, and on the button of a folded menu
    assert f"<title>My work ({count})" in client.get("/").content.decode()


def test_the_number_that_waits_takes_one_query(threat, manager, django_assert_num_queries):
    manager.get_all_permissions()
    waiting.waiting_tasks(manager)
    with django_assert_num_queries(1):
        waiting.waiting_tasks(manager).count()


def test_nothing_that_waits_is_no_number(signed_in, administrator):
    html = signed_in(administrator).get("/").content.decode()
    assert "waiting</span>" not in html
    assert "<title>My work ·" in html or "<title>My work</title>" in html or "<title>My work\n" in html


@pytest.mark.parametrize(
    "spoil",
    [
        lambda: TaskRow.objects.all().delete(),
        lambda: TaskRow.objects.update(due_on=today() + timedelta(days=400)),
        lambda: GroundRow.objects.update(permissions=""),
        lambda: GroundRow.objects.update(permissions="incidents.judge_everything"),
        lambda: GroundRow.objects.update(while_nobody="incidents.judge_everything"),
        lambda: GroundPersonRow.objects.update(part="is_there"),
    ],
    ids=[
        "gone",
        "another day",
        "for everybody",
        "unknown permission",
        "unknown permissions to watch",
        "unknown part",
    ],
)
def test_a_row_that_is_put_wrong_is_named_and_mended(threat, spoil):
    about_threat = [(source, [threat.pk]) for source in task_sources()]
    before = tasks.stored_tasks(about_threat).keys()
    spoil()
    out = StringIO()
    with pytest.raises(CommandError):
        call_command("verify", stdout=out)
    assert f"{threat}: what it asks of staff (incident.assess) is not what My work says" in out.getvalue()
    call_command("daily", stdout=StringIO())
    assert tasks.stored_tasks(about_threat).keys() == before


@pytest.fixture
def of_older_version(threat):
    """Rows of a kind of task and of a timeline's model that this version does not know."""
    TaskRow.objects.create(kind="incident.gone", record=threat.pk, reference=threat.reference, due_on=today())
    Event.objects.create(
        customer=threat.customer,
        at=threat.created_at,
        model="incidents.gone",
        record=1,
        history=1,
        reference="GON-2026-0001",
    )


def test_rows_of_kinds_that_nobody_knows_any_more_are_named_and_removed(of_older_version, threat):
    assert set(find_unknown_rows()) == {
        f"{threat}: it stands in My work as something that does not exist (incident.gone)",
        "GON-2026-0001: it stands on a timeline as something that does not exist (incidents.gone)",
    }
    out = StringIO()
    call_command("daily", stdout=out)
    assert "Timelines: 1 records put right\nTasks: 1 put right\n" in out.getvalue()
    assert list(find_unknown_rows()) == []


def test_rows_of_an_older_version_are_gone_after_a_migration(of_older_version, threat, manager, signed_in):
    GroundRow.objects.create(task=TaskRow.objects.get(kind="incident.gone"))
    call_command("migrate", verbosity=0)
    assert list(find_unknown_rows()) == []
    assert signed_in(manager).get("/").status_code == 200


@pytest.mark.parametrize(
    ("model", "before", "is_affected"),
    [
        (Restriction, {"status": "imposed"}, True),
        (Restriction, {"customer": 1}, True),
        (Restriction, {"customer_notified_on": None}, False),
        (Restriction, {}, False),
        (Restriction, None, True),
        (Customer, {"cannot_use": []}, True),
        (Customer, {"accessibility_needs": ""}, False),
    ],
)
def test_all_customers_are_asked_about_where_a_change_may_matter_alone(
    organisation, model, before, is_affected
):
    keys = tasks.affected_keys({model: {1: before}})
    assert bool(keys[Organisation]) == is_affected


@pytest.mark.parametrize("model", [Incident, Restriction, Customer])
def test_what_is_saved_as_it_was_asks_nothing_again(organisation, model):
    assert not any(tasks.affected_keys({model: {1: {}}}).values())


def statements_about_rows(queries):
    """Return how often which rows were read and written."""
    tables = r'"(desk_event|desk_taskrow|desk_groundrow)"'
    first = re.compile(rf"^(?:(SELECT)\b.*?|(INSERT INTO|DELETE FROM) ){tables}", re.DOTALL)
    found = (first.match(query["sql"]) for query in queries)
    return Counter(" ".join(filter(None, match.groups())) for match in found if match)


def test_rows_of_what_is_new_are_written_and_none_is_read(report, customer):
    with CaptureQueriesContext(connection) as queries:
        factories.incident(by=report, customer=customer)
    assert statements_about_rows(queries) == {
        "INSERT INTO desk_event": 1,
        "INSERT INTO desk_taskrow": 1,
        "INSERT INTO desk_groundrow": 1,
    }


def test_rows_of_all_that_an_action_writes_are_read_and_written_together(
    organisation, report, manager, customer
):
    """Of a restriction that is lifted, its review, its decision and its customer."""
    incident = factories.incident(by=report, customer=customer)
    decision = factories.decision(by=manager, incidents=[incident])
    restriction = factories.restriction(by=manager, decision=decision)
    with CaptureQueriesContext(connection) as queries:
        restrictions.lift_restriction(restriction=restriction, by=manager, status_reason="It went well.")
    counts = statements_about_rows(queries)
    assert {*counts.values()} == {1}


def test_a_flush_is_followed_by_no_comparison(django_assert_num_queries):
    """Of what is gone, FTS5 forgets its index; PostgreSQL has done so by itself."""
    with django_assert_num_queries(0 if connection.vendor == "postgresql" else len(search_sources())):
        following.mend_after_migrating()


@pytest.mark.parametrize(
    "ground",
    [
        Ground(permissions=(Permission.ADMINISTER,)),
        Ground(while_nobody=((Permission.ADMINISTER,),)),
        Ground(must_read_record=True),
    ],
)
def test_a_source_declares_what_it_asks_for(ground):
    task = Task("incident.assess", 1, "INC-2026-0001", frozenset({ground}), today())
    with pytest.raises(ValueError, match="does not declare"):
        tasks.expected_tasks(TaskSource(Incident, ["incident.assess"], lambda keys: [task], [()]), [1])

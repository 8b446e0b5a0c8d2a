"""Rows stay in step with records whoever else writes at the same moment."""

import threading
import time
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection, connections

from cha_engagement.core.records import writing
from cha_engagement.customers.enums import Channel
from cha_engagement.desk import events, tasks
from cha_engagement.desk.models import TaskRow
from cha_engagement.organisation.models import Organisation
from cha_engagement.staff.interfaces import task_sources
from incidents.models import Incident
from tests import factories
from tests.threads import run_at_once

pytestmark = pytest.mark.django_db(transaction=True)


def wait_once(monkeypatch, module, name, wait):
    """Have a function of a module wait, the first time it is asked about incidents, before its caller reads anything else."""
    read, has_waited = getattr(module, name), threading.Event()

    def read_and_wait(about, *args):
        answer = list(read(about, *args))
        if Incident in (about, getattr(about, "model", None)) and not has_waited.is_set():
            has_waited.set()
            wait()
        return set(answer) if module is tasks else iter(answer)

    monkeypatch.setattr(module, name, read_and_wait)


def test_two_actions_at_once_that_ask_for_the_same_write_it_once(organisation, officer, manager, monkeypatch):
    """The keeper of the association's details is asked once, whichever customer cannot phone."""
    both = [factories.customer(by=officer) for _ in range(2)]
    for customer in both:
        factories.interim_measure(by=manager, incidents=[factories.incident(by=officer, customer=customer)])
    stored_tasks = tasks.stored_tasks

    def read_slowly(asked):
        asked = list(asked)
        stored = stored_tasks(asked)
        if Organisation in [source.model for source, _ in asked]:
            time.sleep(0.5)
        return stored

    monkeypatch.setattr(tasks, "stored_tasks", read_slowly)
    connection.close()
    answers = run_at_once(
        2,
        lambda number: writing.save_record(
            both[number], by=officer, reason="Needs", cannot_use=[Channel.PHONE]
        ),
    )
    assert answers == both
    assert TaskRow.objects.filter(kind="organisation.emergency").count() == 1


@pytest.fixture
def act_meanwhile(organisation, officer, manager, customer, monkeypatch):
    """Return a function that has somebody assess an incident after the function of that name has read."""
    incident = factories.incident(by=officer, customer=customer)

    def assess():
        try:
            factories.assess_incident(incident, by=manager)
        finally:
            connections.close_all()

    def run():
        thread = threading.Thread(target=assess)
        thread.start()
        thread.join()
        assert incident.history.filter(event="assess").exists()

    return lambda module, name: wait_once(monkeypatch, module, name, run)


def wrong_tasks():
    return {task for source in task_sources() for task in tasks.find_wrong_tasks(source)}


def wrong_records():
    return {key for model in events.timeline_models() for key in events.find_wrong_records(model)}


@pytest.mark.parametrize(
    ("module", "name", "find_wrong", "mend"),
    [
        (tasks, "expected_tasks", wrong_tasks, tasks.mend_tasks),
        (events, "expected_rows", wrong_records, events.mend_events),
    ],
    ids=["tasks", "events"],
)
class TestWhatComesWhileAllAreCompared:
    def test_is_not_reported(self, act_meanwhile, module, name, find_wrong, mend):
        act_meanwhile(module, name)
        assert find_wrong() == set()

    def test_is_left_as_it_is(self, act_meanwhile, module, name, find_wrong, mend):
        act_meanwhile(module, name)
        assert mend() == 0
        assert find_wrong() == set()

    def test_is_not_held_up_by_the_daily_job(self, act_meanwhile, module, name, find_wrong, mend):
        act_meanwhile(module, name)
        out = StringIO()
        call_command("daily", stdout=out)
        assert "Timelines: 0 records put right\nTasks: 0 put right\n" in out.getvalue()
        assert find_wrong() == set()

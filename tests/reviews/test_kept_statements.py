"""Kept statements answer as they would if each were put together anew, for whoever reads at any time."""

from datetime import timedelta

import pytest

from cha_engagement.core import statements
from cha_engagement.organisation.models import Organisation
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def compared(monkeypatch):
    """Return of which functions a kept statement was used, each compared with a new one for the very values."""
    functions = []
    kept_statement = statements.kept_statement

    def kept_and_compared(find, values):
        kept = kept_statement(find, values)
        if len({*values}) == len(values):  # Django asks once for a key with which `fill_up` fills up
            new = statements.put_together(find, [*values])
            assert (kept.text, plain_values(kept)) == (new.text, plain_values(new)), find.__qualname__
        functions.append(find.__qualname__)
        return kept

    monkeypatch.setattr(statements, "statements", {})
    monkeypatch.setattr(statements, "kept_statement", kept_and_compared)
    return functions


def plain_values(statement):
    """Return its parameters, a list as itself: psycopg wraps one for a JSON field in what is equal to nothing else."""
    return [getattr(value, "obj", value) for value in statement.parameters]


def read_pages(signed_in, people, customer):
    for person in people:
        client = signed_in(person)
        assert client.get("/").status_code == 200
        assert client.get(customer.get_absolute_url()).status_code == 200


@pytest.mark.policy("65")
def test_statements_that_are_kept_are_those_of_each_reader_at_any_time(
    compared, signed_in, officer, manager, executive, customer, acknowledged_appeal, time_machine
):
    """Colleagues of one role, whose line managers differ; an absence, a role taken away, another interval, and the next day."""
    factories.customer(by=officer, name="Isla Rennie", household_of=customer)
    people = [
        officer,
        factories.staff("colleague", "Officer", line_manager=manager, deputy=officer, team="Repairs"),
        manager,
        factories.staff("othermanager", "Manager", line_manager=manager),
        executive,
        factories.staff("otherexecutive", "Executive Team", line_manager=manager),
    ]
    read_pages(signed_in, people, customer)
    today = statements.timezone.localdate()
    for person in people[1::2]:
        person.away_until = today + timedelta(days=1)
        person.save()
    read_pages(signed_in, people, customer)
    Organisation.objects.update_or_create(pk=1, defaults={"notice_working_days": 1})
    people[3].groups.set(people[0].groups.all())
    read_pages(signed_in, people, customer)
    time_machine.move_to(statements.timezone.now() + timedelta(days=1))
    read_pages(signed_in, people, customer)
    pages, actions = (
        {"waiting_task_rows", "visible_event_keys", "flag_rows"},
        {
            "incidents_that_may_wait",
            "dependent_records",
            "rows_of_records",
            "rows_of_tasks",
            "restrictions_that_may_wait",
            "endings_to_tell",
        },
    )
    assert pages | actions <= set(compared)

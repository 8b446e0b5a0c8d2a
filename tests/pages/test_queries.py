"""P6, P13: what a page asks the database is bounded, whoever opens it, and what logging an incident asks too."""

import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from .. import factories
from .routes import RECORDS, path_of

MOST = 47
MOST_OF_RECORDS = {
    "appeal": 30,
    "contact": 13,
    "decision": 30,
    "incident": 28,
    "interim": 23,
    "letter": 23,
    "note": 16,
    "restriction": 22,
    "review": 28,
}
"""Of the pages of records, by the names of their addresses: on most of these lead many others to them."""
MOST_OF_LOGGING = 53
"""Reads and writes, with two managers to tell of it and somebody to talk with. Half of it writes what follows: notices, events, tasks, words to find."""
SAVEPOINTS = ("SAVEPOINT", "RELEASE")


@pytest.mark.parametrize("who", ["officer", "manager", "executive"])
@pytest.mark.parametrize("route", sorted(RECORDS))
def test_a_page_asks_no_more_than_this(world, ask, who, route):
    path = path_of(route, world.own)
    ask(who, "get", path)  # what is kept for the day is not put together again
    with CaptureQueriesContext(connection) as queries:
        ask(who, "get", path)
    asked = [query["sql"] for query in queries if query["sql"].startswith("SELECT")]
    assert len(asked) <= MOST_OF_RECORDS.get(route, MOST)


def test_logging_an_incident_asks_no_more_than_this_however_many_there_were(world, ask):
    customer, officer = world.own["customer"], world.staff["officer"]

    def log():
        answers = factories.incident_facts(
            customer=customer.reference, occurred_at="2026-11-02T10:00", harm="no", submission=uuid.uuid4()
        )
        with CaptureQueriesContext(connection) as queries:
            assert ask("officer", "post", "/incidents/new/", answers).status_code == 302
        return [query["sql"] for query in queries if not query["sql"].startswith(SAVEPOINTS)]

    log()  # what is kept for the day is not put together again
    asked_of_few = log()
    for _ in range(30):
        factories.incident(by=officer, customer=customer)
    assert len(log()) == len(asked_of_few) <= MOST_OF_LOGGING

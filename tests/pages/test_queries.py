"""P13: what a page asks the database is bounded, whoever opens it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

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


@pytest.mark.parametrize("who", ["officer", "manager", "executive"])
@pytest.mark.parametrize("route", sorted(RECORDS))
def test_a_page_asks_no_more_than_this(world, ask, who, route):
    path = path_of(route, world.own)
    ask(who, "get", path)  # what is kept for the day is not put together again
    with CaptureQueriesContext(connection) as queries:
        ask(who, "get", path)
    asked = [query["sql"] for query in queries if query["sql"].startswith("SELECT")]
    assert len(asked) <= MOST_OF_RECORDS.get(route, MOST)

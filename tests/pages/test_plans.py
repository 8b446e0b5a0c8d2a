"""P1, P2: a list is walked along an index, first page or any further one; nothing is counted, sorted or skipped."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cha_engagement.paging import write_cursor

NOW = timezone.now()
LISTS = {
    "/incidents/": ("incidents_incident", [NOW, 10**6]),
    "/customers/": ("customers_customer", [10**6]),
    "/restrictions/": ("restrictions_restriction", [NOW, 10**6]),
    "/reviews/": ("reviews_review", [NOW.date().replace(year=2020), 0]),
    "/appeals/": ("reviews_appeal", [NOW.date(), 10**6]),
}
FILTERED = [
    ("/customers/", "relationship=tenant"),
    ("/customers/", "flag=restricted"),
    ("/customers/", "flag=adjusted"),
    ("/customers/", "flag=under_notice"),
    ("/customers/", "assigned_to=on"),
    ("/incidents/", "status=closed"),
    ("/incidents/", "category=violence"),
    ("/incidents/", "zero_tolerance=on&status=with_manager"),
    ("/incidents/", "channel=email"),
    ("/incidents/", "since=2026-01-01&until=2026-02-01"),
    ("/incidents/", "reported_by=on"),
    ("/incidents/", "assigned_to=on"),
    ("/incidents/", "customer=CUS-{year}-0001"),
    ("/restrictions/", "status=imposed&kind=channel"),
    ("/restrictions/", "untold=on"),
    ("/reviews/", "within=14&overdue=on&kind=channel"),
    ("/appeals/", "status=received"),
]


def plan(sql):
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # Few rows are quicker read whole: what matters is that an index would do.
            cursor.execute(
                "SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off; SET LOCAL enable_sort = off"
            )
            cursor.execute(f"EXPLAIN {sql}")
            # What is asked of one row at a time comes after what walks the list.
            return "\n".join(line for (line,) in cursor.fetchall()).partition("SubPlan")[0]
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
        return "\n".join(said for _, within, _, said in cursor.fetchall() if not within)


@pytest.mark.parametrize("place", ["first", "further"])
@pytest.mark.parametrize(("path", "asked"), [*((path, "") for path in LISTS), *FILTERED])
def test_a_page_of_a_list_is_read_along_an_index(world, ask, path, asked, place):
    table, cursor = LISTS[path]
    query = f"?{asked.format(year=NOW.year)}" + (
        f"&after={write_cursor(cursor)}" if place == "further" else ""
    )
    with CaptureQueriesContext(connection) as queries:
        assert ask("manager", "get", path + query).status_code == 200
    said = [one["sql"] for one in queries if "SAVEPOINT" not in one["sql"]]
    assert len(said) <= 10
    assert not any(re.search(r"\bCOUNT\(|\bOFFSET\b", sql, re.I) for sql in said)
    rows = next(sql for sql in said if f'FROM "{table}"' in sql and "ORDER BY" in sql)
    told = plan(rows)
    if connection.vendor == "postgresql":
        assert re.search(rf"Index.* on {table}", told), told
        assert "Sort" not in told, told
    else:
        assert re.search(rf"(SCAN|SEARCH) {table}\b", told), told
        assert "TEMP B-TREE" not in told, told

"""P1, P2: each page of a list is read along an index; nothing is counted, sorted or skipped."""

import re
from urllib.parse import parse_qs

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cha_engagement.core.paging import write_cursor
from incidents.models import Incident
from incidents.queries import comparable_incidents

from . import routes

pytestmark = pytest.mark.database

NOW = timezone.now()
LISTS = {
    "/incidents/": ("incidents_incident", [NOW, 10**6]),
    "/customers/": ("customers_customer", ["m", 10**6]),
    "/decisions/": ("restrictions_managementdecision", [NOW, 10**6]),
    "/letters/": ("letters_letter", [NOW, 10**6]),
    "/restrictions/": ("restrictions_restriction", [NOW, 10**6]),
    "/reviews/": ("reviews_review", [NOW.date().replace(year=2020), 0]),
    "/appeals/": ("reviews_appeal", [NOW.date(), 10**6]),
}
ORDERED = {"ends": [NOW.date(), 10**6]}
"""Where a further page begins in an order other than the list's own."""

FILTERED = [
    ("/customers/", "order=reversed"),
    ("/incidents/", "order=reversed"),
    ("/incidents/", "order=reversed&status=closed"),
    ("/decisions/", "order=reversed"),
    ("/letters/", "order=reversed&stage=sent"),
    ("/reviews/", "order=reversed"),
    ("/appeals/", "order=reversed&status=received"),
    ("/restrictions/", "kind=channel:phone"),
    ("/restrictions/", "order=ends"),
    ("/restrictions/", "order=ends-reversed"),
    ("/restrictions/", "order=ends&status=lifted"),
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
    ("/decisions/", "by=on"),
    ("/letters/", "stage=sent"),
    ("/letters/", "stage=issued&drafted_by=on"),
    ("/reviews/", "within=14&overdue=on&kind=channel"),
    ("/appeals/", "status=received"),
]


@pytest.fixture(autouse=True)
def remove_statistics(db):
    """Remove the statistics that SQLite may have of the few rows of other tests: they would make indexes useless."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE IF EXISTS sqlite_stat1")
            cursor.execute("ANALYZE sqlite_schema")


def query_plan(sql):
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # Few rows are quicker read whole: what matters is that an index would do.
            cursor.execute(
                "SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off; SET LOCAL enable_sort = off"
            )
            cursor.execute(f"EXPLAIN {sql}")
            # Subqueries for single rows come after the scan of the list.
            return "\n".join(line for (line,) in cursor.fetchall()).partition("SubPlan")[0]
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
        return "\n".join(detail for _, within, _, detail in cursor.fetchall() if not within)


@pytest.mark.parametrize("place", ["first", "further"])
@pytest.mark.parametrize(("path", "asked"), [*((path, "") for path in LISTS), *FILTERED])
def test_a_page_of_a_list_is_read_along_an_index(world, ask, path, asked, place, monkeypatch):
    monkeypatch.setattr("cha_engagement.lists.queries.FEW", -1)  # as where an answer is common
    table, cursor = LISTS[path]
    order = parse_qs(asked).get("order", [""])[0].partition("-")[0]
    cursor = ORDERED.get(order, cursor)
    query = f"?{asked.format(year=NOW.year)}" + (
        f"&after={write_cursor(cursor)}" if place == "further" else ""
    )
    with CaptureQueriesContext(connection) as queries:
        assert ask("manager", "get", path + query).status_code == 200
    statements = [query["sql"] for query in queries if "SAVEPOINT" not in query["sql"]]
    assert len(statements) <= 10
    of_list = [
        sql for sql in statements if 'FROM "desk_task"' not in sql
    ]  # the number that waits, on every page
    assert not any(re.search(r"\bCOUNT\(|\bOFFSET\b", sql, re.I) for sql in of_list)
    rows = next(sql for sql in statements if f'FROM "{table}"' in sql and "ORDER BY" in sql)
    plan = query_plan(rows)
    if connection.vendor == "postgresql":
        assert re.search(rf"Index.* on {table}", plan), plan
        assert "Sort" not in plan, plan
    else:
        assert re.search(rf"(SCAN|SEARCH) {table}\b", plan), plan
        assert "TEMP B-TREE" not in plan, plan


@pytest.mark.parametrize("asked", ["status=closed", "channel=phone"])
def test_a_common_answer_is_filtered_among_visible_rows(world, ask, asked, monkeypatch):
    monkeypatch.setattr("cha_engagement.lists.queries.FEW", -1)
    with CaptureQueriesContext(connection) as queries:
        assert ask("officer", "get", f"/incidents/?{asked}").status_code == 200
    rows = next(query["sql"] for query in queries if " UNION " in query["sql"] and "ORDER BY" in query["sql"])
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN " + ("" if connection.vendor == "postgresql" else "QUERY PLAN ") + rows)
        plan = "\n".join(str(row[-1]) for row in cursor.fetchall())
    assert not re.search(r"incident_(status|channel)\b", plan), plan


@pytest.mark.policy("13")
def test_comparable_incidents_are_read_from_the_newest(world, monkeypatch):
    monkeypatch.setattr("cha_engagement.lists.queries.FEW", -1)
    incident = Incident.objects.exclude(categories=None).latest("pk")
    with CaptureQueriesContext(connection) as queries:
        list(comparable_incidents([incident.pk], besides=incident.customer)[:100])
    plan = query_plan(queries[-1]["sql"])
    assert not re.search(r"TEMP B-TREE|Sort", plan), plan


GROWING_TABLES = ("incidents_", "restrictions_", "reviews_", "letters_", "evidence_", "customers_")
PARTIAL_INDEXES = {
    "appeal_open", "block_blocked", "breach_suggested", "customer_merged", "decision_unexplained", "incident_unfinished", "interim_ending",
    "letter_asked", "letter_drafts", "letter_unread", "letter_unsent", "one_review_scheduled", "restorative_to_do", "restriction_ending", "restriction_look_again",
    "restriction_proposed", "restriction_not_notified", "review_due", "conversation_waiting",
}  # fmt: skip
"""Indexes of waiting records alone: scanning one takes no longer when there are more cases."""
ORDER_INDEXES = {
    "decision_newest",
    "letter_newest",
    "incident_newest",
    "restriction_newest",
    "appeal_newest",
    "customer_name",
}
"""Indexes in whose order a list is read for somebody who sees everything, until its page is full."""


def scanned_tables(sql):
    """Return the growing tables, or indexes of them, that a query scans from end to end, as its database says."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute(f"EXPLAIN {sql}")
            scanned = {
                table for (line,) in cursor.fetchall() for table in re.findall(r"Seq Scan on (\w+)", line)
            }
            return {name for name in scanned if name.startswith(GROWING_TABLES)}
        cursor.execute("SELECT rootpage, name, tbl_name FROM sqlite_master WHERE rootpage")
        places = {page: (name, table) for page, name, table in cursor.fetchall()}
        cursor.execute(f"EXPLAIN {sql}")
        steps = [row[1:4] for row in cursor.fetchall()]
    opened = {place: places.get(page) for step, place, page in steps if step == "OpenRead"}
    scanned = {opened.get(place) for step, place, _ in steps if step in ("Rewind", "Last")} - {None}
    return {
        name for name, table in scanned if table.startswith(GROWING_TABLES) and table != "incidents_category"
    } - PARTIAL_INDEXES


RECORDS = [name for name, record in routes.RECORDS.items() if name == record]
MAIN_PAGES = [
    "home",
    *(path.strip("/") for path in LISTS),
    "incidents?category=violence",
    "incidents?zero_tolerance=on",
    "customers?flag=restricted",
    "restrictions?untold=on",
    "reviews?kind=channel",
    *RECORDS,
]
ALL_PAGES = [
    name
    for name in routes.names()
    if name not in routes.FILES | {"healthz", "letter_sound", "account_reset_password_from_key"}
]


@pytest.mark.parametrize(
    ("who", "route"),
    [
        *(("manager", route) for route in dict.fromkeys([*ALL_PAGES, *MAIN_PAGES])),
        *((who, route) for who in ("officer", "executive") for route in MAIN_PAGES),
        ("management", "home"),
    ],
)
def test_no_page_scans_a_growing_table(world, ask, who, route):
    name, _, query = route.partition("?")
    path = routes.path_of(name, world.own)
    if path is None:
        return
    with CaptureQueriesContext(connection) as queries:
        ask(who, "get", path + (query and f"?{query}"))
    asked = [query["sql"] for query in queries if query["sql"].startswith("SELECT")]
    allowed = ORDER_INDEXES if path in LISTS else set()
    through = {sql: tables for sql in asked if (tables := scanned_tables(sql) - allowed)}
    assert not through

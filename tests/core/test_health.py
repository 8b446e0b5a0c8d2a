"""A monitor hears that the application cannot work, and not that it can."""

import pytest
from django.db import OperationalError, connection
from django.http import HttpResponse
from django.test import Client

from cha_engagement.core import health
from cha_engagement.core.errors import RetryReadsMiddleware
from cha_engagement.desk import queries
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def test_the_application_is_well_with_all_its_tables(client):
    answer = client.get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"ok")


@pytest.mark.parametrize("table", ["staff_wrongpassword", "cache"])
def test_the_application_is_not_well_without_a_table(client, table):
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE {table}")
    assert client.get("/healthz").status_code == 503


def test_the_application_is_not_well_before_a_migration(client, monkeypatch):
    monkeypatch.setattr(health, "needed_migrations", lambda: frozenset({("staff", "9999_next")}))
    assert client.get("/healthz").status_code == 503


def test_every_migration_of_ours_is_asked_for(settings):
    settings.MIGRATION_MODULES = {}
    health.needed_migrations.cache_clear()
    assert {("staff", "0001_initial"), ("reviews", "0001_initial")} <= health.needed_migrations()
    health.needed_migrations.cache_clear()


def test_the_application_is_not_well_without_its_database(client, monkeypatch):
    def raise_error(*args):
        raise OperationalError

    monkeypatch.setattr(connection.introspection, "table_names", raise_error)
    assert client.get("/healthz").status_code == 503


@pytest.fixture
def dropped_requests(monkeypatch, transactional_db):
    """Drop the connection in the middle of the first page that is asked for; return the methods that it was asked with."""
    asked, show = [], queries.worklist_page

    def worklist(request, today):
        asked.append(request.method)
        if len(asked) == 1:
            monkeypatch.setattr(connection, "is_usable", lambda: len(asked) > 1)
            raise OperationalError
        return show(request, today)

    monkeypatch.setattr(queries, "worklist_page", worklist)
    return asked


def test_a_page_that_the_database_dropped_is_looked_at_again(dropped_requests):
    client = Client(raise_request_exception=False)
    client.force_login(factories.staff("officer", "Officer"))
    assert client.get("/").status_code == 200
    assert dropped_requests == ["GET", "GET"]


@pytest.mark.parametrize(
    ("method", "is_usable", "times"),
    [("get", False, 2), ("head", False, 2), ("get", True, 1), ("post", False, 1)],
)
def test_no_post_is_repeated_and_nothing_while_the_database_is_well(
    rf, monkeypatch, transactional_db, method, is_usable, times
):
    connection.ensure_connection()
    monkeypatch.setattr(connection, "is_usable", lambda: is_usable)
    asked = []

    def answer(request):
        asked.append(request)
        return HttpResponse(status=503)

    assert RetryReadsMiddleware(answer)(getattr(rf, method)("/")).status_code == 503
    assert len(asked) == times

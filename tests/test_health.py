"""A monitor hears that the application cannot work, and not that it can."""

import pytest
from django.db import OperationalError, connection

from cha_engagement import health

pytestmark = pytest.mark.django_db


def test_with_all_its_tables_it_is_well(client):
    answer = client.get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"ok")


@pytest.mark.parametrize("table", ["staff_wrongpassword", "cache"])
def test_without_a_table_it_is_not(client, table):
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE {table}")
    assert client.get("/healthz").status_code == 503


def test_before_a_migration_it_is_not(client, monkeypatch):
    monkeypatch.setattr(health, "needed_migrations", lambda: frozenset({("staff", "9999_next")}))
    assert client.get("/healthz").status_code == 503


def test_every_migration_of_ours_is_asked_for(settings):
    settings.MIGRATION_MODULES = {}
    health.needed_migrations.cache_clear()
    assert {("staff", "0001_initial"), ("reviews", "0001_initial")} <= health.needed_migrations()
    health.needed_migrations.cache_clear()


def test_without_its_database_it_is_not(client, monkeypatch):
    def gone(*args):
        raise OperationalError

    monkeypatch.setattr(connection.introspection, "table_names", gone)
    assert client.get("/healthz").status_code == 503

"""Statements that PostgreSQL plans once for a connection. SQLite is asked for them as they are."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection
from django.utils import timezone

from cha_engagement.core import planning
from cha_engagement.core.statements import kept_records, kept_rows, kept_rows_of_all
from cha_engagement.staff.models import Notice, StaffMember

pytestmark = [pytest.mark.django_db, pytest.mark.database]

LONG_AGO = timezone.now() - timedelta(days=1)


def texts_for(person):
    return Notice.objects.filter(recipient=person, pk__gt=0).order_by().values_list("text")


def unread_texts_for(person, since):
    unread = Notice.objects.filter(recipient=person, recipient__pk=person, created_at__gte=since)
    return unread.filter(read_at=None, text__endswith="100% $1").order_by().values_list("text")


def own_notices(person):
    return Notice.objects.filter(recipient=person)


def active_names():
    return StaffMember.objects.filter(is_active=True).order_by().values_list("username")


@pytest.fixture
def names():
    """Return how to read the names of what this connection has planned: nothing before, and nothing afterwards."""

    def names():
        if connection.vendor != "postgresql":
            return []
        with connection.cursor() as cursor:
            cursor.execute("SELECT name FROM pg_prepared_statements")
            return [name for (name,) in cursor.fetchall()]

    def forget():
        planning.plans.clear()
        with connection.cursor() as cursor:
            for name in names():
                cursor.execute(f"DEALLOCATE {name}")

    forget()
    yield names
    forget()


@pytest.fixture(autouse=True)
def notices(officer, manager):
    for person in (officer, manager):
        Notice.objects.create(recipient=person, text=f"{person.username}, 100% $1", path="/")


def test_a_statement_is_planned_once_and_asked_with_each_value(names, officer, manager):
    for person in (officer, manager, officer):
        assert kept_rows(texts_for, person.pk) == [(f"{person.username}, 100% $1",)]
        assert kept_rows(unread_texts_for, person.pk, LONG_AGO) == [(f"{person.username}, 100% $1",)]
        assert kept_rows(unread_texts_for, person.pk, timezone.now()) == []
        assert {notice.recipient_id for notice in kept_records(Notice, own_notices, person.pk)} == {person.pk}
        assert {(officer.username,), (manager.username,)} <= {*kept_rows(active_names)}
    assert len(names()) == (4 if connection.vendor == "postgresql" else 0)


def test_several_statements_are_planned_together(names, officer, manager):
    for _ in range(2):
        rows = kept_rows_of_all((texts_for, (person.pk,)) for person in (manager, officer))
        assert {text for (text,) in rows} == {"manager, 100% $1", "officer, 100% $1"}
    assert len(names()) == (1 if connection.vendor == "postgresql" else 0)


def test_what_was_asked_for_longest_ago_is_forgotten(names, officer, monkeypatch):
    monkeypatch.setattr(planning, "MOST_PLANNED", 2)
    for _ in range(2):
        assert len(kept_rows(texts_for, officer.pk)) == 1
        assert len(kept_records(Notice, own_notices, officer.pk)) == 1
        kept = names()
        assert len(kept_rows(texts_for, officer.pk)) == 1
        assert kept_rows(active_names)
        assert len(set(kept) - set(names())) == len(set(names()) - set(kept)) == bool(kept)


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_is_gone_is_told_as_ever_and_the_next_plans_anew(officer):
    """So the page that says so is shown, and a name that one connection knows is not taken to another."""
    kept_rows(texts_for, officer.pk)
    connection.connection.close()
    try:
        for find in (texts_for, active_names):
            with pytest.raises(DatabaseError):
                kept_rows(find, *[officer.pk] * (find is texts_for))
    finally:
        connection.close()
    assert len(kept_rows(texts_for, officer.pk)) == 1

"""Statements that are compiled once a day, and asked with other values each time."""

from datetime import timedelta

import pytest
from django.utils import timezone

from cha_engagement.core import statements
from cha_engagement.core.statements import kept_keys
from cha_engagement.staff.models import Notice, StaffMember

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture(autouse=True)
def built(monkeypatch):
    """Return the values with which statements were put together, none of which are there yet."""
    monkeypatch.setattr(statements, "statements", {})
    return []


@pytest.fixture
def keys_since(built):
    def keys_since(person, moment, *, given=None):
        def find(person, moment):
            built.append(person)
            notices = Notice.objects.filter(recipient=person, created_at__gte=moment)
            return notices.order_by().values("recipient")

        return StaffMember.objects.filter(pk__in=kept_keys(find, person.pk, moment, given=given))

    return keys_since


def test_a_statement_is_put_together_once_and_asked_with_each_value(keys_since, built, officer, manager):
    Notice.objects.create(recipient=officer, text="Read this.", reference="INC-2026-0001", path="/")
    before, after = timezone.now() - timedelta(hours=1), timezone.now() + timedelta(hours=1)
    assert list(keys_since(officer, before)) == [officer]
    assert list(keys_since(officer, after)) == []
    assert list(keys_since(manager, before)) == []
    assert len(built) == 1
    assert not {officer.pk, manager.pk} & {*built}


def test_a_statement_is_put_together_anew_the_next_day(keys_since, built, officer, time_machine):
    list(keys_since(officer, timezone.now()))
    time_machine.move_to(timezone.now() + timedelta(days=1))
    list(keys_since(officer, timezone.now()))
    assert len(built) == 2


def test_statements_of_another_day_are_dropped(keys_since, officer, time_machine):
    list(keys_since(officer, timezone.now()))
    time_machine.move_to(timezone.now() + timedelta(days=1))
    list(keys_since(officer, timezone.now()))
    assert len(statements.statements) == 1


def test_a_statement_that_another_thread_drops_is_asked_all_the_same(keys_since, officer, monkeypatch):
    class Forgetful(dict):
        def __setitem__(self, key, value):
            pass

    monkeypatch.setattr(statements, "statements", Forgetful())
    assert list(keys_since(officer, timezone.now())) == []


def test_a_statement_is_kept_apart_for_what_it_depends_on(keys_since, built, officer):
    for permissions in (frozenset({"one"}), frozenset({"two"}), frozenset({"one"})):
        list(keys_since(officer, timezone.now(), given=permissions))
    assert len(built) == 2


def test_kept_statements_stay_few(keys_since, officer, monkeypatch):
    monkeypatch.setattr(statements, "MOST_STATEMENTS", 3)
    for number in range(10):
        list(keys_since(officer, timezone.now(), given=number))
    assert len(statements.statements) <= 3

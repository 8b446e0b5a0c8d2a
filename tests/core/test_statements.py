"""Statements that are compiled once a day, and asked with other values each time."""

from datetime import timedelta

import pytest
from django.utils import timezone

from cha_engagement.core import statements
from cha_engagement.core.statements import kept_keys, kept_rows
from cha_engagement.staff.models import Notice, StaffMember
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.database]

HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def put_together(monkeypatch):
    """Return for whom statements were put together: none are kept yet."""
    monkeypatch.setattr(statements, "statements", {})
    return []


@pytest.fixture
def notices_since(put_together):
    def notices_since(person, moment):
        put_together.append(getattr(person, "pk", person))
        return Notice.objects.filter(recipient=person, created_at__gte=moment).order_by().values("recipient")

    return notices_since


@pytest.fixture
def notice(officer):
    return Notice.objects.create(recipient=officer, text="Read this.", reference="INC-2026-0001", path="/")


@pytest.mark.usefixtures("notice")
def test_a_statement_is_put_together_once_and_asked_with_each_value(
    notices_since, put_together, officer, manager
):
    now = timezone.now()
    for person, moment, found in (
        (officer, now - HOUR, 1),
        (officer, now + HOUR, 0),
        (manager, now - HOUR, 0),
    ):
        keys = kept_keys(notices_since, person.pk, moment)
        assert StaffMember.objects.filter(pk__in=keys).count() == found
        assert len(kept_rows(notices_since, person.pk, moment)) == found
    assert len(put_together) == 1
    assert not {officer.pk, manager.pk} & {*put_together}


@pytest.mark.usefixtures("notice")
def test_a_statement_is_kept_apart_for_readers_who_may_do_other_things(
    notices_since, put_together, officer, manager
):
    colleague = factories.staff("colleague", "Officer")
    for reader in (officer, colleague, manager, officer):
        found = kept_rows(notices_since, reader, timezone.now() - HOUR)
        assert found == ([(officer.pk,)] if reader == officer else [])
    assert len(put_together) == 2
    assert not {officer.pk, colleague.pk, manager.pk} & {*put_together}


def test_a_statement_is_put_together_anew_the_next_day(notices_since, put_together, officer, time_machine):
    kept_rows(notices_since, officer.pk, timezone.now())
    time_machine.move_to(timezone.now() + timedelta(days=1))
    kept_rows(notices_since, officer.pk, timezone.now())
    assert len(put_together) == 2
    assert len(statements.statements) == 1


def test_a_statement_that_another_thread_drops_is_asked_all_the_same(notices_since, officer, monkeypatch):
    class Forgetful(dict):
        def __setitem__(self, key, value):
            pass

    monkeypatch.setattr(statements, "statements", Forgetful())
    assert kept_rows(notices_since, officer.pk, timezone.now()) == []


def test_kept_statements_stay_few(officer, monkeypatch):
    monkeypatch.setattr(statements, "MOST_STATEMENTS", 3)
    for count in range(1, 10):
        kept_rows(lambda *keys: Notice.objects.filter(pk__in=keys).values("pk"), *range(count))
    assert len(statements.statements) <= 3

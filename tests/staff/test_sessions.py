"""S9: a session ends after a time with nobody there, and at the latest with the day."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import OperationalError
from django.db.models import QuerySet
from django.test import Client

from .. import factories

pytestmark = pytest.mark.django_db

START = "2026-11-23T08:00:00Z"
MINUTE = timedelta(minutes=1)
BY_SCRIPT = {"Sec-Fetch-Mode": "cors"}


@pytest.fixture
def clock(time_machine):
    time_machine.move_to(START, tick=False)
    return time_machine


@pytest.fixture
def window(clock, officer, signed_in):
    return signed_in(officer)


def is_signed_in(client, **headers):
    return client.get("/look-up/", headers=headers).status_code == 200  # a page that is soon made


def test_whoever_does_nothing_is_signed_out_and_the_row_is_gone(window, clock):
    clock.shift(14 * MINUTE)
    assert is_signed_in(window)
    clock.shift(15 * MINUTE)
    answer = window.get("/customers/")
    assert answer.headers["Location"] == "/accounts/login/?next=/customers/"
    assert not Session.objects.exists()


def test_whoever_opens_pages_stays_until_the_day_is_over(window, clock):
    for _ in range(47):
        clock.shift(10 * MINUTE)
        assert is_signed_in(window)
    clock.shift(9 * MINUTE)
    assert is_signed_in(window)
    clock.shift(MINUTE)
    assert not is_signed_in(window)
    assert not Session.objects.exists()


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/look-up/", BY_SCRIPT),
        ("/", {"Sec-Fetch-Mode": "no-cors"}),
    ],
)
def test_what_a_script_asks_for_keeps_nobody_signed_in(window, clock, path, headers):
    for _ in range(3):
        clock.shift(5 * MINUTE)
        window.get(path, headers=headers)
    assert not is_signed_in(window)


def test_what_changes_in_a_session_does_not_put_its_end_off(window, clock):
    clock.shift(10 * MINUTE)
    session = window.session
    session["kept"] = "x"
    session.save()
    clock.shift(5 * MINUTE)
    assert not is_signed_in(window)


def test_an_ended_session_is_not_brought_back_by_a_request_that_was_on_its_way(window, clock):
    session = window.session
    assert session.items()
    clock.shift(15 * MINUTE)
    session.prolong()
    assert not is_signed_in(window)


def test_a_session_that_does_not_say_when_it_began_has_ended(window):
    session = window.session
    del session["began"]
    session.save()
    assert not is_signed_in(window)
    assert not Session.objects.exists()


def test_signing_in_again_begins_a_day_of_its_own(window, clock, officer):
    for _ in range(47):
        clock.shift(10 * MINUTE)
        window.get("/")
    window.force_login(officer)
    clock.shift(14 * MINUTE)
    assert is_signed_in(window)


def test_times_come_from_the_settings(window, clock, officer, signed_in, settings):
    settings.SESSION_IDLE, settings.SESSION_DAY = timedelta(minutes=40), timedelta(hours=1)
    longer = signed_in(officer)
    clock.shift(39 * MINUTE)
    assert is_signed_in(longer)
    clock.shift(20 * MINUTE)
    assert is_signed_in(longer)
    clock.shift(MINUTE)
    assert not is_signed_in(longer)


def test_the_daily_job_removes_rows_of_sessions_that_have_ended(window, clock, signed_in):
    clock.shift(20 * MINUTE)
    living = signed_in(factories.staff("rowan", "Officer"))
    call_command("daily", verbosity=0)
    assert [row.session_key for row in Session.objects.all()] == [living.session.session_key]


def test_pages_opened_within_a_moment_write_one_row(window, clock):
    clock.shift(5 * MINUTE)
    window.get("/")
    before = Session.objects.get().expire_date
    clock.shift(timedelta(seconds=5))
    window.get("/")
    assert Session.objects.get().expire_date == before


def state(client, method="get"):
    return getattr(client, method)("/accounts/session/").json()


def test_a_sign_of_typing_keeps_somebody_signed_in_and_a_page_that_asks_does_not(window, clock, officer):
    clock.shift(10 * MINUTE)
    answer = state(window)
    assert (answer["person"], answer["left"], answer["can_stay"]) == (officer.pk, 300, True)
    clock.shift(4 * MINUTE)
    assert state(window, "post")["left"] == 900
    clock.shift(14 * MINUTE)
    assert state(window)["left"] == 60
    clock.shift(MINUTE)
    assert state(window, "post") == state(window) == {"person": None, "left": 0}


def test_nobody_stays_longer_than_the_day_by_typing(window, clock):
    for _ in range(48):
        answer = state(window, "post")
        clock.shift(10 * MINUTE)
    assert (answer["left"], answer["can_stay"]) == (600, False)
    assert state(window, "post")["person"] is None


def test_a_sign_of_typing_needs_a_token(officer):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(officer)
    assert strict.post("/accounts/session/").status_code == 403


def test_a_page_is_shown_while_somebody_else_writes_for_long(window, clock, monkeypatch):
    def raise_locked(*_, **__):
        raise OperationalError("database is locked")

    clock.shift(5 * MINUTE)
    monkeypatch.setattr(QuerySet, "update", raise_locked)
    assert is_signed_in(window)


def test_an_account_that_is_opened_again_is_not_signed_in_by_an_old_cookie(window, officer):
    officer.is_active = False
    officer.save()
    officer.is_active = True
    officer.save()
    assert not is_signed_in(window)

"""S7, K14: guessing is stopped, and nobody is locked out by what somebody else tries."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cha_engagement.staff import throttle
from cha_engagement.staff.mail import compose_password_message
from cha_engagement.staff.models import StaffMember, WrongPassword

from .. import factories

pytestmark = pytest.mark.django_db

PASSWORD = "plovers on a pier"
NOON = "2026-11-23T12:00:00Z"
OFFICE, HOME, ELSEWHERE = "198.51.100.1", "198.51.100.2", "203.0.113.7"
WAIT = "Too many wrong passwords"


@pytest.fixture(autouse=True)
def clock(time_machine):
    time_machine.move_to(NOON, tick=False)
    return time_machine


@pytest.fixture
def officer(officer):
    officer.set_password(PASSWORD)
    officer.save()
    return officer


def sign_in(client, address, username="officer", password=PASSWORD, **extra):
    return client.post(
        "/accounts/login/", {"login": username, "password": password}, REMOTE_ADDR=address, **extra
    )


def guess(times, address, username="officer", client=None):
    for _ in range(times):
        page = sign_in(client or Client(), address, username, "wrong")
    return page


def comes_in(client, address, **kwargs):
    return sign_in(client, address, **kwargs).status_code == 302


def known_browser(address=OFFICE):
    """Return a browser in which the officer has signed in, and out again."""
    client = Client()
    assert comes_in(client, address)
    client.post("/accounts/logout/")
    return client


def test_after_five_wrong_passwords_from_an_address_the_right_one_must_wait(client, officer, clock):
    guess(5, ELSEWHERE)
    page = sign_in(client, ELSEWHERE).content.decode()
    assert f"{WAIT}. Wait five minutes" in page
    assert "choose a new password by email" in page
    clock.shift(5 * 60)
    assert comes_in(client, ELSEWHERE)


@pytest.mark.parametrize("username", ["officer", "OFFICER", " officer", "nobody"])
def test_each_way_to_write_a_name_and_an_unknown_one_is_counted_alike(officer, username):
    guess(5, ELSEWHERE, username.strip().lower())
    assert WAIT in guess(1, ELSEWHERE, username).content.decode()


def test_wrong_passwords_from_elsewhere_do_not_lock_a_colleague_out(client, officer):
    assert WAIT in guess(6, ELSEWHERE).content.decode()
    assert comes_in(client, OFFICE)


def test_wrong_passwords_for_one_account_do_not_lock_another(client, officer, manager):
    guess(6, OFFICE, "manager")
    assert comes_in(client, OFFICE)


def test_twenty_wrong_passwords_from_an_office_do_not_lock_the_office(client, officer):
    for number in range(4):
        guess(5, OFFICE, f"colleague{number}")
    assert comes_in(client, OFFICE)


def use_up_attempts(address=OFFICE):
    """Guess at made-up names until the address has no more attempts."""
    for number in range(throttle.ADDRESS.attempts):
        guess(1, address, f"somebody{number}")


def test_made_up_names_do_not_keep_an_office_out_not_even_after_a_slip(officer):
    use_up_attempts()
    guess(throttle.FEW_ATTEMPTS.attempts - 1, OFFICE)
    assert comes_in(Client(), OFFICE)


@pytest.mark.parametrize("username", ["officer", "nobody"])
def test_few_guesses_at_many_accounts_are_stopped_and_known_browsers_let_in(officer, username):
    colleague = known_browser()
    use_up_attempts()
    assert WAIT not in guess(throttle.FEW_ATTEMPTS.attempts, OFFICE, username).content.decode()
    assert WAIT in sign_in(Client(), OFFICE, username).content.decode()
    assert comes_in(colleague, OFFICE)


def test_an_address_that_tries_endless_names_is_stopped_but_no_known_browser(officer, monkeypatch):
    monkeypatch.setattr(throttle, "ADDRESS_CEILING", throttle.ADDRESS)
    colleague = known_browser()
    use_up_attempts()
    assert WAIT in sign_in(Client(), OFFICE).content.decode()
    assert comes_in(colleague, OFFICE)


def test_guesses_from_a_thousand_machines_are_few_and_known_browsers_are_let_in(officer, clock):
    colleague = known_browser()
    for number in range(throttle.ACCOUNT.attempts):
        guess(1, f"203.0.113.{number}")
    assert WAIT in sign_in(Client(), HOME).content.decode()
    assert comes_in(colleague, HOME)
    clock.shift(60 * 60)
    assert comes_in(Client(), HOME)


def test_while_others_guess_a_link_by_email_lets_a_new_browser_in(client, officer):
    for number in range(throttle.ACCOUNT.attempts):
        guess(1, f"203.0.113.{number}")
    assert not comes_in(client, HOME)
    link = re.search(r"/accounts\S+", compose_password_message(officer).body)[0]
    page = client.get(link, follow=True)
    typed = {"password1": "oystercatchers at dawn", "password2": "oystercatchers at dawn"}
    client.post(page.request["PATH_INFO"], typed)
    assert comes_in(client, HOME, password="oystercatchers at dawn")


def test_one_address_alone_cannot_use_up_the_tries_of_an_account(client, officer, clock):
    for _ in range(12):
        guess(6, ELSEWHERE)
        clock.shift(5 * 60)
    assert WrongPassword.objects.count() < throttle.ACCOUNT.attempts
    assert comes_in(client, HOME)


def test_a_known_browser_may_try_five_times_too(officer):
    colleague = known_browser()
    guess(5, OFFICE, client=colleague)
    assert WAIT in sign_in(colleague, OFFICE).content.decode()
    assert comes_in(Client(), OFFICE)  # it has used up nobody else's tries


def test_a_stolen_cookie_gives_a_few_tries_a_day(officer, clock):
    thief = Client()
    thief.cookies[throttle.COOKIE] = known_browser().cookies[throttle.COOKIE].value
    for _ in range(5):
        guess(5, ELSEWHERE, client=thief)
        clock.shift(5 * 60)
    known_tries = WrongPassword.objects.filter(is_known=True).count()
    assert known_tries == throttle.KNOWN_BROWSER_A_DAY.attempts


@pytest.mark.parametrize("cookie", ["", "nonsense", "WyJhIl0:1aaaaa:forged", "\xff"])
def test_a_cookie_that_we_did_not_sign_makes_no_browser_known(officer, cookie):
    forger = Client()
    forger.cookies[throttle.COOKIE] = cookie
    guess(5, ELSEWHERE, client=forger)
    assert not WrongPassword.objects.filter(is_known=True).exists()
    assert WAIT in sign_in(forger, ELSEWHERE).content.decode()


def test_a_browser_is_known_to_those_who_signed_in_with_it_alone(officer):
    officer2 = factories.staff("officer2", "Officer")
    guess(5, OFFICE, "officer2", client=known_browser())
    assert not WrongPassword.objects.filter(is_known=True).exists()
    assert officer2.username not in str(WrongPassword.objects.values())


def test_the_cookie_is_long_lived_and_for_the_sign_in_alone(officer, settings):
    settings.SESSION_COOKIE_SECURE = True
    client = Client()
    sign_in(client, OFFICE)
    cookie = client.cookies[throttle.COOKIE]
    assert (cookie["httponly"], cookie["secure"], cookie["samesite"]) == (True, True, "Lax")
    assert (cookie["path"], cookie["max-age"]) == ("/accounts/", 182 * 24 * 60 * 60)
    assert "officer" not in cookie.value


def test_a_right_password_takes_back_the_wrong_ones_before_it(officer):
    for _ in range(3):
        guess(4, OFFICE)
        assert comes_in(Client(), OFFICE)
    assert not WrongPassword.objects.exists()


def test_waiting_makes_no_wait_longer(client, officer, clock):
    guess(5, ELSEWHERE)
    clock.shift(4 * 60)
    guess(20, ELSEWHERE)
    clock.shift(60)
    assert comes_in(client, ELSEWHERE)


@pytest.mark.parametrize("last", ["203.0.113.7", "2001:db8::7"])
def test_behind_the_proxy_the_visitors_own_address_counts_whatever_they_say_of_it(officer, settings, last):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    for number in range(6):
        headers = {"X-Forwarded-For": f"198.51.100.{number}, {last}"}
        page = sign_in(Client(), "127.0.0.1", password="wrong", headers=headers)
    assert WAIT in page.content.decode()
    assert comes_in(Client(), "127.0.0.1", headers={"X-Forwarded-For": OFFICE})


def test_one_machine_with_many_addresses_of_the_sixth_version_is_one(officer):
    for number in range(6):
        page = sign_in(Client(), f"2001:db8::{number}", password="wrong")
    assert WAIT in page.content.decode()


def test_an_address_of_the_fourth_version_is_the_same_however_it_is_written(officer):
    for address in ["198.51.100.9", "::ffff:198.51.100.9"] * 3:
        page = sign_in(Client(), address, password="wrong")
    assert WAIT in page.content.decode()
    assert comes_in(Client(), "::ffff:198.51.100.10")


def test_guesses_from_six_addresses_are_slowed_and_known_browsers_are_let_in(officer):
    colleague = known_browser()
    for number in range(6):
        guess(5, f"203.0.113.{number}")
    assert WAIT in guess(1, "203.0.113.6").content.decode()
    assert comes_in(colleague, OFFICE)


@pytest.mark.parametrize("tries", [1, 6])
def test_the_same_words_and_the_same_questions_whether_or_not_the_account_exists(officer, tries):
    pages, statements = [], []
    guess(1, HOME, "warm")
    for username in ("officer", "nobodys"):
        guess(tries - 1, ELSEWHERE, username) if tries > 1 else None
        with CaptureQueriesContext(connection) as queries:
            page = sign_in(Client(), ELSEWHERE, username, "wrong")
        shown = re.sub('name="csrfmiddlewaretoken" value="[^"]*"', "", page.content.decode())
        pages.append(shown.replace(username, "?"))
        statements.append([re.sub(r"'[^']*'|\b\d+\b", "?", query["sql"]) for query in queries])
    assert pages[0] == pages[1]
    assert statements[0] == statements[1]


def test_who_sends_nothing_is_told_what_to_type_however_often(client):
    for _ in range(40):
        page = client.post("/accounts/login/", {"login": "", "password": ""})
    assert page.status_code == 200
    assert "Type your password." in page.content.decode()


def test_what_is_older_than_a_day_is_forgotten(officer, clock):
    guess(2, ELSEWHERE)
    clock.shift(24 * 60 * 60)
    guess(1, ELSEWHERE)
    assert throttle.forget_old_attempts() == 2
    assert WrongPassword.objects.count() == 1
    assert StaffMember.objects.count() == 1

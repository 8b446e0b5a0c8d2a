import re

import pytest
from allauth.account.adapter import get_adapter
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import NoReverseMatch, reverse

from cha_engagement.staff.mail import send_due_emails
from cha_engagement.staff.models import Email, StaffMember

from .. import factories

pytestmark = pytest.mark.django_db

PASSWORD = "plovers on a pier"
NEW = "oystercatchers at dawn"
WRONG = "The username or the password is not right. Check both and try again."


@pytest.fixture
def officer(officer):
    officer.set_password(PASSWORD)
    officer.save()
    return officer


def sign_in(client, username="officer", password=PASSWORD, path="/accounts/login/"):
    return client.post(path, {"login": username, "password": password})


def text(page):
    return page.content.decode()


def link(email):
    return re.search(r"http://\S+", email.body)[0]


def is_signed_in(client):
    return client.get("/").status_code == 200


@pytest.mark.parametrize("username", ["officer", "Officer", " officer "])
def test_one_signs_in_by_username_and_password_and_finds_the_work(client, officer, username):
    assert sign_in(client, username).headers["Location"] == "/"
    assert is_signed_in(client)


@pytest.mark.parametrize(("username", "password"), [("officer", "wrong"), ("nobody", PASSWORD)])
def test_a_wrong_password_and_an_unknown_username_get_the_same_answer(client, officer, username, password):
    page = sign_in(client, username, password)
    assert WRONG in text(page)
    assert f'value="{username}"' in text(page)
    assert password not in text(page)
    assert not is_signed_in(client)


def test_blank_fields_say_what_to_type(client):
    page = text(sign_in(client, "", ""))
    assert "Type your username." in page
    assert "Type your password." in page


def test_a_closed_account_says_so_to_its_owner_alone(client, officer):
    StaffMember.objects.filter(pk=officer.pk).update(is_active=False)
    assert WRONG in text(sign_in(client, password="wrong"))
    page = client.post("/accounts/login/", {"login": "officer", "password": PASSWORD}, follow=True)
    assert "This account is closed" in text(page)
    assert not is_signed_in(client)


def test_after_signing_in_one_is_where_one_wanted_to_be(client, officer):
    assert sign_in(client, path="/accounts/login/?next=/customers/").headers["Location"] == "/customers/"


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_signing_in_leads_nowhere_but_here(client, officer, elsewhere):
    assert sign_in(client, path=f"/accounts/login/?next={elsewhere}").headers["Location"] == "/"


def test_who_is_signed_in_already_goes_to_the_work(client, officer):
    sign_in(client)
    assert client.get("/accounts/login/").headers["Location"] == "/"


def test_signing_out_takes_a_post_and_says_so(client, officer):
    sign_in(client)
    assert "Sign out" in text(client.get("/accounts/logout/"))
    assert is_signed_in(client)
    page = client.post("/accounts/logout/", follow=True)
    assert "You are signed out." in text(page)
    assert not is_signed_in(client)


def test_nobody_signs_themselves_up(client, rf):
    for name in ("account_signup", "account_email"):
        with pytest.raises(NoReverseMatch):
            reverse(name)
    assert client.get("/accounts/signup/").status_code == 404
    assert client.post("/accounts/signup/", {"username": "me"}).status_code == 404
    assert not get_adapter().is_open_for_signup(rf.get("/"))
    assert "sign up" not in text(client.get("/accounts/login/")).lower()


def test_every_page_leads_to_changing_the_password_once_signed_in(client, officer):
    assert "/accounts/password/change/" not in text(client.get("/accounts/login/"))
    sign_in(client)
    assert 'href="/accounts/password/change/"' in text(client.get("/"))


def test_a_password_is_changed_by_whoever_knows_it_and_they_stay_signed_in(client, officer):
    sign_in(client)
    typed = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
    page = client.post("/accounts/password/change/", typed, follow=True)
    assert page.redirect_chain == [("/", 302)]
    assert "Your password is changed." in text(page)
    assert officer.history.latest().history_change_reason == "Chose a new password"
    officer.refresh_from_db()
    assert officer.check_password(NEW)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"oldpassword": "wrong"}, "This is not your password. Type the one that you use now."),
        ({"password1": "short", "password2": "short"}, "at least 12 characters"),
        ({"password2": "another one"}, "You must type the same password each time."),
        ({"password1": ""}, "Type a new password."),
    ],
)
def test_a_password_that_will_not_do_gets_a_sentence(client, officer, typed, sentence):
    sign_in(client)
    page = client.post(
        "/accounts/password/change/", {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW} | typed
    )
    assert sentence in text(page)
    officer.refresh_from_db()
    assert officer.check_password(PASSWORD)


def test_changing_a_password_ends_the_other_sessions(client, officer, signed_in):
    elsewhere = signed_in(officer)
    sign_in(client)
    client.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW})
    assert is_signed_in(client)
    assert not is_signed_in(elsewhere)


def test_who_is_signed_in_without_a_password_asks_for_a_link(signed_in, manager):
    page = signed_in(manager).get("/accounts/password/change/", follow=True)
    assert page.redirect_chain[-1] == ("/accounts/password/reset/", 302)


def test_a_forgotten_password_is_chosen_anew_by_a_link_that_works_once(client, officer, settings):
    settings.SITE_URL = "http://engagement.example"
    page = client.post("/accounts/password/reset/", {"email": "OFFICER@lochside.example"}, follow=True)
    assert "If there is an account with that address" in text(page)
    assert mail.outbox == []
    send_due_emails()
    [email] = mail.outbox
    assert link(email).startswith("http://engagement.example/accounts/password/reset/key/")
    assert "officer" not in (email.subject + email.body).lower()
    page = client.get(link(email).removeprefix("http://engagement.example"), follow=True)
    assert "officer" in text(page)  # the username, for whoever was invited
    page = client.post(page.request["PATH_INFO"], {"password1": NEW, "password2": NEW}, follow=True)
    assert "Your password is changed" in text(page)
    assert "This link no longer works" in text(
        client.get(link(email).removeprefix("http://engagement.example"), follow=True)
    )
    sign_in(client, password=NEW)
    assert is_signed_in(client)


@pytest.mark.parametrize("email", ["nobody@lochside.example", "closed@lochside.example"])
def test_an_address_without_an_open_account_gets_the_same_answer_and_no_email(client, email):
    factories.staff("closed", "Officer", is_active=False)
    page = client.post("/accounts/password/reset/", {"email": email}, follow=True)
    assert "If there is an account with that address" in text(page)
    send_due_emails()
    assert mail.outbox == []
    assert not Email.objects.exists()


def test_a_link_takes_the_same_questions_of_the_database_for_whomever_it_is_asked(client, officer):
    statements = {}
    client.post("/accounts/password/reset/", {"email": "warm@lochside.example"})
    for address in ("officer@lochside.example", "nobody@lochside.example"):
        with CaptureQueriesContext(connection) as queries:
            page = client.post("/accounts/password/reset/", {"email": address})
        statements[address] = [re.sub(r"'[^']*'|\d+", "?", query["sql"]) for query in queries]
        assert page.status_code == 302
    first, second = statements.values()
    assert first == second
    assert any("staff_email" in sql for sql in first)


@pytest.mark.parametrize("email", ["", "not an address", "a\x00b@lochside.example"])
def test_what_is_no_address_gets_a_sentence(client, email):
    page = client.post("/accounts/password/reset/", {"email": email})
    assert "There is something to put right" in text(page)


@pytest.mark.parametrize("key", ["1-nonsense", "1-set-password", "zzzzzzzzzzzzz-a-b", "0-%00"])
def test_a_link_that_was_made_up_is_no_longer_good(client, officer, key):
    page = client.get(f"/accounts/password/reset/key/{key}/", follow=True)
    assert page.status_code == 200
    assert "This link no longer works" in text(page)


def test_a_link_goes_to_the_current_address_of_an_account_alone(client, officer):
    sign_in(client)
    client.get("/accounts/password/change/")
    client.post("/accounts/logout/")
    for address in ("new@lochside.example", "newer@lochside.example"):
        officer.email = address
        officer.save()
        client.post("/accounts/password/reset/", {"email": address})
    send_due_emails()
    mail.outbox.clear()
    for address in ("officer@lochside.example", "new@lochside.example", "newer@lochside.example"):
        client.post("/accounts/password/reset/", {"email": address})
    send_due_emails()
    assert [email.to for email in mail.outbox] == [["newer@lochside.example"]]


def test_an_address_is_found_in_whatever_case_an_administrator_typed_it(client, officer):
    officer.email = "Officer@Lochside.Example"
    officer.full_clean()
    officer.save()
    client.post("/accounts/password/reset/", {"email": "OFFICER@lochside.example"})
    send_due_emails()
    assert len(mail.outbox) == 1


def test_every_page_is_ours_with_nothing_inline(client, officer):
    for name in (
        "account_login",
        "account_inactive",
        "account_reset_password",
        "account_reset_password_done",
        "account_reset_password_from_key_done",
    ):
        page = client.get(reverse(name))
        assert page.status_code == 200
        assert "app-masthead" in text(page)
        assert not re.search(r"<script(?![^>]*\bsrc=)|\sstyle=|<style|\son[a-z]+=", text(page)), name


def test_json_is_answered_without_giving_anything_away(client, officer):
    page = client.post(
        "/accounts/login/",
        {"login": "officer", "password": "wrong"},
        headers={"X-Requested-With": "XMLHttpRequest"},
    )
    assert page.status_code == 400
    assert set(page.json()) == {"form", "html"}

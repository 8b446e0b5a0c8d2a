"""Exactly these pages answer somebody who has not signed in, whatever is added."""

import re

import pytest
from django.urls import URLResolver, get_resolver, reverse

PUBLIC = {
    "account_login",
    "account_logout",
    "account_inactive",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
    "typed_draft_keep",  # of somebody whose session has ended
    "healthz",
    "session_state",
}

VALUES = {"folder": "customers", "app_label": "staff"}


def value(argument):
    """Return a value that fits an argument of a page."""
    return "CUS-2026-0001" if argument.endswith("reference") else VALUES.get(argument, 1)


def pages(resolver, namespace=""):
    """The name, the view and the arguments of every page."""
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from pages(entry, f"{namespace}{entry.namespace}:" if entry.namespace else namespace)
        else:
            yield f"{namespace}{entry.name}", entry.callback, list(entry.pattern.regex.groupindex)


def test_every_page_that_does_not_ask_for_signing_in_is_on_the_list():
    public = {name for name, view, _ in pages(get_resolver()) if not getattr(view, "login_required", True)}
    assert public == PUBLIC


PRIVATE = sorted(
    (name, tuple(arguments))
    for name, _, arguments in pages(get_resolver())
    if name not in PUBLIC and not name.endswith(":None")  # the admin's own redirect has no name
)


def test_the_walk_over_the_pages_finds_them():
    names = {name for name, _ in PRIVATE}
    assert {"home", "customer", "incident", "admin:index", "admin:staff_staffmember_change"} <= names


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize(("name", "arguments"), PRIVATE)
def test_any_other_leads_to_signing_in_whatever_is_asked_of_it(client, name, arguments, method):
    path = reverse(name, kwargs={argument: value(argument) for argument in arguments})
    answer = getattr(client, method)(path)
    assert answer.status_code == 302
    assert re.match("/(accounts|admin)/login/", answer.headers["Location"])
    assert "no-store" in answer.headers["Cache-Control"]


@pytest.mark.django_db
def test_the_way_into_the_administration_is_the_same_sign_in(client):
    assert client.get("/admin/login/").headers["Location"].startswith("/accounts/login/")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path", ["/static/../manage.py", "/media/evidence/", "/files/", "/var/db.sqlite3", "/nothing/"]
)
def test_nothing_is_served_by_its_place_on_disk(client, path):
    assert client.get(path).status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize(
    "key",
    [
        '"\\000\\000\\000\\000\\000\\000\\000\\000"',
        "x" * 5000,
        "' OR 1=1 --------",
        '"\\377\\377\\377\\377\\377\\377\\377\\377"',
    ],
)
def test_a_session_that_we_never_gave_is_none(client, key):
    answer = client.get("/", headers={"cookie": f"sessionid={key}"})
    assert answer.headers["Location"] == "/accounts/login/?next=/"

"""S9: no browser and no proxy stores any answer of ours but styles and scripts. `test_access.py` asks it of every page for every role."""

import pytest
from django.conf import settings
from django.test import Client
from django.urls import get_resolver, reverse

from ..test_public_pages import PUBLIC, pages, value
from .conftest import is_not_stored
from .routes import path_of


def test_no_page_of_the_administration_is_stored(world, ask):
    for name, _, arguments in pages(get_resolver()):
        if name.startswith("admin:") and not name.endswith(":None"):
            path = reverse(name, kwargs={argument: value(argument) for argument in arguments})
            assert is_not_stored(ask("admin", "get", path)), name


@pytest.mark.parametrize("path", ["/nowhere/", "/look-up/?q=a%00b", "/incidents"])
def test_no_error_page_is_stored(ask, path):
    assert is_not_stored(ask("manager", "get", path))


def test_a_form_that_is_too_large_or_opened_before_signing_in_is_not_stored(world, ask):
    path = path_of("incident_edit", world.own)
    assert is_not_stored(ask("officer", "post", path, {"facts": "x" * 1_000_000}))
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(world.staff["officer"])
    answer = strict.post(path)
    assert answer.status_code == 403
    assert is_not_stored(answer)


def test_a_failure_is_not_stored(ask, monkeypatch):
    def fail(*_):
        raise ValueError

    monkeypatch.setattr("cha_engagement.desk.views.queries.worklist_page", fail)
    answer = ask("manager", "get", "/")
    assert answer.status_code == 500
    assert is_not_stored(answer)


@pytest.mark.parametrize("name", sorted(PUBLIC))
@pytest.mark.parametrize("who", ["manager", "anonymous"])
def test_no_public_page_is_stored_whoever_asks_for_it(ask, name, who):
    path = reverse(name, kwargs=KEY if name == "account_reset_password_from_key" else None)
    for method in ("get", "post", "put"):
        assert is_not_stored(ask(who, method, path))


KEY = {"uidb36": "1", "key": "x"}


@pytest.mark.parametrize(
    "path", ["/nowhere/", "/incidents", "/accounts/login", "/accounts/login/?next=a%00b", "/static/nothing"]
)
def test_no_error_page_is_stored_for_anonymous_visitors(ask, path):
    assert is_not_stored(ask("anonymous", "get", path))


def test_a_too_large_or_forged_request_is_not_stored(db):
    stranger = Client(enforce_csrf_checks=True)
    answers = [
        Client().post("/accounts/login/", {"login": "x" * 1_000_000}),
        stranger.post("/accounts/login/", {"login": "x"}),
        stranger.get("/", headers={"Host": "elsewhere.example"}),
    ]
    assert [answer.status_code for answer in answers] == [413, 403, 400]
    assert all(map(is_not_stored, answers))


def test_styles_and_scripts_are_stored(client):
    assert not is_not_stored(client.get(f"{settings.STATIC_URL}app.css"))

"""S16: what went wrong is found in the log, and nobody's name or words."""

import errno
import io
import json
import logging
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, OperationalError
from django.test import Client

from cha_engagement.core.logs import log
from cha_engagement.desk import queries

pytestmark = pytest.mark.django_db

NAME = "Órla Ní Bhriain"


@pytest.fixture
def log_file():
    """Return what the log writes from now on, as a server writes it."""
    config = settings.LOGGING["formatters"]["events"]
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(config["()"](**{name: value for name, value in config.items() if name != "()"}))
    logging.getLogger().addHandler(handler)
    yield stream
    logging.getLogger().removeHandler(handler)


@pytest.fixture
def events(log_file):
    return lambda name: [
        line for line in map(json.loads, log_file.getvalue().splitlines()) if line["event"] == name
    ]


def fail_with(monkeypatch, error):
    """Let the first page fail, with a name in the message, in a cause and in a variable."""

    def worklist(request, today):
        customer = NAME
        try:
            raise ValueError(f"Key (name)=({customer}) already exists.")
        except ValueError as cause:
            raise error from cause

    monkeypatch.setattr(queries, "worklist_page", worklist)


@pytest.mark.parametrize(
    ("method", "path", "route", "status"),
    [
        ("get", "/customers/CUS-2026-9999/?q=bhriain", "customer", 404),
        ("get", "/look-up/?q=bhriain", "look_up", 200),
        ("post", "/look-up/?q=bhriain", "look_up", 302),
    ],
)
def test_each_request_is_one_line_without_its_address(
    signed_in, officer, events, log_file, method, path, route, status
):
    getattr(signed_in(officer), method)(path, {"q": "bhriain"})
    [line] = events("request")
    assert line["ms"] >= 0
    known = {name: line[name] for name in ("method", "route", "status", "account")}
    assert known == {"method": method.upper(), "route": route, "status": status, "account": officer.pk}
    assert "bhriain" not in log_file.getvalue()
    assert "CUS" not in log_file.getvalue()


def test_an_address_without_a_page_is_one_line_as_well(client, events, log_file):
    client.get("/bhriain/?q=bhriain")
    assert [(line["route"], line["status"]) for line in events("request")] == [(None, 404)]
    assert "bhriain" not in log_file.getvalue()


def test_styles_and_pictures_are_not_worth_a_line(client, events):
    client.get("/static/app.css")
    assert events("request") == []


@pytest.mark.parametrize(
    ("error", "status", "sentence"),
    [
        (IntegrityError(NAME), 500, "Something went wrong"),
        (OperationalError(NAME), 503, "Not available just now"),
        (OSError(errno.ENOSPC, NAME), 503, "Not available just now"),
    ],
)
def test_an_error_has_a_number_on_its_page_and_in_the_log_and_no_words(
    officer, events, log_file, monkeypatch, error, status, sentence
):
    fail_with(monkeypatch, error)
    client = Client(raise_request_exception=False)
    client.force_login(officer)
    page = client.get("/")
    assert page.status_code == status
    [line] = events("unhandled_error")
    assert sentence in page.content.decode()
    assert f"<strong>{line['request']}</strong>" in page.content.decode()
    assert events("request")[-1]["request"] == line["request"]
    outer, cause = line["exception"]
    assert outer["type"].endswith(type(error).__name__)
    assert cause["type"] == "builtins.ValueError"
    assert any("worklist" in frame for frame in outer["frames"])
    assert NAME not in json.dumps(line, ensure_ascii=False)
    assert NAME not in page.content.decode()


def test_a_constraint_is_named_where_the_database_says_which(log_file):
    error = IntegrityError("Key (name)=(Órla)")
    error.diag = SimpleNamespace(constraint_name="one_account_a_username")
    log.error("tried", exc_info=error)
    assert json.loads(log_file.getvalue())["exception"][0]["constraint"] == "one_account_a_username"


@pytest.mark.parametrize("library", ["django.request", "django.security.DisallowedHost", "gunicorn.access"])
def test_libraries_that_write_addresses_are_not_heard(log_file, library):
    logging.getLogger(library).error("Not found: %s", "/look-up/?q=bhriain")
    assert log_file.getvalue() == ""


def test_a_line_of_a_library_keeps_its_sentence_without_what_was_filled_in(log_file):
    logging.getLogger("psycopg.pool").warning("error connecting in %r: %s", "pool-1", NAME)
    logging.getLogger("weasyprint").warning(f"No picture for {NAME}")
    first, second = map(json.loads, log_file.getvalue().splitlines())
    assert first["event"] == "error connecting in %r: %s"
    assert second["at"].startswith("weasyprint:test_a_line_of_a_library")
    assert "Órla" not in json.dumps([first, second], ensure_ascii=False)


def test_signing_in_and_out_and_failing_to_are_logged_by_account(client, officer, events, log_file):
    officer.set_password("plovers on a pier")
    officer.save()
    client.post("/accounts/login/", {"login": "nobody at all", "password": "wrong"})
    client.post("/accounts/login/", {"login": "officer", "password": "my own secret"})
    client.post("/accounts/login/", {"login": "officer", "password": "plovers on a pier"})
    client.post("/accounts/logout/")
    assert [line["account"] for line in events("sign_in_failed")] == [None, officer.pk]
    assert [line["account"] for line in events("signed_in")] == [officer.pk]
    assert [line["account"] for line in events("signed_out")] == [officer.pk]
    for typed in ("nobody", "secret", "plovers", "officer"):
        assert typed not in log_file.getvalue()


def test_an_export_is_logged(signed_in, manager, customer, events):
    signed_in(manager).post("/lists/customers/export/")
    [line] = events("export")
    assert (line["account"], line["list"], line["rows"]) == (manager.pk, "customers", 1)


def test_a_form_that_came_without_its_token_says_why_in_the_log(officer, events):
    client = Client(enforce_csrf_checks=True)
    client.force_login(officer)
    page = client.post("/accounts/logout/", headers={"Origin": "https://bhriain.example"})
    [line] = events("csrf_refused")
    assert line["reason"] == "Origin checking failed"
    assert line["request"] in page.content.decode()


def test_the_page_for_what_does_not_exist_shows_no_number(client):
    assert client.get("/nowhere/").content == client.get("/nowhere/else/").content


def test_a_request_without_signing_in_has_no_account_in_the_log(client, events):
    assert isinstance(client.get("/accounts/login/").wsgi_request.user, AnonymousUser)
    assert events("request")[-1]["account"] is None

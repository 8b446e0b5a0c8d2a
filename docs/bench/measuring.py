"""Measure how much work a page is: the processor's time, here and in the server, beside that of a bare page."""

import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from threading import Timer
from typing import Any

from django.db import OperationalError, connection
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import path

GIVEN_UP = 30  # seconds, for one query or as long as SQLite takes for a page
FEWEST, MOST, ENOUGH = 5, 11, 0.6
"""Requests of each page, and the seconds after which it is known well enough."""
SLOW = 2.0  # seconds, after which once is enough

STOPPED = ("interrupted", "statement timeout")
"""What the databases say of a page that was stopped. Whatever else they say, the page fails."""

Ask = Callable[[], Any]


@dataclass(frozen=True, slots=True)
class Measured:
    """The cost of a page: queries, milliseconds of the processor, and those of the bare page meanwhile. None where it was given up."""

    queries: int
    took: float
    floor: float

    @property
    def ratio(self) -> float:
        return self.took / self.floor


class Elsewhere(Exception):
    """The page did not answer as one that this person may open."""


def processor() -> float:
    """Return the seconds of processor time that this process and the server's for this connection have had."""
    return time.process_time() + server()


def server() -> float:
    if connection.vendor != "postgresql":
        return 0.0
    connection.ensure_connection()
    pid = connection.connection.info.backend_pid
    return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e9


@contextmanager
def stop_slow_page() -> Iterator[None]:
    """Stop a page that takes too long, with an `OperationalError`."""
    connection.ensure_connection()
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"SET statement_timeout = {GIVEN_UP * 1000}")
        yield
        return
    timer = Timer(GIVEN_UP, connection.connection.interrupt)
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def cost(ask: Ask) -> float:
    began = processor()
    ask()
    return processor() - began


def measure(ask: Ask, floor: Ask) -> Measured:
    """Return the medians of some requests, each of them beside one of the bare page."""
    try:
        with stop_slow_page(), CaptureQueriesContext(connection) as queries:
            began = processor()
            answer = ask()
            first = processor() - began
            count = len(queries)
        if answer.status_code not in (200, 302, 422) or not answer.wsgi_request.user.is_authenticated:
            raise Elsewhere
        took, bare = [], [cost(floor)]
        if first > SLOW:
            took.append(first)
        while len(took) < FEWEST or (len(took) < MOST and sum(took) < ENOUGH):
            if took and took[0] > SLOW:
                break
            bare.append(cost(floor))
            took.append(cost(ask))
    except OperationalError as error:
        if not any(words in str(error) for words in STOPPED):
            raise
        return Measured(0, 0, cost(floor) * 1000)
    return Measured(count, statistics.median(took) * 1000, statistics.median(bare) * 1000)


@cache
def bare_template() -> Any:
    """Return the template of the bare page: whoever only compares what was measured has no settings, and asks for none."""
    return engines["django"].from_string("<!doctype html><title>{{ user.username }}</title><p>Hello</p>")


def bare_page_view(request: HttpRequest) -> HttpResponse:
    return HttpResponse(bare_template().render({"user": request.user}))


urlpatterns = [path("floor/", bare_page_view)]


def use_bare_addresses(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[..., HttpResponse]:
    def answer(request: HttpRequest) -> HttpResponse:
        # Not by a changed setting: the next page would put all its addresses together anew.
        request.urlconf = __name__
        return get_response(request)

    return answer


BARE_MIDDLEWARE = (
    f"{__name__}.use_bare_addresses",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
)


def bare_page(user: Any) -> Ask:
    """Return the request for F: a bare page of Django's with a session, its sign-in check and one small template, and nothing of ours around it."""
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(user)
    with override_settings(MIDDLEWARE=BARE_MIDDLEWARE):
        client.handler.load_middleware()
    return lambda: client.get("/floor/")

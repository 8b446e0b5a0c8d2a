"""Answers that a page finds once: many of its parts ask the same, such as how a customer can reach us.

Only where somebody looks at a page, which changes no record. Whatever is sent, and every action, reads anew.
"""

from collections.abc import Callable
from contextvars import ContextVar
from functools import wraps
from typing import Any, TypeVar

from django.http import HttpRequest, HttpResponse

Find = TypeVar("Find", bound=Callable[..., Any])

answers_of_page: ContextVar[dict[tuple[Any, ...], Any] | None] = ContextVar("answers_of_page", default=None)
"""What the page has found, by the function and what it was asked about; None outside of a page that somebody looks at."""


def read_once(find: Find) -> Find:
    """Have a page ask a function once about the same records, keys or days.

    It reads what is stored, and nothing of a record but its key: a copy with other values gets the same answer. Whoever asks leaves the
    answer as it is.
    """

    @wraps(find)
    def ask(*values: Any) -> Any:
        answers = answers_of_page.get()
        if answers is None:
            return find(*values)
        key = (find, *values)
        if key not in answers:
            answers[key] = find(*values)
        return answers[key]

    return ask  # type: ignore[return-value]


def stop_reading_once() -> None:
    """Read everything anew from here on: something is about to be written."""
    answers_of_page.set(None)


class ReadOnceMiddleware:
    """Lets a page that somebody looks at keep what `read_once` functions found until it is answered."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token = answers_of_page.set({} if request.method in {"GET", "HEAD"} else None)
        try:
            return self.get_response(request)
        finally:
            answers_of_page.reset(token)

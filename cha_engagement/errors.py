"""What people see when the answer is no. Nothing here needs a user, a database or a readable request."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import BadRequest, RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from .forms import Conflict
from .policy import Refusal, Refused


class CaseAnswersMiddleware:
    """Turns what the kernel raises into pages: `Refused` is 403, `Conflict` is 409.

    An address with a NUL byte is 400: no page of ours writes one, and PostgreSQL cannot be asked for it.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if any("\0" in value for _, values in request.GET.lists() for value in values):
            raise BadRequest("a NUL byte in the address")
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, Refused):
            return render(request, "403.html", {"refusal": exception.refusal}, status=403)
        if isinstance(exception, Conflict):
            return render(request, "409.html", {"conflict": describe(exception, request.user)}, status=409)
        return None


def describe(conflict: Conflict, user: Any) -> dict[str, Any]:
    """Who did what and when, for the person who came second; that may have been themselves, in another window."""
    record = conflict.record
    last = record.history.order_by("-sequence").select_related("history_user").first()
    return {
        "record": record,
        "url": record.get_absolute_url(),
        "is_repeat": record.is_repeat,
        "is_own": last.history_user == user,
        "who": last.history_user.get_full_name() if last.history_user else "The daily job",
        "what": last.history_change_reason,
        "when": last.history_date,
        "typed": conflict.typed,
    }


def bare(template: str, status: int) -> HttpResponse:
    """A page without context processors: no user, no path, no form."""
    return HttpResponse(render_to_string(template), status=status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    if isinstance(exception, RequestDataTooBig):
        return bare("413.html", 413)
    return bare("400.html", 400)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    refusal = Refusal("Your role does not include this.")
    return render(request, "403.html", {"refusal": refusal}, status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return bare("404.html", 404)


def server_error(request: HttpRequest) -> HttpResponse:
    return bare("500.html", 500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return bare("csrf.html", 403)

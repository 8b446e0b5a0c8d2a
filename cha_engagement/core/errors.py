"""What people see when the answer is no. Nothing here needs a user, a database or a readable request."""

import errno
import sys
from collections.abc import Callable
from typing import Any

from django.core.exceptions import BadRequest, RequestDataTooBig
from django.db import InterfaceError, OperationalError, connection
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import render
from django.template.loader import render_to_string

from .forms import Conflict
from .logs import log, number_of
from .refusals import Refusal, Refused


class AskAgainMiddleware:
    """Looks at a page a second time where the database has dropped the connection half-way, as in a restart. That changes nothing.

    What was sent is not sent again: it is answered with 503, and nothing of it was saved.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code == 503 and request.method in {"GET", "HEAD"} and is_connection_lost():
            connection.close()
            response = self.get_response(request)
        return response


def is_connection_lost() -> bool:
    """Whether there was a connection to the database, and is none any more."""
    was_there = connection.connection is not None and not connection.in_atomic_block
    return was_there and not connection.is_usable()


METHODS = ("GET", "HEAD", "POST")
"""All that any page of ours answers."""


class CaseAnswersMiddleware:
    """Turns what the kernel raises into pages: `Refused` is 403, `Conflict` is 409.

    An address with a NUL byte is 400: no page of ours writes one, and PostgreSQL cannot be asked for it. Other methods are 405,
    before a form takes them for being looked at.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in METHODS:
            return HttpResponseNotAllowed(METHODS)
        if any("\0" in value for _, values in request.GET.lists() for value in values):
            raise BadRequest("a NUL byte in the address")
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, Refused):
            refused = {"refusal": exception.refusal, "is_kept": is_kept(request)}
            return render(request, "403.html", refused, status=403)
        if isinstance(exception, Conflict):
            if not exception.record.is_repeat:
                is_kept(request)
            return render(request, "409.html", {"conflict": describe(exception, request.user)}, status=409)
        return None


def is_kept(request: HttpRequest) -> bool:
    """Keep what was typed in a form that is refused, and tell whether it is kept."""
    drafts = getattr(request, "drafts", None)
    return drafts is not None and drafts.keep()


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


def bare(template: str, status: int, request: HttpRequest | None = None, **context: Any) -> HttpResponse:
    """A page without context processors: no user, no path, no form. Of a request, it has the number that is in the log."""
    if request:
        context["number"] = number_of(request)
    return HttpResponse(render_to_string(template, context), status=status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    log.warning("bad_request", exc_info=exception)
    if isinstance(exception, RequestDataTooBig):
        return bare("413.html", 413)
    return bare("400.html", 400, request)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    refusal = Refusal("Your role does not include this.")
    return render(request, "403.html", {"refusal": refusal, "is_kept": is_kept(request)}, status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer with the same bytes whatever it is that is not there."""
    return bare("404.html", 404)


def server_error(request: HttpRequest) -> HttpResponse:
    if is_out_of_order(sys.exc_info()[1]):
        return bare("503.html", 503, request, is_kept=is_kept(request))
    return bare("500.html", 500, request, is_kept=is_kept(request))


def is_out_of_order(error: BaseException | None) -> bool:
    """Whether the database cannot be reached, or the disk has no room: it gets well by itself."""
    if isinstance(error, OSError):
        return error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO}
    return isinstance(error, OperationalError | InterfaceError)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    # After a dash stands what the browser sent.
    log.warning("csrf_refused", reason=reason.partition(" - ")[0])
    kept = is_kept(request)
    drafts = getattr(request, "drafts", None)
    is_waiting = not kept and drafts is not None and drafts.is_waiting()
    return bare("csrf.html", 403, request, is_kept=kept, is_waiting=is_waiting)

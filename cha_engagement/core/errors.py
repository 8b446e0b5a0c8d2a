"""The pages for refusals, conflicts and errors. None of them needs a user, a database or a readable request."""

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
from .logs import log, request_number
from .refusals import Refusal, Refused


class RetryReadsMiddleware:
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
    """Return whether there was a connection to the database, and is none any more."""
    was_connected = connection.connection is not None and not connection.in_atomic_block
    return was_connected and not connection.is_usable()


METHODS = ("GET", "HEAD", "POST")
"""All that any page of ours answers."""


class RefusalPagesMiddleware:
    """Turns exceptions of rules and forms into pages: `Refused` is 403, `Conflict` is 409.

    An address with a NUL byte is 400: no page of ours writes one, and PostgreSQL cannot be asked for it. Other methods are 405,
    before a form takes them for being looked at. Whoever opens the address of a button, as after signing in again, is told so.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in METHODS:
            return HttpResponseNotAllowed(METHODS)
        if any("\0" in value for _, values in request.GET.lists() for value in values):
            raise BadRequest("a NUL byte in the address")
        response = self.get_response(request)
        if response.status_code == 405 and request.method == "GET":
            page = render(request, "405.html", status=405)
            page.headers["Allow"] = response.headers["Allow"]
            return page
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, Refused):
            context = {"refusal": exception.refusal, "is_kept": keep_typed_draft(request)}
            return render(request, "403.html", context, status=403)
        if isinstance(exception, Conflict):
            if not exception.record.is_repeat:
                keep_typed_draft(request)
            return render(
                request, "409.html", {"conflict": describe_conflict(exception, request.user)}, status=409
            )
        return None


def keep_typed_draft(request: HttpRequest) -> bool:
    """Keep what was typed in a form that is refused, and return whether it could be kept."""
    typed_drafts = getattr(request, "typed_drafts", None)
    return typed_drafts is not None and typed_drafts.keep()


def describe_conflict(conflict: Conflict, user: Any) -> dict[str, Any]:
    """Return who did what and when, for the person who came second; that may have been themselves.

    It `is_saved` already where they sent the same before: nothing that they typed differs from the record. A button alone types nothing.
    """
    record = conflict.record
    last_change = record.history.order_by("-sequence").select_related("history_user").first()
    return {
        "record": record,
        "url": record.get_absolute_url(),
        "is_repeat": record.is_repeat,
        "is_own": last_change.history_user == user,
        "is_saved": last_change.history_user == user and conflict.typed == [] and not record.is_repeat,
        "who": last_change.history_user.get_full_name() if last_change.history_user else "The daily job",
        "what": last_change.history_change_reason,
        "when": last_change.history_date,
        "typed": conflict.typed,
    }


def render_bare_page(
    template: str, status: int, request: HttpRequest | None = None, **context: Any
) -> HttpResponse:
    """Return a page without context processors, where what failed may be what they ask: no user, no menu. It has the number in the log."""
    if request:
        context["number"] = request_number(request)
    return HttpResponse(render_to_string(template, context), status=status)


def render_page(template: str, status: int, request: HttpRequest, **context: Any) -> HttpResponse:
    """Return a page with the menu, in which the place of the request is marked, and nothing that is only for one visit, such as a form."""
    return render(request, template, {"number": request_number(request)} | context, status=status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    log.warning("bad_request", exc_info=exception)
    if isinstance(exception, RequestDataTooBig):
        return render_page("413.html", 413, request)
    return render_page("400.html", 400, request)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    refusal = Refusal("Your role does not include this.")
    return render(request, "403.html", {"refusal": refusal, "is_kept": keep_typed_draft(request)}, status=403)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer with the same bytes whatever it is that is not there."""
    return render_page("404.html", 404, request)


def server_error(request: HttpRequest) -> HttpResponse:
    if is_outage(sys.exc_info()[1]):
        return render_bare_page("503.html", 503, request, is_kept=keep_typed_draft(request))
    return render_bare_page("500.html", 500, request, is_kept=keep_typed_draft(request))


def is_outage(error: BaseException | None) -> bool:
    """Return whether the database cannot be reached, or the disk has no room: it gets well by itself."""
    if isinstance(error, OSError):
        return error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO}
    return isinstance(error, OperationalError | InterfaceError)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    # After a dash stands what the browser sent.
    log.warning("csrf_refused", reason=reason.partition(" - ")[0])
    is_kept = keep_typed_draft(request)
    typed_drafts = getattr(request, "typed_drafts", None)
    is_waiting = not is_kept and typed_drafts is not None and typed_drafts.is_waiting()
    return render_page("csrf.html", 403, request, is_kept=is_kept, is_waiting=is_waiting)

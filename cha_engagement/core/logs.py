"""The log: one event a line on standard error, with the account's number and never a name, an address or typed text.

Each request has a number. It stands on every line that the request writes, and on the page that says what went wrong.
"""

import logging
import secrets
import traceback
from collections.abc import Callable
from time import perf_counter
from types import TracebackType
from typing import Any

import structlog
from django.conf import settings
from django.core.signals import got_request_exception
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from structlog.typing import EventDict, Processor

log = structlog.get_logger("engagement")

MAX_CAUSES = 5  # exceptions behind an exception


class RequestLogMiddleware:
    """Writes one line for each request: the name of its page, never the address, which may hold what somebody typed."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        started = perf_counter()
        number = new_number()
        request.META[NUMBER_KEY] = number
        with structlog.contextvars.bound_contextvars(request=number):
            response = self.get_response(request)
            page = request.resolver_match
            if page or not request.path.startswith(settings.STATIC_URL):
                write = log.error if response.status_code >= 500 else log.info
                write(
                    "request",
                    method=request.method,
                    route=page.view_name if page else None,
                    status=response.status_code,
                    ms=round((perf_counter() - started) * 1000),
                    account=request_account(request),
                )
        return response


NUMBER_KEY = "engagement.request_number"


def new_number() -> str:
    """Return a number that people can read out on the phone, such as 4F2A-91C3."""
    digits = secrets.token_hex(4).upper()
    return f"{digits[:4]}-{digits[4:]}"


def request_number(request: HttpRequest) -> str:
    return request.META.get(NUMBER_KEY, "")


def request_account(request: HttpRequest) -> int | None:
    """Return the account that asked, where the request has looked at it: the log asks the database for nothing."""
    user = getattr(request, "_cached_user", None)
    return user.pk if user else None


@receiver(got_request_exception)
def log_unhandled_error(**kwargs: Any) -> None:
    log.error("unhandled_error", exc_info=True)


def describe_exception(
    exc_info: tuple[type[BaseException], BaseException, TracebackType | None],
) -> list[dict[str, Any]]:
    """Return an exception and what caused it, by type and way through the code.

    Its message may quote a row, and its variables too: neither is told.
    """
    described: list[dict[str, Any]] = []
    error: BaseException | None = exc_info[1]
    while error and len(described) < MAX_CAUSES:
        frames = traceback.extract_tb(error.__traceback__)
        cause: dict[str, Any] = {
            "type": f"{type(error).__module__}.{type(error).__qualname__}",
            "frames": [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames],
        }
        if constraint := getattr(getattr(error, "diag", None), "constraint_name", None):
            cause["constraint"] = constraint
        described.append(cause)
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return described


def format_exception(exc_info: tuple[type[BaseException], BaseException, TracebackType | None]) -> str:
    """Return an exception and what caused it as lines, for somebody who reads the log as it comes."""
    return "\n".join(
        line for error in describe_exception(exc_info) for line in (error["type"], *error["frames"])
    )


def withhold_words(_: Any, __: str, event: EventDict) -> EventDict:
    """Keep of a library's line its sentence without what was filled in, which may be an address, a name or a query.

    A sentence into which nothing was filled may have been put together before: its place in the code tells enough.
    """
    record: logging.LogRecord = event["_record"]
    event["at"] = f"{record.name}:{record.funcName}:{record.lineno}"
    if not event.pop("positional_args", None):
        event["event"] = "a line of a library"
    return event


def logging_config(*, is_readable: bool) -> dict[str, Any]:
    """Return the setting `LOGGING`: JSON for the journal of a server, or lines for somebody who looks on."""
    describe: Any = format_exception if is_readable else describe_exception
    stamps: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="%H:%M:%S" if is_readable else "iso", utc=not is_readable),
        structlog.processors.ExceptionRenderer(describe),
    ]
    structlog.configure(
        processors=[*stamps, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )
    silent = {"handlers": [], "propagate": False, "level": logging.CRITICAL}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "events": {
                "()": structlog.stdlib.ProcessorFormatter,
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    structlog.dev.ConsoleRenderer(colors=False, pad_event=0)
                    if is_readable
                    else structlog.processors.JSONRenderer(),
                ],
                "foreign_pre_chain": [withhold_words, *stamps],
                "use_get_message": False,
                "pass_foreign_args": True,
            }
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "events"}},
        "root": {"handlers": ["stderr"], "level": "WARNING"},
        "loggers": {
            "engagement": {"level": "INFO"},
            "django": {"handlers": [], "propagate": True},
            "django.server": {"handlers": [], "propagate": True},
            # Set up by gunicorn itself, in words that may hold an address.
            "gunicorn.error": {"handlers": ["stderr"], "propagate": False},
            # They write the address of each request that went wrong: our own lines say what did.
            "django.request": silent,
            "django.security": silent,
            "gunicorn.access": silent,
        },
    }

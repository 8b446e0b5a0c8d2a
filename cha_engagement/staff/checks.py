"""Find what must not be served to real people: `manage.py check --deploy` says it, and the server refuses to start."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError
from django.db.models import Q

from .models import StaffMember

DEMO_DOMAIN = "lochside.example"  # nobody real can have it
DEMO_PASSWORD = "demo-only-2026"  # noqa: S105 -- published, for the demonstration alone
DEMO_USERNAMES = (
    "admin", "ccsm", "dpo", "executive", "executive2", "management", "manager", "manager2", "officer", "officer2"
)  # fmt: skip
"""Known here, so that production can refuse them without loading anything of the demonstration."""


@register(Tags.security, deploy=True)
def report_production_faults(app_configs: Sequence[Any] | None = None, **kwargs: Any) -> list[CheckMessage]:
    return [Error(fault, id="engagement.E001") for fault in find_production_faults()]


def refuse_unsafe_start() -> None:
    """Raise `ImproperlyConfigured` where this process would serve the demonstration, or its secrets, as if it were real."""
    if faults := [*find_production_faults()]:
        raise ImproperlyConfigured(" ".join(faults))


def find_production_faults() -> Iterator[str]:
    if settings.ENVIRONMENT != "production":
        return
    if settings.DEBUG:
        yield "DEBUG is on: error pages would show what is in memory."
    if has_demo_secret():
        yield "SECRET_KEY is that of the demonstration. Make a new one."
    if has_demo_accounts():
        yield "The database has accounts of the demonstration, whose password everybody knows. Begin with an empty one."


def has_demo_secret() -> bool:
    paths = {settings.DATA_DIR / "secret_key", settings.BASE_DIR / "var" / "secret_key"}
    return any(path.is_file() and path.read_text().strip() == settings.SECRET_KEY for path in paths)


def has_demo_accounts() -> bool:
    """Return whether there is an account of the demonstration, or one of the same name that has its password."""
    accounts = StaffMember.objects.filter(
        Q(email__iendswith=f"@{DEMO_DOMAIN}") | Q(username__in=DEMO_USERNAMES)
    )
    try:
        return any(
            person.email.lower().endswith(DEMO_DOMAIN) or person.check_password(DEMO_PASSWORD)
            for person in accounts
        )
    except DatabaseError:
        return False  # no tables yet, or out of reach: pages say so

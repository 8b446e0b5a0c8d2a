"""What must not be served to real people: `manage.py check --deploy` says it, and the server refuses to start."""

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
def check_production(app_configs: Sequence[Any] | None = None, **kwargs: Any) -> list[CheckMessage]:
    return [Error(fault, id="engagement.E001") for fault in production_faults()]


def refuse_unsafe_start() -> None:
    """Raise `ImproperlyConfigured` where this process would serve the demonstration, or its secrets, as if it were real."""
    if faults := [*production_faults()]:
        raise ImproperlyConfigured(" ".join(faults))


def production_faults() -> Iterator[str]:
    if settings.ENVIRONMENT != "production":
        return
    if settings.DEBUG:
        yield "DEBUG is on: error pages would show what is in memory."
    if has_secret_of_demonstration():
        yield "SECRET_KEY is that of the demonstration. Make a new one."
    if has_accounts_of_demonstration():
        yield "The database has accounts of the demonstration, whose password everybody knows. Begin with an empty one."


def has_secret_of_demonstration() -> bool:
    places = {settings.DATA_DIR / "secret_key", settings.BASE_DIR / "var" / "secret_key"}
    return any(path.is_file() and path.read_text().strip() == settings.SECRET_KEY for path in places)


def has_accounts_of_demonstration() -> bool:
    """Whether somebody of the demonstration is there, or somebody called like them has their password."""
    alike = StaffMember.objects.filter(Q(email__iendswith=f"@{DEMO_DOMAIN}") | Q(username__in=DEMO_USERNAMES))
    try:
        return any(
            person.email.lower().endswith(DEMO_DOMAIN) or person.check_password(DEMO_PASSWORD)
            for person in alike
        )
    except DatabaseError:
        return False  # no tables yet, or out of reach: pages say so

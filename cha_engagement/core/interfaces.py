"""Let apps give each other what they need without importing upwards.

An app that asks others declares an interface: a class, in its `interfaces.py`, whose methods give nothing. What an app gives stands
in one class, `Desk` in its `desk.py`, which inherits each interface that it answers.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from importlib import import_module
from typing import Any, TypeVar

from django.apps import apps
from django.db.models import Model, Q
from django.utils.module_loading import module_has_submodule

Interface = TypeVar("Interface")
Value = TypeVar("Value")

loaded: list[Any] = []
"""The desk of each app that has one, in the order of `INSTALLED_APPS`, by which pages show what they give.

Those that stand on others come first, but for `incidents.agreements`, which says what it has to say of incidents after these.
"""


def load_desks() -> None:
    loaded.clear()
    for config in apps.get_app_configs():
        if config.module and module_has_submodule(config.module, "desk"):
            loaded.append(import_module(f"{config.name}.desk").Desk())


def desks(interface: type[Interface]) -> list[Interface]:
    """Return the desks that answer an interface, in the order of `loaded`."""
    return [desk for desk in loaded if isinstance(desk, interface)]


def merge_codes(mappings: Sequence[Mapping[str, Value]]) -> dict[str, Value]:
    """Merge what several desks give by code. That no code is given twice is checked at the start (`checks.py`)."""
    return {code: value for mapping in mappings for code, value in mapping.items()}


class SteppedForms:
    """Forms of several pages, of which the last saves what was typed on all."""

    step_pages: Sequence[Sequence[str]] = ()
    """For each form, the names of its pages in the order in which they are filled in. All are addressed alike."""


class DailyJobs:
    """Parts of the daily job."""

    daily_jobs: Sequence[Callable[[date], str]] = ()
    """`(today)` to a sentence on what was done, which names nobody. Each may run twice, late, or after being killed."""

    daily_comparisons: Sequence[Callable[[date], str]] = ()
    """Parts that go through many records in transactions of their own, so that others can write in between. They run after the jobs."""

    daily_reminders: Sequence[Callable[[date], str]] = ()
    """Parts that tell staff what waits, in transactions of their own. They run last, when everything else of the day is known."""


def daily_jobs() -> list[Callable[[date], str]]:
    """Return all parts of the daily job: those of the lower apps run first."""
    return [job for desk in reversed(desks(DailyJobs)) for job in desk.daily_jobs]


def daily_reminders() -> list[Callable[[date], str]]:
    return [job for desk in reversed(desks(DailyJobs)) for job in desk.daily_reminders]


def daily_comparisons() -> list[Callable[[date], str]]:
    return [job for desk in reversed(desks(DailyJobs)) for job in desk.daily_comparisons]


class Readers:
    """Rights to read a record below through one above, such as a letter through the appeal that rests on it."""

    def readable(self, model: type[Model], user: Any) -> Q | None:
        """Return which rows of a model this user may read through records of ours; None where it gives none."""
        return None


def readable_through_others(model: type[Model], user: Any) -> Q:
    """Return which rows of a model this user may read through records of apps above it."""
    result = Q(pk__in=[])
    for desk in desks(Readers):
        if condition := desk.readable(model, user):
            result |= condition
    return result

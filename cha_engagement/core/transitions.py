"""One way to change a status: lock, ask policy, compare version, check the table, write, tell."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, TypeVar

from django.db import transaction
from django.dispatch import Signal

from . import records
from .reasons import check_asked
from .records import CaseRecord
from .refusals import Refusal, ask, require

moved = Signal()
"""Sent inside the transaction of each move, by the record's class: `record`, `move` (its name), `by`."""


@dataclass(frozen=True, slots=True)
class Transition:
    """From which statuses a move may start, and the status it leads to."""

    sources: tuple[str, ...]
    target: str


class MovingRecord(CaseRecord):
    """A record with a `status` that changes only through `move`, along its `TRANSITIONS`."""

    TRANSITIONS: ClassVar[Mapping[str, Transition]]

    class Meta:
        abstract = True

    def can(self, move: str) -> bool:
        """Whether the table allows this move from the record's present status, whoever asks."""
        return self.status in self.TRANSITIONS[move].sources  # type: ignore[attr-defined]


Moving = TypeVar("Moving", bound=MovingRecord)


class Stale(Exception):
    """The record has changed since the form was opened. `record` is as it is now."""

    def __init__(self, record: CaseRecord):
        super().__init__(f"{record.reference} has changed")
        self.record = record


def current(record: Any, version: int | None) -> Any:
    """The record locked as it is now. Raises `Stale` when it is no longer the `version` that was read."""
    locked = record.locked()
    if has_changed(locked, version):
        raise Stale(locked)
    return locked


def has_changed(record: CaseRecord, version: int | None) -> bool:
    return version is not None and record.version != version


@transaction.atomic
def move(
    record: Moving,
    name: str,
    *,
    by: Any,
    reason: str,
    may: Callable[[Any, Moving], Refusal | None] | None = None,
    version: int | None = None,
    links: Mapping[str, Any] | None = None,
    values: Mapping[str, Any] | None = None,
    **changes: Any,
) -> Moving:
    """Take a record along the move called `name`; returns it as it now is.

    `by` is a member of staff, asked through `may`, or None for the calendar. Raises `Stale` when somebody was
    faster, `Refused` when the policy says no, which whoever may not take the step is told first, and `Incomplete` when a
    reason among the changes has no words. `values` are changes too, as in `records.create`; their reasons may be empty.
    """
    locked = record.locked()
    if may:
        ask(may(by, locked))
    if has_changed(locked, version) or not locked.can(name):
        raise Stale(locked)
    require(*check_asked(locked, changes))
    changes["status"] = locked.TRANSITIONS[name].target
    records.write(locked, by=by, reason=reason, move=name, links=links, values=values, **changes)
    moved.send(sender=type(locked), record=locked, move=name, by=by)
    return locked


@transaction.atomic
def edit(
    record: Any,
    *,
    by: Any,
    reason: str,
    version: int | None = None,
    links: Mapping[str, Any] | None = None,
    **changes: Any,
) -> Any:
    """Change what a record says without moving it. Raises `Stale` like `move`."""
    return records.write(current(record, version), by=by, reason=reason, links=links, **changes)

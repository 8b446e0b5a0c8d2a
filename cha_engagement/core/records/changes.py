"""Collect the changes of an action until it ends: whatever is derived from records is brought in step in the same transaction."""

import threading
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from typing import Any

from django.db import transaction
from django.dispatch import Signal

from ..read_once import stop_reading_once
from .derived import is_derived

RecordChanges = dict[Any, dict[int, dict[str, Any] | None]]
"""By model and key, the names of the fields that say something else than before the action, each with what the database then held; None of a
record that was made.

A foreign key has a key, a many-to-many field a set of keys. A record without names has one more row of history and says what it said.
"""

COUNTS = {"version", "history_length"}
"""Fields that go up with each row of history."""

records_changed = Signal()
"""Sent inside the transaction at the end of each action: `changes`, all that it wrote. A receiver writes no record of a case."""

collected = threading.local()


def is_in_action() -> bool:
    return getattr(collected, "changes", None) is not None


@contextmanager
def atomic_action() -> Iterator[None]:
    """Make something that can happen in a case whole: it leaves all or nothing, and with its records what is derived from them.

    Decorate an action with `@atomic_action()`. `records_changed` is sent once, at the end of the outermost.
    """
    with transaction.atomic():
        if is_in_action():
            yield
            return
        stop_reading_once()
        collected.changes = {}
        try:
            yield
            if collected.changes:
                records_changed.send(sender=None, changes=collected.changes)
        finally:
            collected.changes = None


@contextmanager
def ensure_action() -> Iterator[None]:
    """Make an action of what is written outside one; inside one it costs nothing."""
    with nullcontext() if is_in_action() else atomic_action():
        yield


def note_change(record: Any, before: Mapping[str, Any] | None) -> None:
    """Remember that a record was written: the fields that changed, with what each said before this writing, or None where it was made."""
    records = collected.changes.setdefault(type(record), {})
    noted = records.get(record.pk, {})
    # What is noted first is what was there before the action.
    records[record.pk] = None if before is None or noted is None else {**before, **noted}


def made_keys(changes: RecordChanges) -> dict[Any, set[int]]:
    """Return the keys of the records that were made, by model."""
    return {
        model: {pk for pk, before in written.items() if before is None} for model, written in changes.items()
    }


def field_values(record: Any, links: Collection[str] = ()) -> dict[str, Any]:
    """Return what a record says, by the name of the field, and the keys that it is linked to."""
    values = {field.name: getattr(record, field.attname) for field in told_fields(record)}
    return values | linked_keys(record, links)


def stored_values(record: Any, links: Collection[str] = ()) -> dict[str, Any]:
    """Return what the database holds of a record, like `field_values`: an action may have set fields of the object before it saves."""
    names = {field.name: field.attname for field in told_fields(record)}
    row = type(record)._base_manager.filter(pk=record.pk).values(*names.values()).get()
    return {name: row[attname] for name, attname in names.items()} | linked_keys(record, links)


def told_fields(record: Any) -> list[Any]:
    """Return the fields that say something: how often it was written does not."""
    return [
        field for field in record._meta.concrete_fields if field.name not in COUNTS and not is_derived(field)
    ]


def linked_keys(record: Any, links: Collection[str]) -> dict[str, Any]:
    return {name: frozenset(getattr(record, name).order_by().values_list("pk", flat=True)) for name in links}

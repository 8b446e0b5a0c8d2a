"""What an action changes, collected until it ends: whatever is derived from records is brought in step in the same transaction."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import transaction
from django.dispatch import Signal

RecordChanges = dict[Any, dict[int, set[str] | None]]
"""By model and key, the names of the fields that were given new values; None of a record that was made."""

records_changed = Signal()
"""Sent inside the transaction at the end of each action: `changes`, all that it wrote. A receiver writes no record of a case."""

collected = threading.local()


@contextmanager
def collect_changes() -> Iterator[None]:
    """Send `records_changed` once for all that is written inside. One inside another leaves it to the outer one."""
    if getattr(collected, "changes", None) is not None:
        yield
        return
    collected.changes = {}
    try:
        yield
        if collected.changes:
            records_changed.send(sender=None, changes=collected.changes)
    finally:
        collected.changes = None


@contextmanager
def atomic_action() -> Iterator[None]:
    """Make something that can happen in a case whole: it leaves all or nothing, and with its records what is derived from them.

    Decorate an action with `@atomic_action()`.
    """
    with transaction.atomic(), collect_changes():
        yield


def note_change(record: Any, names: set[str] | None) -> None:
    """Remember that a record was written: the names of the fields that were set, or None where it was made."""
    with collect_changes():
        records = collected.changes.setdefault(type(record), {})
        before = records.get(record.pk, set())
        records[record.pk] = None if names is None or before is None else before | names

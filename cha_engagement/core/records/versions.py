"""Versions of records: a form is stale when its record has changed since it was opened."""

from typing import Any

from .models import CaseRecord


class Stale(Exception):
    """The record has changed since the form was opened. `record` is as it is now."""

    def __init__(self, record: CaseRecord):
        super().__init__(f"{record.reference} has changed")
        self.record = record


def has_changed(record: CaseRecord, version: int | None) -> bool:
    return version is not None and record.version != version


def lock_record(record: Any, version: int | None) -> Any:
    """Return the record as it is now, locked. Raises `Stale` when it is no longer the `version` that was read."""
    locked = record.reload_locked()
    if has_changed(locked, version):
        raise Stale(locked)
    return locked

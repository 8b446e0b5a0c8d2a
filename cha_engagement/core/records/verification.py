"""The comparison of histories, and of the records themselves, with what was written."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import groupby, islice
from typing import Any

from django.db import models

from .chain import changed_values, compute_digest
from .derived import is_derived
from .history import field_value, history_link_model, link_fields, linked_keys, row_values
from .models import ChainedRecord

BATCH = 500  # rows of a history that are in memory together

Keys = dict[str, list[str]]
"""Keys of linked records, by the name of the many-to-many field."""


@dataclass(frozen=True, slots=True)
class HistoryFault:
    """Something in a record or its history that is not as it was written.

    `row` is the number of the first row of which that is so, None for the record itself. `field` is the value that was changed, empty
    where the row was changed as a whole, removed or added.
    """

    row: int | None
    field: str = ""

    def __str__(self) -> str:
        if self.row is None:
            return (
                f"“{self.field}” is not what its history says last"
                if self.field
                else "is gone, its history is not"
            )
        if self.field:
            return f"“{self.field}” in row {self.row} of its history was changed"
        return f"row {self.row} of its history was changed, removed or added"


def find_history_faults(record: ChainedRecord) -> list[HistoryFault]:
    """Return what is not as it was written, of one record as it is stored now."""
    faults = find_model_faults(type(record), record.pk)
    return [fault for _, fault in faults]


def find_model_faults(model: Any, pk: int | None = None) -> Iterator[tuple[int, HistoryFault]]:
    """Yield what is not as it was written with the key of its record: of all records of a model, or of one."""
    which = {} if pk is None else {"pk": pk}
    lengths = dict(model._base_manager.filter(**which).values_list("pk", "history_length"))
    history = model.history.model._base_manager.filter(**{} if pk is None else {"id": pk})
    rows = history.order_by("id", "sequence", "history_id").iterator(chunk_size=BATCH)
    last_rows: dict[int, dict[str, Any]] = {}
    for record_pk, pairs in groupby(pair_with_keys(model, rows), key=lambda pair: pair[0].id):
        length = lengths.pop(record_pk, None)
        values: dict[str, Any] = {}
        for fault in compare_rows(pairs, length, values):
            yield record_pk, fault
        if length is None:
            yield record_pk, HistoryFault(None)
        elif values:
            last_rows[record_pk] = values
        if len(last_rows) == BATCH:
            yield from compare_records(model, last_rows)
            last_rows = {}
    yield from compare_records(model, last_rows)
    for record_pk in lengths:
        yield record_pk, HistoryFault(1)


def pair_with_keys(model: Any, rows: Iterator[Any]) -> Iterator[tuple[Any, Keys]]:
    """Yield each row of a history with the keys that it is linked to, in one query for many rows and each many-to-many field."""
    while batch := list(islice(rows, BATCH)):
        keys = {
            field.name: keys_by_owner(
                field, history_link_model(field)._base_manager.filter(history__in=batch), "history_id"
            )
            for field in link_fields(model)
        }
        for row in batch:
            yield row, {name: keys_by_row.get(row.pk, []) for name, keys_by_row in keys.items()}


def keys_by_owner(field: Any, links: models.QuerySet, owner: str) -> dict[int, list[str]]:
    """Return the linked keys by the key of the record that links to them, of rows of a many-to-many field. `owner` is the column of that key."""
    ordered = links.order_by(owner).values()
    return {
        pk: linked_keys(field, owner_links)
        for pk, owner_links in groupby(ordered, key=lambda link: link[owner])
    }


def compare_rows(
    rows: Iterable[tuple[Any, Keys]], length: int | None, last: dict[str, Any]
) -> Iterator[HistoryFault]:
    """Yield what is not as it was written in one history, and leave in `last` what its last row says, if it is there."""
    expected, previous = 1, ""
    for row, keys in rows:
        values = row_values(row, keys)
        if row.sequence != expected:
            yield HistoryFault(expected)
            expected = row.sequence
        elif not is_sealed(row, previous):
            yield HistoryFault(row.sequence)
        else:
            for name in changed_values(values, row.seals, default_values(row._meta.model)):
                yield HistoryFault(row.sequence, name)
        expected, previous = expected + 1, row.digest
        last.clear()
        last.update(values)
    if length is not None and expected <= length:
        yield HistoryFault(expected)
        last.clear()


def is_sealed(row: Any, previous: str) -> bool:
    try:
        return row.digest == compute_digest(row.seals, previous)
    except (AttributeError, TypeError, ValueError):  # seals were changed to what are none
        return False


@cache
def default_values(history_model: type[models.Model]) -> dict[str, Any]:
    """Return what a row of a history says where nothing was said: what a migration puts into a field that comes later."""
    return row_values(history_model(), {})


def compare_records(
    model: Any, last_rows: Mapping[int, Mapping[str, Any]]
) -> Iterator[tuple[int, HistoryFault]]:
    """Yield where records do not say what the last rows of their histories say."""
    records = model._base_manager.in_bulk(list(last_rows))
    keys = {
        field.name: keys_by_owner(
            field,
            field.remote_field.through._base_manager.filter(**{f"{field.m2m_field_name()}__in": records}),
            field.m2m_column_name(),
        )
        for field in link_fields(model)
    }
    for pk, record in records.items():
        values = {
            field.name: field_value(field, record)
            for field in model._meta.concrete_fields
            if not is_derived(field)
        }
        values |= {name: keys_by_record.get(pk, []) for name, keys_by_record in keys.items()}
        for name, value in values.items():
            if value != last_rows[pk].get(name):
                yield pk, HistoryFault(None, name)

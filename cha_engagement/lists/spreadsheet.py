"""Write a list as a file that spreadsheets open: CSV, in parts, so that none is too long to be sent."""

import csv
import io
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from .interfaces import ListDefinition

BYTE_ORDER_MARK = "\ufeff"  # without it Excel takes the file for something else than UTF-8
ROWS_A_PART = 500
FORMULA_STARTS = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r")
"""Characters that a spreadsheet takes for the beginning of a formula; some where signs of double width are usual."""


def file_parts(definition: ListDefinition, rows: QuerySet[Any], keys: Sequence[int]) -> Iterator[str]:
    """Yield the headings, then the rows with these keys, in their order, with as many queries for each part as for a page."""
    columns = definition.file_columns
    yield BYTE_ORDER_MARK + csv_lines([[column.heading for column in columns]])
    for start in range(0, len(keys), ROWS_A_PART):
        part_keys = keys[start : start + ROWS_A_PART]
        rows_by_key = rows.in_bulk(part_keys)
        definition.complete_rows([*rows_by_key.values()])
        yield csv_lines(
            [cell_text(column.value(rows_by_key[key])) for column in columns]
            for key in part_keys
            if key in rows_by_key
        )


def csv_lines(rows: Any) -> str:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue()


def cell_text(value: Any) -> str:
    """Return a value as a cell shows it: dates and local times as ISO writes them, text as it is and never a formula."""
    if isinstance(value, datetime):
        return timezone.make_naive(value).isoformat(sep=" ", timespec="minutes")
    if isinstance(value, date):
        return value.isoformat()
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text

"""A list as a file that spreadsheets open: CSV, in parts, so that none is too long to be sent."""

import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

BYTE_ORDER_MARK = "\ufeff"  # without it Excel takes the file for something else than UTF-8
ROWS_A_PART = 500
WORKED_OUT = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r")
"""What a spreadsheet takes for the beginning of a formula; some of them where signs of double width are usual."""


def parts(
    columns: Mapping[str, Callable[[Any], Any]], rows: QuerySet[Any], keys: Sequence[int]
) -> Iterator[str]:
    """The headings, then the rows with these keys, in their order, with as many queries for each part as for a page."""
    yield BYTE_ORDER_MARK + lines([list(columns)])
    for start in range(0, len(keys), ROWS_A_PART):
        some = keys[start : start + ROWS_A_PART]
        found = rows.in_bulk(some)
        yield lines([cell(of(found[key])) for of in columns.values()] for key in some if key in found)


def lines(rows: Any) -> str:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue()


def cell(value: Any) -> str:
    """Days and moments as ISO writes them, by the clock on the wall here; words as they are, and never as a formula."""
    if isinstance(value, datetime):
        return timezone.make_naive(value).isoformat(sep=" ", timespec="minutes")
    if isinstance(value, date):
        return value.isoformat()
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(WORKED_OUT) else text

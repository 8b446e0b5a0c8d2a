"""Keyset pages: the next page costs what the first does, however deep, and nothing is counted."""

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import SuspiciousOperation, ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import DataError
from django.db.models import Q, QuerySet
from django.http import HttpRequest

PAGE_SIZE = 20


class BadCursor(SuspiciousOperation):
    """A page address that this program did not write. Answered with 400."""


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows; `next_url` and `first_url` are relative addresses, empty when there is no such page."""

    rows: list[Any]
    next_url: str
    first_url: str

    def __bool__(self) -> bool:
        return bool(self.rows)


def read_cursor(text: str, length: int) -> list[Any]:
    """Return the values of a cursor. Raises `BadCursor`."""
    try:
        values = json.loads(base64.urlsafe_b64decode(text.encode()))
    except (ValueError, binascii.Error, RecursionError) as error:
        raise BadCursor("bad page address") from error
    has_length = isinstance(values, list) and len(values) == length
    if not has_length or any(not isinstance(value, str | int) or "\0" in str(value) for value in values):
        raise BadCursor("bad page address")
    return values


def read_key(text: str) -> int:
    """Return the key of a cursor that holds nothing else. Raises `BadCursor`."""
    (key,) = read_cursor(text, 1)
    if not isinstance(key, int) or not 0 <= key < 2**62:
        raise BadCursor("bad page address")
    return key


def write_cursor(values: Sequence[Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(values, cls=MicrosecondEncoder).encode()).decode()


class MicrosecondEncoder(DjangoJSONEncoder):
    """Writes times to the microsecond. Django's cuts them to milliseconds, which would show a row twice or never."""

    def default(self, o: Any) -> Any:
        return o.isoformat() if hasattr(o, "isoformat") else super().default(o)


def rows_after(ordering: Sequence[str], values: Sequence[Any]) -> Q:
    """Return a `Q` on the rows behind `values` in an ordering such as `("-occurred_at", "-pk")`."""
    condition = Q(pk__in=[])
    same = Q()
    for name, value in zip(ordering, values, strict=True):
        field, side = (name[1:], "lt") if name.startswith("-") else (name, "gt")
        condition |= same & Q(**{f"{field}__{side}": value})
        same &= Q(**{field: value})
    # The first column bounds the rows by itself, so that an index on it is walked and not the table.
    first, side = (ordering[0][1:], "lte") if ordering[0].startswith("-") else (ordering[0], "gte")
    return Q(**{f"{first}__{side}": values[0]}) & condition


def first_of_all(parts: Sequence[QuerySet], ordering: Sequence[str], count: int) -> QuerySet:
    """Return records among which are the first of all of these parts: each part's own first, as few as it takes to find them."""
    records = parts[0].model._default_manager
    keys = [
        records.filter(pk__in=part.order_by(*ordering).values("pk")[:count]).order_by().values("pk")
        for part in parts
    ]
    return records.filter(pk__in=keys[0].union(*keys[1:]))


def cursor_value(row: Any, name: str) -> Any:
    name = name.removeprefix("-")
    return row[name] if isinstance(row, dict) else getattr(row, name)


def read_visible_rows(
    queryset: QuerySet, ordering: Sequence[str], count: int, keep_visible: Callable[[list[Any]], list[Any]]
) -> list[Any]:
    """Return the first rows of a queryset that are kept, as many as asked for. Each further time many more are read at once."""
    batch_size = 5 * count
    batch = list(queryset.order_by(*ordering)[:batch_size])
    rows = keep_visible(batch)
    while len(rows) < count and len(batch) == batch_size:
        position = [cursor_value(batch[-1], name) for name in ordering]
        batch_size *= 8
        batch = list(queryset.filter(rows_after(ordering, position)).order_by(*ordering)[:batch_size])
        rows += keep_visible(batch)
    return rows[:count]


def paginate(
    request: HttpRequest,
    queryset: QuerySet | Sequence[QuerySet],
    ordering: Sequence[str],
    size: int = PAGE_SIZE,
    *,
    dress: Callable[[QuerySet], QuerySet] | None = None,
    keep_visible: Callable[[list[Any]], list[Any]] | None = None,
) -> Page:
    """Return the page that `?after=` asks for. `ordering` must end in a unique column and hold no nulls.

    Several querysets of records of one model make one list, some records perhaps in several; those that are `none()` have no part in it.
    `dress` adds what a row shows. `keep_visible` leaves out of some rows those that the reader may not see: more are read until the page is
    full. Raises `BadCursor`.
    """
    parts = [queryset] if isinstance(queryset, QuerySet) else list(queryset)
    parts = [part for part in parts if not part.query.is_empty()]
    if not parts:
        return Page([], "", "")
    cursor = request.GET.get("after", "")
    try:
        if cursor:
            is_after = rows_after(ordering, read_cursor(cursor, len(ordering)))
            parts = [part.filter(is_after) for part in parts]
        merged = parts[0] if len(parts) == 1 else first_of_all(parts, ordering, size + 1)
        if dress:
            merged = dress(merged)
        if keep_visible:
            fetched = read_visible_rows(merged, ordering, size + 1, keep_visible)
        else:
            fetched = list(merged.order_by(*ordering)[: size + 1])
    except (ValidationError, ValueError, TypeError, OverflowError, DataError) as error:
        raise BadCursor("bad page address") from error
    rows = fetched[:size]
    query = request.GET.copy()
    query.pop("after", None)
    first_url = f"?{query.urlencode()}" if cursor else ""
    next_url = ""
    if len(fetched) > size:
        query["after"] = write_cursor([cursor_value(rows[-1], name) for name in ordering])
        next_url = f"?{query.urlencode()}"
    return Page(rows, next_url, first_url)

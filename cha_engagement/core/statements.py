"""Statements that Django puts together and compiles once a day, and the database answers many times.

It is for long ones: to build and compile these takes Django many times as long as the database to answer.
"""

from collections.abc import Callable, Hashable
from copy import copy
from datetime import UTC, datetime
from typing import Any, Protocol

from django.db import connection
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL
from django.utils import timezone

MOST_STATEMENTS = 200
STAND_IN_KEY, STAND_IN_MOMENT = -7_046_029_254_386_353, datetime(1901, 2, 3, 4, 5, 6, 789, UTC)
"""What stands in a kept statement for the first value, be it a key or a moment. Neither is ever meant."""


class Reader(Protocol):
    """Somebody who reads; a statement is kept for all who have the same `access`."""

    pk: Any

    @property
    def access(self) -> Hashable: ...


Value = int | datetime | Reader

statements: dict[tuple[Hashable, ...], tuple[str, tuple[Any, ...]]] = {}
"""Those of today, by the day and whatever they depend on."""


def kept_keys(find: Callable[..., QuerySet[Any]], *values: Value) -> RawSQL:
    """Return the keys that `find(*values)` selects, to be used with `__in`; its statement is kept for the day.

    `find` is called with other values in place of these: it asks nothing of them but the permissions of a reader.
    """
    return RawSQL(*kept_statement(find, values))  # noqa: S611 no text of anybody's


def kept_rows(find: Callable[..., QuerySet[Any]], *values: Value) -> list[tuple[Any, ...]]:
    """Return the rows of keys and texts that `find(*values)` selects, by a statement that is kept as in `kept_keys`."""
    with connection.cursor() as cursor:
        cursor.execute(*kept_statement(find, values))
        return cursor.fetchall()


def kept_statement(
    find: Callable[..., QuerySet[Any]], values: tuple[Value, ...]
) -> tuple[str, tuple[Any, ...]]:
    kinds = tuple(getattr(value, "access", type(value)) for value in values)
    today = timezone.localdate()
    key = (today, find.__module__, find.__qualname__, kinds, connection.vendor)
    stand_ins = [stand_in(value, place) for place, value in enumerate(values)]
    kept = statements.get(key)
    if kept is None:
        kept = find(*stand_ins).query.get_compiler(connection=connection).as_sql()
        # Other threads may do the same at any moment: what they drop is put together again.
        if len(statements) >= MOST_STATEMENTS or any(day != today for day, *_ in list(statements)):
            statements.clear()
        statements[key] = kept
    statement, parameters = kept
    actual = dict(zip(map(as_parameter, stand_ins), map(as_parameter, values), strict=True))
    return statement, tuple(actual.get(value, value) for value in parameters)


def stand_in(value: Value, place: int) -> Any:
    if isinstance(value, int):
        return STAND_IN_KEY - place
    if isinstance(value, datetime):
        return STAND_IN_MOMENT.replace(year=STAND_IN_MOMENT.year + place)
    somebody = copy(value)
    somebody.pk = STAND_IN_KEY - place
    return somebody


def as_parameter(value: Value) -> Any:
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    return value if isinstance(value, int) else value.pk

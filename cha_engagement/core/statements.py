"""Statements that Django puts together and compiles once a day, and the database answers many times.

It is for long ones: to build and compile these takes Django many times as long as the database to answer.
"""

from collections.abc import Callable, Hashable
from datetime import UTC, datetime
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL
from django.utils import timezone

MOST_STATEMENTS = 200
STAND_INS: dict[type, Callable[[int], Any]] = {
    int: lambda place: -7_046_029_254_386_353 - place,
    datetime: lambda place: datetime(1901, 2, 3, 4, 5, 6, 789 + place, UTC),
}
"""What stands in a kept statement for a value, by the type of that and its place among them. None of these is ever meant."""

statements: dict[tuple[Hashable, ...], tuple[str, tuple[Any, ...]]] = {}
"""Those of today, by the day and whatever they depend on."""


def kept_keys(
    find_keys: Callable[..., QuerySet[Any]], *values: int | datetime, given: Hashable = None
) -> RawSQL:
    """Return the keys that `find_keys(*values)` selects, to be used with `__in`; its statement is kept for the day.

    `find_keys` is called with other values in place of these, so it asks nothing of them. Whatever its statement depends on besides them and
    the day is `given`.
    """
    today = timezone.localdate()
    key = (today, find_keys.__module__, find_keys.__qualname__, given, connection.vendor)
    stand_ins = [STAND_INS[type(value)](place) for place, value in enumerate(values)]
    kept = statements.get(key)
    if kept is None:
        kept = find_keys(*stand_ins).query.get_compiler(connection=connection).as_sql()
        # Other threads may do the same at any moment: what they drop is put together again.
        if len(statements) >= MOST_STATEMENTS or any(day != today for day, *_ in list(statements)):
            statements.clear()
        statements[key] = kept
    statement, parameters = kept
    actual = dict(zip(map(adapt, stand_ins), map(adapt, values), strict=True))
    return RawSQL(statement, [actual.get(value, value) for value in parameters])  # noqa: S611 no text of anybody's


def adapt(value: int | datetime) -> Any:
    """Return a value as it stands among the parameters of a statement."""
    return connection.ops.adapt_datetimefield_value(value) if isinstance(value, datetime) else value

"""Have PostgreSQL plan a statement once for each connection: to plan a long one takes it longer than to answer it."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from itertools import count
from typing import Any
from weakref import WeakKeyDictionary

from django.db import connection

MOST_PLANNED = 100
"""Statements of one connection. The server keeps some 300 KB in memory for each."""

TYPES = {int: "bigint", datetime: "timestamptz", date: "date", str: "text"}


class Mark(str):
    """Where a value comes in a statement that is planned."""

    __slots__ = ()


plans: WeakKeyDictionary[Any, dict[tuple[Any, ...], str]] = WeakKeyDictionary()
"""The names of what is planned, by the connection that knows them; what was asked for longest ago comes first."""
plan_numbers = count()


def ask_planned(text: str, placed: Iterable[tuple[Any, Any]]) -> tuple[str, tuple[Any, ...]]:
    """Return how to ask for a statement by its plan, and the values to fill in.

    Each parameter comes with the place that says which of the values it is: a key, a moment, a day or a text. Those whose place is None are the same each time.
    """
    placed = list(placed)
    values = {place: value for place, value in placed if place is not None}
    marks = {place: Mark(f"${number}") for number, place in enumerate(values, 1)}
    parameters = tuple(value if place is None else marks[place] for place, value in placed)
    connection.ensure_connection()
    session = connection.connection
    names = plans.setdefault(session, {})
    name = names.pop((text, parameters), None)
    if name is None:
        name = f"planned_{next(plan_numbers)}"
        with connection.wrap_database_errors:
            if len(names) == MOST_PLANNED:
                session.execute(f"DEALLOCATE {names.pop(next(iter(names)))}")
            types = [TYPES[type(value)] for value in values.values()]
            session.execute(f"PREPARE {name}{write_list(types)} AS {write_out(text, parameters)}")
    names[text, parameters] = name
    return f"EXECUTE {name}{write_list(['%s'] * len(values))}", tuple(values.values())


def write_list(parts: Sequence[str]) -> str:
    """Return some parts in brackets, and nothing where there are none."""
    return f" ({', '.join(parts)})" if parts else ""


def write_out(text: str, parameters: Iterable[Any]) -> str:
    """Return a statement with its parameters written into it, and marks where values come."""
    operations: Any = connection.ops
    return text % tuple(
        value if isinstance(value, Mark) else operations.compose_sql("%s", [value]) for value in parameters
    )

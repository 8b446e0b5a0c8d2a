"""Statements that Django puts together and compiles once a day, and the database answers many times.

It is for long ones: to build and compile these takes Django many times as long as the database to answer.
"""

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from copy import copy
from datetime import UTC, date, datetime
from itertools import starmap
from typing import Any, NamedTuple, Protocol, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Model, QuerySet
from django.db.models.expressions import RawSQL
from django.db.models.query import get_related_populators
from django.db.models.sql import Query
from django.http import Http404
from django.utils import timezone

from .planning import ask_planned

MOST_STATEMENTS = 1000
DUMMY_KEY, DUMMY_MOMENT = -7_046_029_254_386_353, datetime(1901, 2, 3, 4, 5, 6, 789, UTC)
STAND_IN_DAY = date(1902, 3, 4)
DUMMY_CUSTOMER = -5_046_029_254_386_353
DUMMY_TEXT = "none of 1901, number "
"""Dummies in a kept statement for the first value, be it a key, a moment, a day or a text, and for the customer whom it reads about. None is ever
meant.
"""


class AskedText(str):
    """A text that is a value of a kept statement, as keys are, such as a reference: of any other a statement is kept."""

    __slots__ = ()


class Statement(NamedTuple):
    """A statement with its parameters, and the expressions that it selects: Django knows by these what to make of what a database gives back.

    `places` says of each parameter which of the values it is; None is of one that stays as it is. `converted_columns` are the columns, with None for
    those whose values are as the database gives them. `record_columns` say as Django does which columns
    are of a record and which of those related to it, `other_columns` where what else was asked of it stands, by name.
    """

    text: str
    parameters: tuple[Any, ...]
    places: tuple[int | None, ...]
    columns: tuple[Any, ...]
    converted_columns: tuple[Any, ...] = ()
    record_columns: Any = None
    other_columns: Mapping[str, int] = {}


NOTHING = Statement("SELECT 0 WHERE 0 = 1", (), (), ())
"""The statement for a reader who may see none of what is asked for, whatever its values are."""


class Reader(Protocol):
    """Somebody who reads, perhaps about one customer alone, by key; a statement is kept for all who have the same `access`."""

    pk: Any
    reads_about: int | None

    @property
    def access(self) -> Hashable: ...


Value = int | datetime | date | str | Reader
Find = Callable[..., QuerySet[Any]]

Answer = TypeVar("Answer")
Record = TypeVar("Record", bound=Model)

statements: dict[tuple[Hashable, ...], Any] = {}
"""Those of today, and answers: by the day and whatever they depend on."""


def kept_keys(find: Find, *values: Value) -> RawSQL:
    """Return the keys that `find(*values)` selects, to be used with `__in`; its statement is kept for the day.

    `find` is a function of a module. It is called with other values in place of keys, moments, days and readers: of a reader it asks nothing
    but their key, whom they read about and what is in their `access`, and a moment, a day, a key or an `AskedText` goes into the statement as
    it is. A statement is kept for each other text.
    """
    statement = kept_statement(find, values)
    return RawSQL(statement.text, statement.parameters)  # noqa: S611 no text of anybody's


def kept_rows(find: Find, *values: Value) -> list[tuple[Any, ...]]:
    """Return the rows that `find(*values)` selects, by a statement that is kept as in `kept_keys`."""
    return kept_rows_of_all([(find, values)])


def kept_records(model: type[Record], find: Callable[..., QuerySet[Record]], *values: Value) -> list[Record]:
    """Return the records of a model that `find(*values)` selects, with those that it reads along by `select_related`.

    The statement is kept as in `kept_keys`. What it prefetches is not: whoever asks does that.
    """
    statement = kept_statement(find, values)
    if statement.record_columns is None:
        return []
    with connection.cursor() as cursor:
        cursor.execute(*ask_for([statement]))
        rows = convert_rows(cursor.fetchall(), statement.converted_columns)
    return [*read_records(model, statement, rows)]


def read_records(model: type[Record], statement: Statement, rows: Iterable[Any]) -> Iterator[Record]:
    """Yield the record that each row holds, as a queryset does."""
    places = statement.record_columns["select_fields"]
    own = slice(places[0], places[-1] + 1)
    names = [column.target.attname for column in statement.columns[own]]
    select = [(column,) for column in statement.columns]
    related = get_related_populators(statement.record_columns, select, connection.alias)  # type: ignore[call-arg]
    for row in rows:
        record = model.from_db(connection.alias, names, row[own])
        for populator in related:
            populator.populate(row, record)
        for name, place in statement.other_columns.items():
            setattr(record, name, row[place])
        yield record


def kept_record_or_404(model: type[Record], find: Callable[..., QuerySet[Record]], *values: Value) -> Record:
    """Return the one record that `kept_records` does. Raises `Http404` where there is none."""
    records = kept_records(model, find, *values)
    if not records:
        raise Http404
    return records[0]


def give_related(record: Model, name: str, related: Iterable[Model]) -> None:
    """Have a record give these where its related records of that name are asked for, as if they were prefetched."""
    manager, related = getattr(record, name), [*related]
    if foreign_key := getattr(manager, "field", None):
        for other in related:
            setattr(other, foreign_key.name, record)
    queryset = manager.get_queryset()
    queryset._result_cache, queryset._prefetch_done = related, True
    vars(record).setdefault("_prefetched_objects_cache", {})[name] = queryset


def kept_rows_of_all(asked: Iterable[tuple[Find, Sequence[Any]]]) -> list[tuple[Any, ...]]:
    """Return in one query what `kept_rows` does for each function with its values. All select values of the same kinds, none a union."""
    kept = [statement for statement in starmap(kept_statement, asked) if statement != NOTHING]
    if not kept:
        return []
    with connection.cursor() as cursor:
        cursor.execute(*ask_for(kept))
        return convert_rows(cursor.fetchall(), kept[0].converted_columns)


def ask_for(statements: Sequence[Statement]) -> tuple[str, tuple[Any, ...]]:
    """Return how to ask for the rows of some statements in one query, with its parameters."""
    text = " UNION ALL ".join(statement.text for statement in statements)
    if connection.vendor != "postgresql":
        return text, tuple(value for statement in statements for value in statement.parameters)
    return ask_planned(
        text,
        (
            (None if place is None else (number, place), value)
            for number, statement in enumerate(statements)
            for place, value in zip(statement.places, statement.parameters, strict=True)
        ),
    )


def convert_rows(rows: list[tuple[Any, ...]], columns: Iterable[Any]) -> list[tuple[Any, ...]]:
    """Return rows with what Django makes of their values: SQLite gives a moment as text."""
    compiler = Query(None).get_compiler(connection=connection)
    converters = compiler.get_converters(columns)
    return [*map(tuple, compiler.apply_converters(rows, converters))] if converters else rows


def fill_up(keys: list[int]) -> list[int]:
    """Repeat the last of some keys, up to a power of four of them: a statement is kept for each number of values."""
    count = 1
    while count < len(keys):
        count *= 4
    return keys + keys[-1:] * (count - len(keys))


def kept_statement(find: Find, values: Sequence[Value]) -> Statement:
    kinds = tuple(
        value if is_written_out(value) else getattr(value, "access", type(value)) for value in values
    )
    depends_on = kinds, connection.vendor
    statement = keep(find, depends_on, lambda: put_together(find, [*starmap(dummy_value, enumerate(values))]))
    filled_in = add_customers(values)
    filled = (
        value if place is None else adapt_value(filled_in[place])
        for value, place in zip(statement.parameters, statement.places, strict=True)
    )
    return statement._replace(parameters=tuple(filled))


def is_written_out(value: Any) -> bool:
    """Return whether a value is a part of the statement itself: a text, but for an `AskedText`."""
    return isinstance(value, str) and not isinstance(value, AskedText)


def kept_answer(find: Callable[[Any], Answer], reader: Reader) -> Answer:
    """Return what `find(reader)` does, kept for the day: it asks nothing of them but what is in their `access`."""
    return keep(find, (reader.access,), lambda: find(dummy_value(0, reader)))


def keep(find: Callable[..., Any], depends_on: tuple[Hashable, ...], make: Callable[[], Answer]) -> Answer:
    today = timezone.localdate()
    key = (today, find.__module__, find.__qualname__, *depends_on)
    kept = statements.get(key)
    if kept is None:
        kept = make()
        # Other threads may do the same at any moment: what they drop is put together again.
        if len(statements) >= MOST_STATEMENTS or any(day != today for day, *_ in list(statements)):
            statements.clear()
        statements[key] = kept
    return kept


def put_together(find: Find, dummies: list[Any]) -> Statement:
    """Raise `ValueError` where a key, a moment or a day is not found again in the statement, which would hold what was made of its dummy."""
    compiler = find(*dummies).query.get_compiler(connection=connection)
    try:
        text, parameters = compiler.as_sql()
    except EmptyResultSet:
        return NOTHING
    plain = [adapt_value(value) for value in dummies if isinstance(value, int | date | AskedText)]
    if any(value not in parameters for value in plain):
        raise ValueError(f"{find.__qualname__} makes something else of a value: let it take that instead.")
    places = {
        adapt_value(value): place
        for place, value in enumerate(add_customers(dummies))
        if not is_written_out(value)
    }
    # Codes are written out: SQLite plans a statement anew whenever a value is filled in by which it decides whether a partial index serves.
    written = [
        quote(value) if isinstance(value, str) and value not in places else "%s" for value in parameters
    ]
    columns = tuple(expression for expression, *_ in compiler.select)
    converters = compiler.get_converters(columns)
    filled = [value for value, as_written in zip(parameters, written, strict=True) if as_written == "%s"]
    return Statement(
        text.replace("%%", "%%%%") % tuple(written),
        tuple(filled),
        tuple(map(places.get, filled)),
        columns,
        tuple(column if number in converters else None for number, column in enumerate(columns)),
        compiler.klass_info,
        compiler.annotation_col_map or {},
    )


def quote(value: str) -> str:
    """Return a text as it stands in a statement with parameters, where a percent sign is doubled."""
    return "'" + value.replace("'", "''").replace("%", "%%") + "'"


def dummy_value(place: int, value: Value) -> Any:
    if isinstance(value, AskedText):
        return AskedText(f"{DUMMY_TEXT}{place}")
    if isinstance(value, str):
        return value
    if isinstance(value, int):
        return DUMMY_KEY - place
    if isinstance(value, datetime):
        return DUMMY_MOMENT.replace(year=DUMMY_MOMENT.year + place)
    if isinstance(value, date):
        return STAND_IN_DAY.replace(year=STAND_IN_DAY.year + place)
    somebody = copy(value)
    somebody.pk = DUMMY_KEY - place
    if somebody.reads_about is not None:
        somebody.reads_about = DUMMY_CUSTOMER - place
    return somebody


def add_customers(values: Sequence[Any]) -> list[Any]:
    """Return values, and behind them the customers whom readers among them read about."""
    about = (getattr(value, "reads_about", None) for value in values)
    return [*values, *(customer for customer in about if customer is not None)]


def adapt_value(value: Value) -> Any:
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    if isinstance(value, date):
        return connection.ops.adapt_datefield_value(value)
    if isinstance(value, str):
        return str(value)
    return value if isinstance(value, int) else value.pk

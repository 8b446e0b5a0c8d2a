"""Rows by the million, as fast as a database makes them: told in SQL that both databases understand, past the workflow."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection, models
from django.db.models.fields.json import JSONField

BASE = 100_000
"""The ids of what is made here lie above this one: those of the demonstration below."""
NOW = datetime.now(UTC).replace(microsecond=0)
"""When the filling began."""
DAY, YEAR = 86_400, 365 * 86_400  # seconds


def chance(salt: int, most: int, of: str = "n") -> str:
    """Return a number below `most` in SQL that follows from `of`, and looks as if it did not."""
    return f"(({of} + {salt}) * 48271 % 2147483647 % {most})"


def moment(seconds: str) -> str:
    """Return a moment in SQL, from the seconds since 1970."""
    if connection.vendor == "sqlite":
        return f"datetime({seconds}, 'unixepoch')"
    return f"to_timestamp({seconds})"


def later(moment: str, seconds: int) -> str:
    if connection.vendor == "sqlite":
        return f"datetime({moment}, '+{seconds} seconds')"
    return f"{moment} + interval '{seconds} seconds'"


def day(seconds: str) -> str:
    if connection.vendor == "sqlite":
        return f"date({seconds}, 'unixepoch')"
    return f"to_timestamp({seconds})::date"


def day_of(moment: str) -> str:
    return f"date({moment})"


def uuid(number: str) -> str:
    if connection.vendor == "sqlite":
        return f"printf('%032x', {number})"
    return f"lpad(to_hex({number}), 32, '0')::uuid"


def reference(prefix: str, number: str = "n") -> str:
    if connection.vendor == "sqlite":
        return f"'{prefix}-2019-' || printf('%09d', {number})"
    return f"'{prefix}-2019-' || lpad(({number})::text, 9, '0')"


def random_choice(*values: str, salt: int = 0) -> str:
    """Return one of these expressions by chance."""
    cases = " ".join(f"WHEN {number} THEN {value}" for number, value in enumerate(values))
    return f"CASE {chance(salt, len(values))} {cases} END"


def text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def json_text(value: Any) -> str:
    return text(json.dumps(value))


def column(field: Any) -> str:
    return connection.ops.quote_name(field.column)


def default(field: Any) -> str:
    """Return the value in SQL that a field has by default."""
    if field.null:
        return "NULL"
    value = field.get_default()
    if isinstance(field, JSONField):
        return json_text(value)
    if isinstance(value, bool):
        return ("1" if value else "0") if connection.vendor == "sqlite" else str(value).upper()
    if isinstance(value, int):
        return str(value)
    if isinstance(value, datetime):
        return moment(str(int(NOW.timestamp())))
    return text(str(value or ""))


def run(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


def count_to(most: int) -> None:
    """Make a table to make rows from: `number`, with `n` from one on."""
    run("CREATE TEMPORARY TABLE number (n bigint PRIMARY KEY)")
    run(
        f"INSERT INTO number WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < {most}) SELECT n FROM c"
    )


def numbers(most: int, condition: str = "1 = 1") -> str:
    """Return the source of as many rows."""
    return f"number WHERE n <= {most} AND {condition}"


def fill(model: type[models.Model], source: str, **values: str) -> None:
    """Insert rows of a model from a source, `SELECT … FROM source`: each field with its value here, else with its default.

    Records get an id, a reference and the number of their form from `n`, unless `values` has others.
    """
    names = {field.name for field in model._meta.concrete_fields}
    if "submission" in names:
        values = {
            "id": f"{BASE} + n",
            "reference": reference(model.PREFIX),  # type: ignore[attr-defined]
            "submission": uuid("n"),
            "history_length": "1",
        } | values
    every = [
        (field, values[field.name] if field.name in values else default(field))
        for field in model._meta.concrete_fields
        if field.name in values or not field.primary_key
    ]
    unknown = values.keys() - names
    if unknown:
        raise ValueError(f"{model.__name__} has no {unknown}")
    into = ", ".join(column(field) for field, _ in every)
    run(
        f"INSERT INTO {model._meta.db_table} ({into}) SELECT {', '.join(value for _, value in every)} FROM {source}"
    )


def link(record: type[models.Model], name: str, source: str, near_value: str, far_value: str) -> None:
    """Insert rows of a many-to-many field."""
    field: Any = record._meta.get_field(name)
    through = field.remote_field.through._meta
    near_column, far_column = field.m2m_column_name(), field.m2m_reverse_name()
    run(
        f"INSERT INTO {through.db_table} ({near_column}, {far_column}) SELECT {near_value}, {far_value} FROM {source}"
    )


def write_history(model: type[models.Model], by: str, *events: tuple[str, int, str]) -> None:
    """Write the history of a model's rows: each event with the seconds after the record's own time, and for which rows.

    The chain of digests is not made: no page reads it.
    """
    history: Any = model.history.model  # type: ignore[attr-defined]
    names = {field.name for field in model._meta.concrete_fields}
    copied_fields = [field for field in history._meta.concrete_fields if field.name in names]
    created_field = next(name for name in ("created_at", "at", "decided_at", "read_at") if name in names)
    added = {
        "history_user_id": by,
        "history_change_reason": text("As the case asked."),
        "seals": json_text({}),
        "digest": text("0" * 64),
    }
    for number, (event, seconds, condition) in enumerate(events, start=1):
        row = added | {
            "history_date": later(created_field, seconds),
            "history_type": text("+" if number == 1 else "~"),
            "event": text(event),
            "sequence": str(number),
        }
        into = ", ".join([*(column(field) for field in copied_fields), *row])
        values = ", ".join([*(column(field) for field in copied_fields), *row.values()])
        run(
            f"INSERT INTO {history._meta.db_table} ({into}) SELECT {values} FROM {model._meta.db_table} WHERE id > {BASE} AND {condition}"
        )


def seconds_ago(days: float) -> str:
    return str(int((NOW - timedelta(days=days)).timestamp()))


@contextmanager
def fast_writes() -> Iterator[None]:
    """Save the work that a database does for each row: make indexes at the end, and check no foreign keys."""
    from django.apps import apps
    from django.core.management.color import no_style

    if connection.vendor == "sqlite":
        for setting in (
            "foreign_keys = OFF",
            "journal_mode = MEMORY",
            "synchronous = OFF",
            "cache_size = -500000",
        ):
            run(f"PRAGMA {setting}")
        with connection.cursor() as cursor:
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL")
            indexes = cursor.fetchall()
        for name, _ in indexes:
            run(f'DROP INDEX "{name}"')
    else:
        run("SET session_replication_role = replica")
    yield
    if connection.vendor == "sqlite":
        for _, sql in indexes:
            run(sql)
    # What goes on counting above the ids that were given here.
    for sql in connection.ops.sequence_reset_sql(no_style(), apps.get_models(include_auto_created=True)):
        run(sql)

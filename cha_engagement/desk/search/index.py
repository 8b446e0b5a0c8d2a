"""Index the words of records: for each kind of them a table of SQLite's FTS5, or an index of PostgreSQL's full text.

Both are made after migrating, not by a migration: they are each database's own, and tests make tables without migrations. Words are 0-9 and
a-z alone, and quoted: what somebody types is never read in a database's own language of questions.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection

Words = Mapping[int, str]
"""The words of some records, with a space before and behind each, by the record's key."""

TABLE = "desk_searchrow"
NEWEST = 2000  # records that PostgreSQL looks through one by one before it asks its index
MANY = 25  # of these, and words are common


def index_name(model: Any) -> str:
    return f"desk_words_of_{model._meta.db_table}"


def run(sql: str, *values: Any) -> list[Any]:
    """Return the first value of each row."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values or None)
        return [row[0] for row in cursor.fetchall()] if cursor.description else []


class SqliteIndex:
    """A table of FTS5 for each kind, without a copy of the words; a row has the key of its record.

    It says which words a record has, and neither where nor how often: a question is answered by the newest records first, however many
    there are.
    """

    def make(self, model: Any) -> None:
        name = index_name(model)
        run(
            f"CREATE VIEW IF NOT EXISTS {name}_rows AS"
            f" SELECT record, words FROM {TABLE} WHERE model = '{model._meta.label_lower}'"
        )
        run(
            f"CREATE VIRTUAL TABLE IF NOT EXISTS {name} USING fts5(words, content='{name}_rows',"
            " content_rowid='record', detail=none, columnsize=0, tokenize='ascii')"
        )

    def add(self, model: Any, words: Words) -> None:
        name = index_name(model)
        with connection.cursor() as cursor:
            cursor.executemany(f"INSERT INTO {name} (rowid, words) VALUES (%s, %s)", [*words.items()])

    def remove(self, model: Any, words: Words) -> None:
        """Take words out that were put in, exactly these."""
        name = index_name(model)
        sql = f"INSERT INTO {name} ({name}, rowid, words) VALUES ('delete', %s, %s)"
        with connection.cursor() as cursor:
            cursor.executemany(sql, [*words.items()])

    def rebuild(self, model: Any) -> None:
        """Make it anew from the rows. What was taken out is gone then: until then FTS5 keeps it in the file, where no question finds it."""
        name = index_name(model)
        run(f"INSERT INTO {name} ({name}) VALUES ('rebuild')")

    def newest(self, model: Any, words: Sequence[str], before: int, count: int) -> tuple[list[int], bool]:
        name = index_name(model)
        keys = run(
            f"SELECT rowid FROM {name} WHERE {name} MATCH %s AND rowid < %s ORDER BY rowid DESC LIMIT %s",
            " AND ".join(f'"{word}"' for word in words),
            before,
            count,
        )
        return keys, len(keys) < count


class PostgresIndex:
    """An index for each kind, which PostgreSQL keeps by itself: it is told of no row."""

    VECTOR = "array_to_tsvector(string_to_array(btrim(words), ' '))"

    def make(self, model: Any) -> None:
        run(
            f"CREATE INDEX IF NOT EXISTS {index_name(model)} ON {TABLE} USING gin ({self.VECTOR})"
            f" WITH (fastupdate = off) WHERE model = '{model._meta.label_lower}'"
        )

    def add(self, model: Any, words: Words) -> None:
        """Do nothing."""

    remove = add

    def rebuild(self, model: Any) -> None:
        """Do nothing."""

    def newest(self, model: Any, words: Sequence[str], before: int, count: int) -> tuple[list[int], bool]:
        """Look through the newest records, and ask the index only for what is rare among these, where there are more.

        The index gives all that it finds, not the newest first: of what a million records have that takes a second, and so does a walk
        along all records to the only one with a word. No planner knows which it is.
        """
        kind = f"model = '{model._meta.label_lower}'"
        like = " AND ".join(["words LIKE %s"] * len(words))
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT array_agg(record ORDER BY record DESC) FILTER (WHERE {like}), count(*) = {NEWEST}"
                f" FROM (SELECT record, words FROM {TABLE} WHERE {kind} AND record < %s"
                f" ORDER BY record DESC LIMIT {NEWEST}) newest",
                [*(f"% {word} %" for word in words), before],
            )
            keys, are_more = cursor.fetchone()
        keys = (keys or [])[:count]
        if len(keys) >= MANY or not are_more:
            return keys, not are_more and len(keys) < count
        keys = run(
            f"WITH found AS MATERIALIZED (SELECT record FROM {TABLE} WHERE {kind} AND {self.VECTOR} @@ %s::tsquery)"
            " SELECT record FROM found WHERE record < %s ORDER BY record DESC LIMIT %s",
            " & ".join(f"'{word}'" for word in words),
            before,
            count,
        )
        return keys, len(keys) < count


def word_index() -> SqliteIndex | PostgresIndex:
    """Return the index of the database that we have."""
    return PostgresIndex() if connection.vendor == "postgresql" else SqliteIndex()

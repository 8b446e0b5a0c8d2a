"""Statistics of the rows of each table, by which the database chooses the right index."""

from typing import Any

from django.db import connection

SAMPLE = 20_000
"""Rows that are read of each index. Too few, and what thousands of rows share seems rare: of a million incidents, with a thousand read,
SQLite thought each colleague to have reported some hundred, and went through all colleagues for a list that its index has in order."""


def refresh_statistics(**kwargs: Any) -> None:
    """Let SQLite look at its tables anew; PostgreSQL does so by itself.

    Not by `PRAGMA optimize`, which sees only to tables that the same connection has asked.
    """
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA analysis_limit = {SAMPLE}")
            cursor.execute("ANALYZE")

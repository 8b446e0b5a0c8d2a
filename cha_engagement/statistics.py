"""How the rows of each table are spread, so that the database chooses the right index."""

from typing import Any

from django.db import connection

SAMPLE = 1_000  # rows of each index


def keep(**kwargs: Any) -> None:
    """For SQLite: PostgreSQL does it by itself. Not `PRAGMA optimize`, which sees only to tables that the same connection has asked."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA analysis_limit = {SAMPLE}")
            cursor.execute("ANALYZE")

"""Statistics, as the application and its server keep them by themselves."""

from django.db import connection

from .filling import run


def settle() -> None:
    if connection.vendor == "postgresql":
        run("VACUUM ANALYZE")  # autovacuum, not waited for

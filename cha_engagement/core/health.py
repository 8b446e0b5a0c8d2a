"""The question whether this process can answer."""

from functools import cache

from django.apps import apps
from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder


def is_ready() -> bool:
    """Return whether the database answers, with every table and migration that this code asks for."""
    try:
        applied = set(MigrationRecorder(connection).applied_migrations())
        tables = set(connection.introspection.table_names())
    except (DatabaseError, InterfaceError):
        return False
    return needed_migrations() <= applied and needed_tables() <= tables


@cache
def needed_migrations() -> frozenset[tuple[str, str]]:
    return frozenset(MigrationLoader(None).disk_migrations)


@cache
def needed_tables() -> frozenset[str]:
    models = (model._meta for model in apps.get_models(include_auto_created=True))
    names = {model.db_table for model in models if model.managed and not model.proxy}
    return frozenset(names | {str(settings.CACHES["default"]["LOCATION"])})

"""Begin the migrations anew: one for each app, which makes its tables whole. Until 1.0 no data of an older version is taken over.

./dev migrations

Left to itself, Django makes two or more for each app, and adds keys to other apps, indexes and constraints one by one. It works out all
models anew for each of these steps: an empty database took half a minute to make.
"""

import os
import sys
from collections.abc import Sequence
from graphlib import TopologicalSorter
from pathlib import Path

import django
from django.apps import apps
from django.core.management import call_command
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations import AddConstraint, AddField, AddIndex, CreateModel
from django.db.migrations.operations.base import Operation
from django.db.migrations.writer import MigrationWriter

ROOT = Path(__file__).resolve().parent.parent


def begin_anew() -> None:
    call_command("check")  # before the old ones are gone: what it refuses would be written all the same
    for app in apps.get_app_configs():
        if is_ours(app.path):
            for old in Path(app.path, "migrations").glob("0*.py"):
                old.unlink()
    # All refer to the staff, and these to an app of Django's: made with the others, each app would be made in parts.
    call_command("makemigrations", "staff", verbosity=0)
    call_command("makemigrations", verbosity=0)
    for migration in MigrationLoader(None).disk_migrations.values():
        writer = MigrationWriter(
            migration, include_header=False
        )  # no day that two who change models disagree about
        if is_ours(writer.path):
            migration.operations = make_tables_whole(migration.app_label, migration.operations)  # type: ignore[misc]
            Path(writer.path).write_text(writer.as_string())


def is_ours(path: str) -> bool:
    return Path(path).is_relative_to(ROOT) and ".venv" not in path


def make_tables_whole(app_label: str, operations: Sequence[Operation]) -> list[Operation]:
    """Return these operations with each field, index and constraint in the one that makes its table.

    A table comes after those of its app that it has keys to. Raises `CycleError` where two have keys to each other.
    """
    tables = {
        operation.name_lower: operation for operation in operations if isinstance(operation, CreateModel)
    }
    others = []
    for operation in operations:
        if isinstance(operation, AddField):
            tables[operation.model_name_lower].fields.append((operation.name, operation.field))
        elif isinstance(operation, AddIndex):
            tables[operation.model_name_lower].options.setdefault("indexes", []).append(operation.index)
        elif isinstance(operation, AddConstraint):
            tables[operation.model_name_lower].options.setdefault("constraints", []).append(
                operation.constraint
            )
        elif not isinstance(operation, CreateModel):
            others.append(operation)
    keys = {name: sorted(referred_tables(app_label, table) - {name}) for name, table in tables.items()}
    return [*(tables[name] for name in TopologicalSorter(keys).static_order()), *others]


def referred_tables(app_label: str, table: CreateModel) -> set[str]:
    """Return the names of the tables of an app that this one has keys to."""
    models = (str(field.remote_field.model) for _, field in table.fields if field.remote_field)
    return {
        name.lower() for label, _, name in (model.partition(".") for model in models) if label == app_label
    }


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    os.environ["DJANGO_SETTINGS_MODULE"] = "cha_engagement.settings"
    django.setup()
    begin_anew()

"""Put the database as it stands at one moment into a file, and take it back out of one."""

import os
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections, models, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.loader import MigrationLoader


class NotBackedUp(Exception):
    """No backup was made, or none can be restored. Its sentence tells whoever runs the command the reason."""


def database() -> BaseDatabaseWrapper:
    return connections[DEFAULT_DB_ALIAS]


@contextmanager
def snapshot() -> Iterator[tuple[Path, BaseDatabaseWrapper]]:
    """Give the database as it stands at one moment: dumped to a file, and a connection that reads it."""
    connection = database()
    with tempfile.TemporaryDirectory(prefix="backup-", dir=settings.DATA_DIR) as folder:
        dump = Path(folder) / "database"
        if connection.vendor == "sqlite":
            copy_sqlite(connection.settings_dict["NAME"], dump)
            with closing(connection.copy("snapshot")) as reader:
                reader.settings_dict = {**connection.settings_dict, "NAME": str(dump)}
                yield dump, reader
        else:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
                cursor.execute("SELECT pg_export_snapshot()")
                exported = cursor.fetchone()[0]
                run_postgres("pg_dump", "--format=custom", f"--snapshot={exported}", f"--file={dump}")
                yield dump, connection


def copy_sqlite(source: str, target: Path) -> None:
    """Copy a database in one step, whoever writes to it meanwhile, and look through the copy."""
    with (
        closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True)) as live,
        closing(sqlite3.connect(target)) as copy,
    ):
        live.backup(copy)
        if copy.execute("PRAGMA quick_check").fetchone()[0] != "ok":
            raise NotBackedUp(
                "The database is damaged. Restore the last good backup, and keep this one as it is."
            )


def run_postgres(program: str, *arguments: str) -> None:
    """Run one of PostgreSQL's own programs on our database, by our own user and password."""
    if shutil.which(program) is None:
        raise NotBackedUp(f"{program} is not installed. It comes with Debian's postgresql-client.")
    connection = database()
    (_, *options, name), env = connection.client.settings_to_cmd_args_env(connection.settings_dict, [])
    done = subprocess.run(  # noqa: S603 - our own settings, without a shell
        [program, "--no-password", *options, f"--dbname={name}", *arguments],
        env=os.environ | (env or {}),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise NotBackedUp(f"{program} failed: {done.stderr.strip().splitlines()[-1]}")


def stored_names(reader: BaseDatabaseWrapper) -> list[str]:
    """Return the names in the storage of the files that records know of."""
    names: set[str] = set()
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, models.FileField) and field.column:
                table, column = (
                    reader.ops.quote_name(model._meta.db_table),
                    reader.ops.quote_name(field.column),
                )
                with reader.cursor() as cursor:
                    cursor.execute(f"SELECT {column} FROM {table} WHERE {column} <> ''")  # noqa: S608
                    names.update(name for (name,) in cursor.fetchall())
    return sorted(names)


def count_rows(reader: BaseDatabaseWrapper) -> dict[str, int]:
    counts = {}
    # What SQLite keeps for itself, such as its statistics, is no record: it differs from one day to the next.
    for table in sorted(
        name for name in reader.introspection.table_names() if not name.startswith("sqlite_")
    ):
        with reader.cursor() as cursor:
            cursor.execute(f"SELECT COUNT(*) FROM {reader.ops.quote_name(table)}")  # noqa: S608
            counts[table] = cursor.fetchone()[0]
    return counts


def known_migrations() -> set[str]:
    """Return the migrations of this version of the code."""
    return {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations or {}}


def applied_migrations(reader: BaseDatabaseWrapper) -> list[str]:
    # Not by Django's own recorder: it asks by the name of a connection, and a snapshot's has none that anybody knows.
    if "django_migrations" not in reader.introspection.table_names():
        return []
    with reader.cursor() as cursor:
        cursor.execute("SELECT app, name FROM django_migrations")
        return sorted(f"{app}.{name}" for app, name in cursor.fetchall())


def put_database(dump: Path) -> None:
    """Take a dump of `snapshot` into a database that has no tables. All of it comes, or nothing."""
    connection = database()
    if connection.vendor == "sqlite":
        connection.close()
        target = Path(connection.settings_dict["NAME"])
        part = target.with_name(f"{target.name}.part")
        shutil.copyfile(dump, part)
        part.chmod(0o600)
        for suffix in ("-wal", "-shm"):
            target.with_name(target.name + suffix).unlink(missing_ok=True)
        part.rename(target)
        sync_folder(target.parent)
    else:
        run_postgres(
            "pg_restore",
            "--single-transaction",
            "--no-owner",
            "--no-privileges",
            "--exit-on-error",
            str(dump),
        )


def sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

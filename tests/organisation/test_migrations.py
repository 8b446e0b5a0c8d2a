"""Lists are filled after migrations, run here by processes of their own: the tests' database is made without migrations."""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from importlib import import_module
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db.migrations.operations import CreateModel
from django.db.models import Q

from cha_engagement.organisation import standard_texts, wording


def migrate(folder, app):
    done = subprocess.run(
        [sys.executable, "manage.py", "migrate", app],
        cwd=settings.BASE_DIR,
        env={"PATH": os.environ["PATH"], "ENVIRONMENT": "test", "DATA_DIR": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def count(folder, table):
    with closing(sqlite3.connect(folder / "db.sqlite3")) as database:
        return database.execute(f"SELECT count(*) FROM organisation_{table}").fetchone()[0]


def test_lists_are_begun_when_their_tables_come_and_not_asked_for_before(tmp_path):
    migrate(tmp_path, "staff")
    migrate(tmp_path, "organisation")
    assert count(tmp_path, "standardtext") == len(standard_texts.INITIAL_TEXTS)
    assert count(tmp_path, "wording") == len(wording.INITIAL_WORDINGS)


def named_fields(condition):
    """Yield the fields that a condition of a constraint names."""
    for child in condition.children:
        if isinstance(child, Q):
            yield from named_fields(child)
        elif isinstance(child, tuple):
            yield child[0].split("__")[0]


def test_each_table_is_made_with_the_fields_that_its_constraints_name():
    """The tests' database is made without migrations, so nothing else would find one that cannot be made."""
    missing = set()
    for app in apps.get_app_configs():
        if not app.path.startswith(str(settings.BASE_DIR)) or not Path(app.path, "migrations").exists():
            continue
        for operation in import_module(f"{app.name}.migrations.0001_initial").Migration.operations:
            if isinstance(operation, CreateModel):
                for constraint in operation.options.get("constraints", []):
                    names = {*named_fields(getattr(constraint, "condition", None) or Q())}
                    missing |= names - {"pk"} - {name for name, _ in operation.fields}
    assert missing == set()

"""Lists are filled after migrations, run here by processes of their own: the tests' database is made without migrations."""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing

from django.conf import settings

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

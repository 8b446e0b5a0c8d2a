"""An empty database is soon made: each app's only migration makes its tables whole. `./dev migrations` makes it so."""

from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings

FOLDERS = [
    folder
    for app in apps.get_app_configs()
    if app.path.startswith(str(settings.BASE_DIR)) and ".venv" not in app.path
    if (folder := Path(app.path, "migrations")).exists()
]


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.parent.name)
def test_each_app_has_one_migration_which_makes_its_tables_whole(folder):
    (migration,) = folder.glob("0*.py")
    assert "migrations.AddField" not in migration.read_text()
    assert "migrations.AddIndex" not in migration.read_text()
    assert "migrations.AddConstraint" not in migration.read_text()

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from cha_engagement.backups.actions import restore
from cha_engagement.backups.database import NotBackedUp


class Command(BaseCommand):
    help = "Put an archive made by `backup` back, into an empty place."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="the archive")

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        try:
            manifest = restore(file)
        except NotBackedUp as error:
            raise CommandError(str(error)) from error
        rows, files = sum(manifest.rows.values()), len(manifest.files)
        self.stdout.write(
            f"As of {manifest.made_at}: {rows} rows, {files} files, all as they were. Now run `manage.py migrate`."
        )

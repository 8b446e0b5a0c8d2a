from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from cha_engagement.backups.actions import back_up
from cha_engagement.backups.database import NotBackedUp


class Command(BaseCommand):
    help = "Write the database and every file that it knows of to one archive, while staff go on working."

    requires_system_checks = []  # what is wrong with the settings keeps nobody from saving the data

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="the archive to make; it must not be there yet")

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        try:
            manifest = back_up(file)
        except NotBackedUp as error:
            raise CommandError(str(error)) from error
        rows, files = sum(manifest.rows.values()), len(manifest.files)
        self.stdout.write(f"{file}: {rows} rows, {files} files. Read back: as written.")
        if manifest.missing:
            raise CommandError(
                f"The archive is whole, but {len(manifest.missing)} files that records know of are not on the disk: "
                f"{', '.join(manifest.missing)}."
            )

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from cha_engagement.core.templatetags.ui import uk_date
from cha_engagement.desk.doctor import find_faults, last_morning


class Command(BaseCommand):
    help = (
        "Says, a line each, what would have work wait with nobody: roles without anybody, tasks nobody can do, customers of those who left, line "
        "managers in a circle, deputies who could not stand in, emails given up, a daily job that is silent. Names no customer, changes nothing."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        faults = list(find_faults())
        for fault in faults:
            self.stdout.write(fault)
        said = last_morning()
        self.stdout.write(
            f"The daily job last told somebody what waits: {uk_date(said) if said else 'never'}."
        )
        if faults:
            raise CommandError(f"Wrong: {len(faults)}.")
        self.stdout.write("Nothing waits with nobody.")

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from cha_engagement.desk.events import timeline_models
from cha_engagement.desk.verification import (
    FILE_FIELDS,
    find_file_faults,
    find_record_faults,
    find_task_faults,
    find_timeline_faults,
    record_models,
)
from cha_engagement.staff.interfaces import task_sources


class Command(BaseCommand):
    help = (
        "Says, a line each, which files, records and histories are not as they were written. Changes nothing."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        count = 0
        parts: Any = (
            (find_file_faults, FILE_FIELDS),
            (find_record_faults, record_models()),
            (find_timeline_faults, timeline_models()),
            (find_task_faults, task_sources()),
        )
        for find_faults, compared in parts:
            for one in compared:
                for fault in find_faults(one):
                    count += 1
                    self.stdout.write(fault)
        if count:
            raise CommandError(f"Not as it was written: {count}.")
        self.stdout.write("All files, records and histories are as they were written.")

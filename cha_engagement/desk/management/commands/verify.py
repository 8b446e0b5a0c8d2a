from itertools import chain
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from cha_engagement.desk.events import timeline_models
from cha_engagement.desk.verification import (
    FILE_FIELDS,
    find_file_faults,
    find_record_faults,
    find_task_faults,
    find_timeline_faults,
    find_unknown_rows,
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
            *(find_file_faults(model) for model in FILE_FIELDS),
            *(find_record_faults(model) for model in record_models()),
            *(find_timeline_faults(model) for model in timeline_models()),
            *(find_task_faults(source) for source in task_sources()),
            find_unknown_rows(),
        )
        for fault in chain.from_iterable(parts):
            count += 1
            self.stdout.write(fault)
        if count:
            raise CommandError(f"Not as it was written: {count}.")
        self.stdout.write("All files, records and histories are as they were written.")

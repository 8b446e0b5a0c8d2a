from collections.abc import Iterable
from itertools import chain
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from cha_engagement.customers.interfaces import search_sources
from cha_engagement.desk.events import timeline_models
from cha_engagement.desk.verification import (
    FILE_FIELDS,
    find_file_faults,
    find_record_faults,
    find_search_faults,
    find_task_faults,
    find_timeline_faults,
    find_unknown_rows,
    record_models,
)
from cha_engagement.staff.interfaces import task_sources


class Command(BaseCommand):
    help = (
        "Says, a line each, which files, records and histories are not as they were written, and where timelines, My work and search do not follow "
        "them: the daily job mends that. Changes nothing."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        written: Any = (
            *(find_file_faults(model) for model in FILE_FIELDS),
            *(find_record_faults(model) for model in record_models()),
        )
        derived: Any = (
            *(find_timeline_faults(model) for model in timeline_models()),
            *(find_task_faults(source) for source in task_sources()),
            *(find_search_faults(source) for source in search_sources()),
            find_unknown_rows(),
        )
        errors = []
        if count := self.print_faults(written):
            errors.append(f"Not as it was written: {count}.")
        if count := self.print_faults(derived):
            errors.append(f"Wrong in timelines, My work and search, which the daily job mends: {count}.")
        if errors:
            raise CommandError(" ".join(errors))
        self.stdout.write(
            "All files, records and histories are as they were written, and timelines, My work and search follow from them."
        )

    def print_faults(self, parts: Iterable[Iterable[str]]) -> int:
        """Print each on a line, and return how many there are."""
        count = 0
        for fault in chain.from_iterable(parts):
            count += 1
            self.stdout.write(fault)
        return count

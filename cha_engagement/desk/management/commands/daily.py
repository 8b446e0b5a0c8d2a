from contextlib import nullcontext
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from cha_engagement.core.interfaces import daily_comparisons, daily_jobs, daily_reminders
from cha_engagement.core.logs import log
from cha_engagement.core.records import atomic_action
from cha_engagement.organisation import calendar
from cha_engagement.staff.models import Email


class Command(BaseCommand):
    help = "What the calendar asks for. Run once a day; twice, late or again after being killed does no harm."

    def handle(self, *args: Any, **options: Any) -> None:
        today = calendar.today()
        failed = 0
        # Apps are found from the top floor down; what ends below must be known above.
        # Each job is one action, so that rows follow from all of it at its end, when nothing more is to be locked.
        parts: list[tuple[Any, Any]] = [(job, atomic_action) for job in daily_jobs()]
        parts += [(part, nullcontext) for part in (*daily_comparisons(), *daily_reminders())]
        for part, context in parts:
            try:
                with context():
                    sentence = part(today)
            except Exception as error:
                # Not the error's own words: they may hold somebody's name.
                failed += 1
                log.error("daily_part_failed", part=part.__module__, exc_info=error)
                self.stderr.write(f"{part.__module__} failed: {type(error).__name__}.")
            else:
                self.stdout.write(sentence)
        if given_up := Email.objects.filter(due_at=None).count():
            self.stdout.write(f"Emails given up: {given_up}. They are listed under Administration.")
        if failed:
            raise CommandError(f"{failed} of the day's parts failed. What the others did stays done.")

from collections.abc import Iterable

from cha_engagement.core.interfaces import DailyJobs
from cha_engagement.staff.interfaces import OpenRecord, OpenWork
from cha_engagement.staff.models import StaffMember

from . import daily
from .leaving import open_tasks


class Desk(OpenWork, DailyJobs):
    daily_jobs = (daily.remove_typed_drafts,)
    daily_comparisons = (daily.compare_timelines, daily.compare_tasks, daily.compare_words)
    daily_reminders = (daily.chase_tasks,)

    def open_work(
        self, person: StaffMember, reader: StaffMember, *, is_absence: bool
    ) -> Iterable[OpenRecord]:
        return open_tasks(person, reader, is_absence=is_absence)

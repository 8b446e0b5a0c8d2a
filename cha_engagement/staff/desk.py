from collections.abc import Iterable

from cha_engagement.core.interfaces import DailyJobs

from . import daily
from .interfaces import OpenRecord, OpenWork
from .models import StaffMember
from .queries import open_management


class Desk(OpenWork, DailyJobs):
    daily_jobs = (
        daily.sweep_sign_ins,
        daily.sweep_wrong_passwords,
        daily.sweep_sessions,
        daily.sweep_notices,
        daily.report_given_up_emails,
    )

    def open_work(
        self, person: StaffMember, reader: StaffMember, *, is_absence: bool
    ) -> Iterable[OpenRecord]:
        return open_management(person, reader, is_absence=is_absence)

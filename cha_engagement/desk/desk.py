from cha_engagement.core.interfaces import DailyJobs

from . import daily


class Desk(DailyJobs):
    daily_jobs = (daily.sweep_drafts,)

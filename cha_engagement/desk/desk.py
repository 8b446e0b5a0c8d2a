from cha_engagement.core.interfaces import DailyJobs

from . import daily


class Desk(DailyJobs):
    daily_jobs = (daily.remove_typed_drafts,)
    daily_comparisons = (daily.compare_timelines, daily.compare_tasks, daily.compare_words)
    daily_reminders = (daily.chase_tasks,)

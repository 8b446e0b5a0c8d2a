from cha_engagement.core.interfaces import DailyJobs

from . import daily


class Desk(DailyJobs):
    daily_jobs = (
        daily.sweep_sign_ins,
        daily.sweep_wrong_passwords,
        daily.sweep_sessions,
        daily.sweep_notices,
        daily.report_given_up_emails,
    )

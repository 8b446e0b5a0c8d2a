from . import daily, interfaces


class Desk(interfaces.DailyJobs):
    daily_jobs = (daily.refresh_table_statistics, daily.forget_settled_records)

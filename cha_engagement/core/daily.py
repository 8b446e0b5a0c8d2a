from datetime import date

from . import hub, table_statistics, unsettled


@hub.daily.add
def forget_settled_records(today: date) -> str:
    return f"{unsettled.forget_settled()} records are settled."


@hub.daily.add
def refresh_table_statistics(today: date) -> str:
    table_statistics.refresh_statistics()
    return "The database knows how its rows are spread."

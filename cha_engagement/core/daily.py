from datetime import date

from . import table_statistics, unsettled


def forget_settled_records(today: date) -> str:
    return f"{unsettled.forget_settled()} records are settled."


def refresh_table_statistics(today: date) -> str:
    table_statistics.refresh_statistics()
    return "The database knows how its rows are spread."

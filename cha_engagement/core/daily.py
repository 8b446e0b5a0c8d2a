from datetime import date

from . import hub, statistics, unsettled


@hub.daily.add
def settle(today: date) -> str:
    return f"{unsettled.settle()} records are settled."


@hub.daily.add
def keep_statistics(today: date) -> str:
    statistics.keep()
    return "The database knows how its rows are spread."

from datetime import date

from cha_engagement import hub

from . import workflow


@hub.daily.add
def follow_merges(today: date) -> str:
    return f"Customers: {workflow.follow_merges()} records moved after a merge"

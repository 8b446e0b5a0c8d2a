from datetime import date

from cha_engagement.core import hub

from . import actions


@hub.daily.add
def follow_merges(today: date) -> str:
    return f"Customers: {actions.follow_merges()} records moved after a merge"

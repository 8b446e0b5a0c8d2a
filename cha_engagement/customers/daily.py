from datetime import date

from cha_engagement.core import hub

from . import actions


@hub.daily.add
def report_records_moved(today: date) -> str:
    return f"Customers: {actions.move_records_of_merged_customers()} records moved after a merge"

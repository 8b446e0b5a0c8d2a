from datetime import date

from . import actions


def report_records_moved(today: date) -> str:
    return f"Customers: {actions.move_records_of_merged_customers()} records moved after a merge"

from datetime import date

from cha_engagement.core.permissions import Permission
from cha_engagement.organisation.calendar import latest_soon
from cha_engagement.staff.queries import first_able

from . import actions, notifications
from .models import Adjustment


def report_records_moved(today: date) -> str:
    return f"Customers: {actions.move_records_of_merged_customers()} records moved after a merge"


def remind_of_adjustments(today: date) -> str:
    """Say two working days before the last day of an adjustment, and on it, that it ends: it may be needed on. Policy §9, 18."""
    ending = Adjustment.objects.filter(ends_on__range=(today, latest_soon(today)), customer__deceased_on=None)
    count = sum(
        notifications.warn_of_end(
            adjustment,
            first_able(
                Permission.CHANGE_CUSTOMERS, adjustment.customer.assigned_to_id, adjustment.agreed_by_id
            ),
            today,
        )
        for adjustment in ending.select_related("customer").order_by("ends_on", "pk")
    )
    return f"Adjustments: {count} reminded that one ends"

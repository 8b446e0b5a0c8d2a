from collections.abc import Iterable

from django.db.models import QuerySet

from cha_engagement.core.interfaces import DailyJobs
from cha_engagement.lists.interfaces import Lists
from cha_engagement.staff.models import StaffMember

from . import card, daily, timeline
from .interfaces import CardLine, CustomerPage, Flag, LookUps, SideBox
from .lists import CUSTOMERS
from .models import Adjustment, Customer


class Desk(CustomerPage, LookUps, Lists, DailyJobs):
    event_kinds = timeline.EVENT_KINDS
    flags = {
        "adjusted": Flag("Adjustment agreed", card.has_adjustment, Adjustment.objects.in_force, warns=False),
    }
    lists = (CUSTOMERS,)
    daily_jobs = (daily.report_records_moved,)

    def timeline(self, customer: Customer, user: StaffMember) -> Iterable[QuerySet]:
        return (
            timeline.customer_events(customer, user),
            timeline.merged_customer_events(customer, user),
            timeline.adjustment_events(customer, user),
            timeline.signposting_events(customer, user),
        )

    def card_lines(self, customer: Customer) -> list[CardLine]:
        return [
            *card.always_open_lines(customer),
            *card.need_lines(customer),
            *card.capacity_lines(customer),
            *card.end_lines(customer),
        ]

    def side_boxes(self, customer: Customer, user: StaffMember) -> list[SideBox]:
        return [card.merge_box(customer, user)]

from collections.abc import Collection, Iterable, Mapping, Sequence

from cha_engagement.core.interfaces import DailyJobs
from cha_engagement.lists.interfaces import Lists
from cha_engagement.staff.interfaces import OpenRecord, OpenWork, Tasks
from cha_engagement.staff.models import StaffMember

from . import card, daily, queries, tasks, timeline
from .enums import CustomerTab
from .interfaces import Action, CardLine, CustomerPage, Flag, LookUps, SideBox
from .lists import CUSTOMERS
from .models import Adjustment, Customer, Merge, Need
from .rules import may_assign_customer


class Desk(CustomerPage, LookUps, Lists, Tasks, OpenWork, DailyJobs):
    rare_records = {
        "merges": lambda customer: Merge.objects.filter(kept=customer),
        "household": lambda customer: Customer.objects.filter(household_of=customer),
        "representatives": lambda customer: Customer.objects.filter(speaks_for=customer),
        "needs": lambda customer: Need.objects.filter(customer=customer),
        "adjustments": lambda customer: Adjustment.objects.filter(customer=customer),
    }
    event_kinds = timeline.EVENT_KINDS
    event_sources = timeline.EVENT_SOURCES
    flags = {
        "adjusted": Flag("Adjustment agreed", card.has_adjustment, Adjustment.objects.in_force, warns=False),
    }
    task_kinds = tasks.TASK_KINDS
    task_sources = tasks.TASK_SOURCES
    task_links = tasks.TASK_LINKS
    lists = (CUSTOMERS,)
    daily_jobs = (daily.report_records_moved, daily.remind_of_adjustments)

    def flag_details(
        self, customers: Sequence[Customer], said: Collection[tuple[str, int]]
    ) -> Mapping[int, Collection[str]]:
        return {customer.pk: [card.DIED] for customer in customers if customer.deceased_on}

    def card_lines(self, customer: Customer) -> list[CardLine]:
        return [
            *card.always_open_lines(customer),
            *card.need_lines(customer),
            *card.capacity_lines(customer),
            *card.end_lines(customer),
        ]

    def customer_actions(self, customer: Customer, user: StaffMember) -> list[Action]:
        return card.record_actions(customer, user)

    def people_at_work_on(self, customer: Customer) -> list[StaffMember]:
        return [customer.assigned_to] if customer.assigned_to else []

    def side_boxes(self, customer: Customer, user: StaffMember, tab: CustomerTab) -> list[SideBox]:
        if tab != CustomerTab.OVERVIEW:
            return []
        return [card.merge_box(customer, user)]

    def open_work(
        self, person: StaffMember, reader: StaffMember, *, is_absence: bool
    ) -> Iterable[OpenRecord]:
        page = "customer" if may_assign_customer(reader) else "customer_assign"
        return queries.open_work(person, reader, page)

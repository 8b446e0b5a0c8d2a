from collections.abc import Sequence

from cha_engagement.customers.enums import CustomerTab
from cha_engagement.customers.interfaces import Action, CustomerPage, SideBox
from cha_engagement.customers.models import Customer
from cha_engagement.staff.interfaces import CaseReaders
from cha_engagement.staff.models import StaffMember

from . import card, queries, timeline


class Desk(CustomerPage, CaseReaders):
    closed_case_queries = (queries.closed_cases, queries.closed_merged_cases)
    event_kinds = timeline.EVENT_KINDS
    event_sources = timeline.EVENT_SOURCES

    def customer_actions(self, customer: Customer, user: StaffMember) -> Sequence[Action]:
        return card.customer_actions(customer, user)

    def side_boxes(self, customer: Customer, user: StaffMember, tab: CustomerTab) -> list[SideBox]:
        return [card.readers_box(customer, user)] if tab == CustomerTab.OVERVIEW else []

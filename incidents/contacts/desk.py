from cha_engagement.customers.enums import CustomerTab
from cha_engagement.customers.interfaces import Action, CustomerPage, Searches, SideBox
from cha_engagement.customers.models import Customer
from cha_engagement.staff.models import StaffMember

from . import card, search, timeline


class Desk(CustomerPage, Searches):
    event_kinds = timeline.EVENT_KINDS
    event_sources = timeline.EVENT_SOURCES
    search_sources = search.SEARCH_SOURCES

    def customer_actions(self, customer: Customer, user: StaffMember) -> list[Action]:
        return card.customer_actions(customer, user)

    def side_boxes(self, customer: Customer, user: StaffMember, tab: CustomerTab) -> list[SideBox]:
        if tab != CustomerTab.OVERVIEW:
            return []
        return [card.contacts_box(customer, user)]

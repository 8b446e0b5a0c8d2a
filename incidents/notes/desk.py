from cha_engagement.customers.enums import CustomerTab
from cha_engagement.customers.interfaces import Action, CustomerPage, Searches, SideBox
from cha_engagement.customers.models import Customer
from cha_engagement.staff.models import StaffMember
from incidents.interfaces import Box, IncidentPage
from incidents.models import Incident

from . import card, search, timeline


class Desk(CustomerPage, IncidentPage, Searches):
    rare_records = {"notes": card.notes_of_customer}
    event_kinds = timeline.EVENT_KINDS
    event_sources = timeline.EVENT_SOURCES
    search_sources = search.SEARCH_SOURCES

    def customer_actions(self, customer: Customer, user: StaffMember) -> list[Action]:
        return card.customer_actions(customer, user)

    def side_boxes(self, customer: Customer, user: StaffMember, tab: CustomerTab) -> list[SideBox]:
        if tab != CustomerTab.NOTES:
            return []
        return [card.notes_box(customer, user)]

    def incident_action(self, incident: Incident, user: StaffMember) -> Action | None:
        return card.incident_action(incident, user)

    def incident_box(self, incident: Incident, user: StaffMember) -> Box | None:
        return card.incident_box(incident, user)

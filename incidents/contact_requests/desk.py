from collections.abc import Collection, Mapping
from typing import Any

from cha_engagement.core.refusals import Refusal
from cha_engagement.customers.enums import CustomerTab
from cha_engagement.customers.interfaces import (
    Action,
    CardLine,
    CustomerPage,
    CustomerRules,
    LookUps,
    Searches,
    SideBox,
)
from cha_engagement.customers.models import Customer
from cha_engagement.staff.models import StaffMember
from incidents.interfaces import IncidentPage
from incidents.models import Incident

from . import card, rules, search, timeline


class Desk(CustomerPage, CustomerRules, LookUps, Searches, IncidentPage):
    rare_records = {card.RARE: card.requests_of}
    event_kinds = timeline.EVENT_KINDS
    event_sources = timeline.EVENT_SOURCES
    search_sources = search.SEARCH_SOURCES

    def card_lines(self, customer: Customer) -> list[CardLine]:
        return card.contact_request_lines(customer)

    def customer_actions(self, customer: Customer, user: StaffMember) -> list[Action]:
        return card.customer_actions(customer, user)

    def side_boxes(self, customer: Customer, user: StaffMember, tab: CustomerTab) -> list[SideBox]:
        return [card.contact_requests_box(customer, user)] if tab == CustomerTab.OVERVIEW else []

    def customer_notes(self, customers: Collection[Customer]) -> Mapping[int, Collection[str]]:
        return card.customer_notes(customers)

    def check_contradictions(self, customer: Customer) -> list[Refusal]:
        return rules.check_contradictions(customer)

    def check_people(
        self, customer: Customer, people: Mapping[str, Any], by: StaffMember | None
    ) -> list[Refusal]:
        return rules.check_people(customer, people)

    def incident_notes(self, incidents: Collection[Incident]) -> Mapping[int, Collection[str]]:
        return card.incident_notes(incidents)

    def category_notes(self, customer: Customer | None, incident: Incident | None) -> Mapping[str, str]:
        return card.category_notes(customer, incident)

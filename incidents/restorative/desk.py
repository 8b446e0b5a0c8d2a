from cha_engagement.core.refusals import Refusal
from cha_engagement.customers.interfaces import Action, CustomerPage, CustomerRules
from cha_engagement.customers.models import Customer
from cha_engagement.staff.interfaces import Tasks
from cha_engagement.staff.models import StaffMember
from incidents.interfaces import Box, FollowUp, IncidentPage, IncidentRules
from incidents.models import Incident

from . import card, queries, rules, tasks, timeline


class Desk(CustomerPage, CustomerRules, IncidentPage, IncidentRules, Tasks):
    event_kinds = timeline.EVENT_KINDS
    event_sources = timeline.EVENT_SOURCES
    task_kinds = tasks.TASK_KINDS
    task_sources = tasks.TASK_SOURCES
    task_links = tasks.TASK_LINKS
    follow_ups = {
        FollowUp.RESTORATIVE_WORK: queries.has_restorative_work,
        FollowUp.PAUSE: queries.has_pause,
    }

    def customer_actions(self, customer: Customer, user: StaffMember) -> list[Action]:
        return card.customer_actions(customer, user)

    def check_contradictions(self, customer: Customer) -> list[Refusal]:
        return rules.check_same_customer(customer)

    def incident_box(self, incident: Incident, user: StaffMember) -> Box:
        return card.incident_box(incident, user)

    def incident_action(self, incident: Incident, user: StaffMember) -> Action | None:
        return card.incident_action(incident, user)

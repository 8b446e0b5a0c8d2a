from collections.abc import Iterable
from datetime import date

from django.db.models import QuerySet

from cha_engagement.core.refusals import Refusal
from cha_engagement.customers.interfaces import CustomerPage, CustomerRules, SideBox
from cha_engagement.customers.models import Customer
from cha_engagement.staff.interfaces import Tasks
from cha_engagement.staff.models import StaffMember
from incidents.contacts.interfaces import ContactPages, Question
from incidents.contacts.models import Contact
from restrictions.interfaces import RestrictionPage
from restrictions.models import Restriction

from . import card, rules, timeline, worklist


class Desk(CustomerPage, CustomerRules, RestrictionPage, ContactPages, Tasks):
    event_kinds = timeline.EVENT_KINDS
    event_sources = timeline.EVENT_SOURCES
    task_kinds = worklist.TASK_KINDS

    def tasks(self, user: StaffMember, today: date) -> Iterable[QuerySet]:
        return (worklist.breach_tasks(user, today),)

    def restriction_side_box(self, restriction: Restriction, user: StaffMember) -> SideBox:
        return card.breaches_of_restriction(restriction, user)

    def contact_questions(self, contact: Contact, user: StaffMember) -> list[Question]:
        return card.questions_about_contact(contact, user)

    def check_contradictions(self, customer: Customer) -> list[Refusal]:
        return rules.check_contacts(customer)

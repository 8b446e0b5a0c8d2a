from cha_engagement.core.refusals import Refusal
from cha_engagement.customers.interfaces import CustomerPage, CustomerRules, SideBox
from cha_engagement.customers.models import Customer
from cha_engagement.letters.interfaces import LetterKinds
from cha_engagement.staff.interfaces import Tasks
from cha_engagement.staff.models import StaffMember
from incidents.contacts.interfaces import ContactPages, Question
from incidents.contacts.models import Contact
from restrictions.interfaces import RestrictionPage
from restrictions.models import Restriction

from . import card, letters, rules, tasks, timeline


class Desk(CustomerPage, CustomerRules, RestrictionPage, ContactPages, LetterKinds, Tasks):
    event_kinds = timeline.EVENT_KINDS
    event_sources = timeline.EVENT_SOURCES
    letter_kinds = (letters.NOTICE,)
    task_kinds = tasks.TASK_KINDS
    task_sources = tasks.TASK_SOURCES
    task_links = tasks.TASK_LINKS

    def restriction_side_box(self, restriction: Restriction, user: StaffMember) -> SideBox:
        return card.breaches_of_restriction(restriction, user)

    def contact_questions(self, contact: Contact, user: StaffMember) -> list[Question]:
        return card.questions_about_contact(contact, user)

    def check_contradictions(self, customer: Customer) -> list[Refusal]:
        return rules.check_contacts(customer)

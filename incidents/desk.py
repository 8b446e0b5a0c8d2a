from collections.abc import Iterable
from datetime import date

from django.db.models import QuerySet

from cha_engagement.core.interfaces import SteppedForms
from cha_engagement.customers.enums import CustomerTab
from cha_engagement.customers.interfaces import (
    Action,
    CardLine,
    CustomerPage,
    Flag,
    LookUps,
    RelatedRecords,
    Relation,
    Searches,
    SideBox,
)
from cha_engagement.customers.models import Customer
from cha_engagement.evidence.interfaces import EvidenceHolders
from cha_engagement.evidence.models import Evidence
from cha_engagement.letters.interfaces import LetterKinds
from cha_engagement.letters.models import Letter
from cha_engagement.lists.interfaces import Lists
from cha_engagement.staff.interfaces import MorningMessages, OpenRecord, OpenWork, Tasks
from cha_engagement.staff.models import StaffMember

from . import card, daily, letters, queries, search, tasks, timeline
from .enums import ASSESSMENT_STEPS
from .lists import INCIDENTS
from .models import Incident
from .rules import may_assign_incident


class Desk(
    RelatedRecords,
    CustomerPage,
    LookUps,
    Searches,
    EvidenceHolders,
    LetterKinds,
    Lists,
    Tasks,
    OpenWork,
    MorningMessages,
    SteppedForms,
):
    relations = (Relation(Incident, "Incidents", {Letter: "letters"}),)
    event_kinds = timeline.EVENT_KINDS
    event_sources = timeline.EVENT_SOURCES
    task_kinds = tasks.TASK_KINDS
    task_sources = tasks.TASK_SOURCES
    task_links = tasks.TASK_LINKS
    flags = {
        "under_notice": Flag(
            "Speak to a manager first",
            card.needs_caution,
            card.waiting_with_caution,
            values=lambda: (queries.caution_cutoff(),),
        )
    }
    search_sources = search.SEARCH_SOURCES
    letter_kinds = (letters.EXPECTATIONS_LETTER, letters.CORRESPONDENCE_LETTER)
    lists = (INCIDENTS,)
    step_pages = (ASSESSMENT_STEPS,)

    def said_each_morning(self, today: date) -> Iterable[tuple[StaffMember, str]]:
        return daily.warnings_not_carried_out(today)

    def card_lines(self, customer: Customer) -> list[CardLine]:
        return card.caution_lines(customer)

    def unidentified_person_warnings(self, text: str) -> Iterable[str]:
        return card.unidentified_person_warnings(text)

    def customer_actions(self, customer: Customer, user: StaffMember) -> list[Action]:
        return card.customer_actions(customer, user)

    def people_at_work_on(self, customer: Customer) -> Iterable[StaffMember]:
        return queries.people_at_work_on(customer)

    def side_boxes(self, customer: Customer, user: StaffMember, tab: CustomerTab) -> list[SideBox]:
        if tab != CustomerTab.OVERVIEW:
            return []
        return [card.warnings_box(customer, user)]

    def records_with_evidence(self, evidence: Evidence, user: StaffMember) -> Iterable[QuerySet]:
        return (Incident.objects.visible_to(user).filter(evidence=evidence),)

    def open_work(
        self, person: StaffMember, reader: StaffMember, *, is_absence: bool
    ) -> Iterable[OpenRecord]:
        page = "incident" if may_assign_incident(reader) else "incident_assign"
        return queries.open_work(person, reader, page)

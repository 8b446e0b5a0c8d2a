from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime

from cha_engagement.core.interfaces import DailyJobs, SteppedForms
from cha_engagement.core.refusals import Refusal
from cha_engagement.customers.contact_plan import ContactPlan
from cha_engagement.customers.enums import Channel, CustomerTab
from cha_engagement.customers.interfaces import (
    Action,
    CardLine,
    CustomerPage,
    CustomerRules,
    Flag,
    LookUps,
    MergeBox,
    MergePage,
    RelatedRecords,
    Relation,
    Searches,
    SideBox,
)
from cha_engagement.customers.models import Customer, Merge
from cha_engagement.letters.interfaces import LetterKinds, LetterReader, LetterRecord
from cha_engagement.letters.models import Letter
from cha_engagement.letters.rendering.placeholders import PlaceholderTexts
from cha_engagement.lists.interfaces import Lists
from cha_engagement.staff.interfaces import OpenRecord, OpenWork, Tasks
from cha_engagement.staff.models import StaffMember
from incidents.contact_requests.interfaces import ContactRequestRules
from incidents.contacts.interfaces import ContactPages
from incidents.interfaces import FollowUp, IncidentRules
from incidents.models import Incident

from . import card, daily, queries, rules, search, tasks, timeline
from .contact_plan import contact_plan
from .described_step import describe_merge, describe_unmerge
from .enums import DECISION_STEPS
from .kinds.withhold_staff_details import are_names_withheld
from .letters import decided, ended, interim, managed, reader
from .lists import DECISIONS, RESTRICTIONS
from .models import InterimMeasure, ManagementDecision, Restriction
from .queries import follow_ups


class Desk(
    RelatedRecords,
    CustomerPage,
    MergePage,
    LookUps,
    CustomerRules,
    LetterKinds,
    LetterReader,
    IncidentRules,
    ContactPages,
    ContactRequestRules,
    Lists,
    Searches,
    Tasks,
    OpenWork,
    SteppedForms,
    DailyJobs,
):
    step_pages = (DECISION_STEPS,)
    rare_records = {
        "interim measures": lambda customer: card.interim_measures_on_card().filter(customer=customer)
    }
    prefetched = (card.RESTRICTIONS_OF_CUSTOMER,)
    relations = (
        Relation(InterimMeasure, "Interim measures", {Incident: "incidents", Letter: "letters"}),
        Relation(ManagementDecision, "Decisions", {Incident: "incidents", Letter: "letters"}),
        Relation(Restriction, "Restrictions", {Incident: "incidents", Letter: "letters"}),
    )
    event_kinds = timeline.EVENT_KINDS
    event_sources = timeline.EVENT_SOURCES
    task_kinds = tasks.TASK_KINDS
    task_sources = tasks.TASK_SOURCES
    task_links = tasks.TASK_LINKS
    flags = {
        "restricted": Flag(
            "Restrictions in force", card.is_restricted, Restriction.objects.in_force, has_details=True
        ),
        "interim": Flag(
            "Interim measure", card.has_interim_measure, InterimMeasure.objects.in_force, has_details=True
        ),
    }
    letter_kinds = (
        decided.RESTRICTION_LETTER,
        ended.END_LETTER,
        interim.INTERIM_LETTER,
        managed.DECISION_LETTER,
    )
    lists = (RESTRICTIONS, DECISIONS)
    search_sources = search.SEARCH_SOURCES
    daily_jobs = (
        daily.lapse_interim_measures,
        daily.remind_of_last_days,
        daily.expire_restrictions,
        daily.replace_absent_stand_ins,
    )
    follow_ups = {
        FollowUp.DECISION: follow_ups.has_decision,
        FollowUp.DECISION_SINCE_ASSESSMENT: follow_ups.has_decision_since_assessment,
        FollowUp.CARRIED_OUT_DECISION: follow_ups.has_carried_out_decision,
        FollowUp.RESTRICTION: follow_ups.has_restriction,
        FollowUp.INTERIM_MEASURE: follow_ups.has_interim_measure,
    }

    def card_lines(self, customer: Customer) -> list[CardLine]:
        return card.restriction_lines(customer)

    def flag_details(
        self, customers: Sequence[Customer], said: Collection[tuple[str, int]]
    ) -> Mapping[int, Collection[str]]:
        return card.summaries_of_lines(customers, said)

    def is_card_unread(self, customer: Customer, user: StaffMember) -> bool:
        return card.has_unread(customer, user)

    def customer_actions(self, customer: Customer, user: StaffMember) -> list[Action]:
        return card.available_actions(customer, user)

    def people_at_work_on(self, customer: Customer) -> set[StaffMember]:
        return queries.people_at_work_on(customer)

    def side_boxes(self, customer: Customer, user: StaffMember, tab: CustomerTab) -> list[SideBox]:
        if tab != CustomerTab.RESTRICTIONS:
            return []
        return [
            card.restriction_box(customer, user),
            card.interim_box(customer, user),
            card.ending_box(customer),
            card.decision_box(customer, user),
        ]

    def merge_boxes(self, kept: Customer, other: Customer) -> list[MergeBox]:
        return [MergeBox("restrictions/merge_changes.html", describe_merge(kept, other))]

    def unmerge_boxes(self, merge: Merge) -> list[MergeBox]:
        return [MergeBox("restrictions/unmerge_changes.html", describe_unmerge(merge))]

    def check_contradictions(self, customer: Customer) -> list[Refusal]:
        return [*rules.check_customer_has_channel(customer), *rules.check_same_customer(customer)]

    def check_details_kept(self, customer: Customer, emptied: Collection[str]) -> list[Refusal]:
        return rules.check_details_kept(customer, emptied)

    def was_decided_about(self, customer: Customer) -> bool:
        return queries.was_decided_about(customer)

    def was_decided_since(self, customer: Customer, moment: datetime) -> bool:
        return queries.was_decided_since(customer, moment)

    def is_under_decision(self, customer: Customer) -> bool:
        return reader.is_under_decision(customer)

    def placeholders(self, customer: Customer) -> PlaceholderTexts:
        return reader.placeholders_now(customer)

    def contact_plan(self, letter: Letter) -> ContactPlan:
        return reader.plan_of_reader(letter)

    def closed_channels(self, letter: Letter, day: date) -> set[Channel]:
        return reader.channels_closed_to_reader(letter, day)

    def channels_closed_by_decision(self, letter: Letter) -> Mapping[Channel, date | None] | None:
        return reader.channels_closed_by_decision(letter)

    def visit_precautions(self, customer: Customer) -> list[str]:
        return reader.visit_precautions(customer)

    def withholds_names(self, customer: Customer) -> bool:
        return are_names_withheld(customer)

    def applies_unknown_since(self, letter: Letter) -> datetime | None:
        return reader.applies_unknown_since(letter)

    def letter_records(self, letter: Letter) -> list[LetterRecord]:
        return reader.letter_records(letter)

    def channels_closed_to(self, customer: Customer) -> set[Channel]:
        return contact_plan(customer).closed_channels

    def contact_notes(self, customer: Customer) -> list[str]:
        return card.allowance_notes(customer)

    def check_can_be_spared(self, customer: Customer, colleague: StaffMember) -> list[Refusal]:
        return rules.check_no_named_contact(customer, colleague)

    def open_work(
        self, person: StaffMember, reader: StaffMember, *, is_absence: bool
    ) -> Iterable[OpenRecord]:
        return queries.open_work(person, reader)

from collections.abc import Iterable

from django.db.models import Model, Q, QuerySet
from django.db.models.expressions import Combinable

from cha_engagement.core.interfaces import DailyJobs, Readers, SteppedForms
from cha_engagement.core.refusals import Refusal
from cha_engagement.customers.enums import CustomerTab
from cha_engagement.customers.interfaces import (
    Action,
    CardLine,
    CustomerPage,
    CustomerRules,
    Flag,
    LookUps,
    MergeFollowers,
    RelatedRecords,
    Relation,
    SideBox,
)
from cha_engagement.customers.models import Customer
from cha_engagement.evidence.interfaces import EvidenceHolders
from cha_engagement.evidence.models import Evidence
from cha_engagement.letters.interfaces import LetterKinds
from cha_engagement.letters.models import Letter
from cha_engagement.lists.interfaces import Lists
from cha_engagement.staff.interfaces import OpenRecord, OpenWork, Tasks
from cha_engagement.staff.models import StaffMember
from incidents.interfaces import IncidentRules
from incidents.models import Incident
from restrictions.contact_plan import AnyRestriction
from restrictions.interfaces import AppealRules, News, RestrictionRows, RestrictionRules
from restrictions.models import ManagementDecision, Restriction

from . import access, actions, card, daily, queries, rules, tasks, timeline
from .enums import REVIEW_STEPS, VERDICT_STEPS
from .letters import appeal, late_promise, review, verdict
from .lists import APPEALS, REVIEWS
from .models import Appeal, LatePromise, Review


class Desk(
    RelatedRecords,
    CustomerPage,
    LookUps,
    CustomerRules,
    MergeFollowers,
    Readers,
    EvidenceHolders,
    LetterKinds,
    IncidentRules,
    RestrictionRows,
    RestrictionRules,
    AppealRules,
    Lists,
    Tasks,
    OpenWork,
    SteppedForms,
    DailyJobs,
):
    step_pages = (REVIEW_STEPS, VERDICT_STEPS)
    relations = (
        Relation(
            Review,
            "Reviews",
            {
                Letter: "letters",
                Restriction: "restriction",
                ManagementDecision: "restriction__decision",
                Incident: "restriction__incidents",
                Appeal: "restriction__appealed__appeal",
            },
        ),
        Relation(
            Appeal,
            "Appeals",
            {
                Letter: "letters",
                Incident: "appealed__restriction__incidents",
                Restriction: "appealed__restriction",
                ManagementDecision: "appealed__restriction__decision",
                Review: "appealed__restriction__reviews",
            },
        ),
        Relation(LatePromise, "Late reviews", {Review: "review", Restriction: "review__restriction"}),
        Relation(
            LatePromise, "Late hearings", {Appeal: "appeal", Restriction: "appeal__appealed__restriction"}
        ),
        Relation(LatePromise, "Late reviews and hearings", {Letter: "letters"}),
    )
    rare_records = {"late promises": card.suspended_for_lateness}
    event_kinds = timeline.EVENT_KINDS
    event_sources = timeline.EVENT_SOURCES
    task_kinds = tasks.TASK_KINDS
    task_sources = tasks.TASK_SOURCES
    task_links = tasks.TASK_LINKS
    letter_kinds = (
        appeal.RECEIVED_LETTER,
        late_promise.LATE_LETTER,
        appeal.MEANWHILE_LETTER,
        appeal.WITHDRAWN_LETTER,
        review.REVIEW_LETTER,
        verdict.OUTCOME_LETTER,
    )
    flags = {
        "appeal": Flag(card.BEING_HEARD, card.has_open_appeal, card.appeals_being_heard, warns=False),
        "review_overdue": Flag(card.OVERDUE, card.has_overdue_review, card.overdue_reviews, warns=False),
    }
    lists = (REVIEWS, APPEALS)
    daily_jobs = (daily.keep_promises,)

    def card_lines(self, customer: Customer) -> list[CardLine]:
        return [
            *card.open_appeal_lines(customer),
            *card.late_lines(customer),
            *card.next_review_line(customer),
        ]

    def customer_actions(self, customer: Customer, user: StaffMember) -> list[Action]:
        return card.appeal_actions(customer, user)

    def people_at_work_on(self, customer: Customer) -> Iterable[StaffMember]:
        return queries.people_at_work_on(customer)

    def side_boxes(self, customer: Customer, user: StaffMember, tab: CustomerTab) -> list[SideBox]:
        if tab != CustomerTab.RESTRICTIONS:
            return []
        return [card.appeals_box(customer, user), card.reviews_box(customer, user)]

    def readable(self, model: type[Model], user: StaffMember) -> Q | None:
        return access.readable(model, user)

    def records_with_evidence(self, evidence: Evidence, user: StaffMember) -> Iterable[QuerySet]:
        return (access.appeals_with_evidence(evidence, user),)

    def check_merge(self, kept: Customer, other: Customer) -> list[Refusal]:
        return rules.check_merge(kept, other)

    def follow_unmerge(self, kept: Customer, other: Customer, by: StaffMember) -> None:
        actions.follow_unmerge(kept, other, by=by)

    def check_contradictions(self, customer: Customer) -> list[Refusal]:
        return rules.check_same_customer(customer)

    def may_name_others(self, user: StaffMember, incident: Incident) -> Refusal | None:
        return rules.may_name_involved(user, incident)

    def check_bindings(
        self, measure: AnyRestriction, incidents: Iterable[Incident], evidence: Iterable[Evidence]
    ) -> list[Refusal]:
        return rules.check_appeals(measure, incidents, evidence)

    def next_review_on(self) -> Combinable:
        return queries.next_review_on()

    def told_elsewhere(self, news: News) -> Q:
        return queries.told_in_review_or_verdict(news)

    def may_suspend(self, user: StaffMember, restriction: Restriction) -> Refusal | None:
        return rules.may_suspend(user, restriction)

    def may_resume(self, user: StaffMember, restriction: Restriction) -> Refusal | None:
        return rules.may_resume(user, restriction)

    def may_change_on_appeal(self, user: StaffMember, restriction: Restriction) -> Refusal | None:
        return rules.may_change_on_appeal(user, restriction)

    def open_work(
        self, person: StaffMember, reader: StaffMember, *, is_absence: bool
    ) -> Iterable[OpenRecord]:
        return queries.open_work(person, reader)

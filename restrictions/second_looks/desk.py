from collections.abc import Iterable

from cha_engagement.core.interfaces import DailyJobs
from cha_engagement.core.refusals import Refusal
from cha_engagement.customers.interfaces import CustomerPage, MergeFollowers, SideBox
from cha_engagement.customers.models import Customer
from cha_engagement.evidence.models import Evidence
from cha_engagement.staff.interfaces import Tasks
from cha_engagement.staff.models import StaffMember
from incidents.models import Incident
from restrictions.contact_plan import AnyRestriction
from restrictions.interfaces import RestrictionRules, SecondLooks
from restrictions.models import ManagementDecision

from . import actions, card, daily, rules, tasks, timeline


class Desk(CustomerPage, MergeFollowers, SecondLooks, RestrictionRules, Tasks, DailyJobs):
    event_kinds = timeline.EVENT_KINDS
    event_sources = timeline.EVENT_SOURCES
    task_kinds = tasks.TASK_KINDS
    task_sources = tasks.TASK_SOURCES
    task_links = tasks.TASK_LINKS
    daily_jobs = (daily.replace_absent_readers,)

    def second_look_box(
        self, record: ManagementDecision | AnyRestriction, user: StaffMember
    ) -> SideBox | None:
        return card.second_look_box(record, user)

    def follow_unmerge(self, kept: Customer, other: Customer, by: StaffMember) -> None:
        actions.follow_unmerge(kept, other, by=by)

    def check_bindings(
        self, measure: AnyRestriction, incidents: Iterable[Incident], evidence: Iterable[Evidence]
    ) -> list[Refusal]:
        return rules.check_not_reversed(measure)

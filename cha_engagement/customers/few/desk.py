from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from cha_engagement.core.refusals import Refusal
from cha_engagement.customers.enums import CustomerTab
from cha_engagement.customers.interfaces import Action, CustomerPage, CustomerRules, MergeFollowers, SideBox
from cha_engagement.customers.models import Customer
from cha_engagement.staff.interfaces import CaseReaders
from cha_engagement.staff.models import StaffMember

from . import actions, card, notifications, queries, rules, timeline


class Desk(CustomerPage, CustomerRules, MergeFollowers, CaseReaders):
    closed_case_queries = (queries.closed_cases, queries.closed_merged_cases)
    event_kinds = timeline.EVENT_KINDS
    event_sources = timeline.EVENT_SOURCES

    def keep_readers(
        self, reference: str, people: Iterable[StaffMember], *, is_task: bool
    ) -> Collection[StaffMember] | None:
        return notifications.keep_readers(reference, people, is_task=is_task)

    def check_people(
        self, customer: Customer, people: Mapping[str, Any], by: StaffMember | None
    ) -> list[Refusal]:
        return rules.check_people(customer, people)

    def follow_merge(self, kept: Customer, other: Customer, by: StaffMember) -> None:
        actions.follow_merge(kept, other, by=by)

    def follow_unmerge(self, kept: Customer, other: Customer, by: StaffMember) -> None:
        actions.follow_unmerge(kept, other, by=by)

    def customer_actions(self, customer: Customer, user: StaffMember) -> Sequence[Action]:
        return card.customer_actions(customer, user)

    def side_boxes(self, customer: Customer, user: StaffMember, tab: CustomerTab) -> list[SideBox]:
        return [card.readers_box(customer, user)] if tab == CustomerTab.OVERVIEW else []

from collections.abc import Mapping
from typing import Any

from django.db.models import Q

from cha_engagement.core.refusals import Refusal
from cha_engagement.customers.enums import CustomerTab
from cha_engagement.customers.interfaces import CustomerPage, CustomerRules, SideBox
from cha_engagement.customers.models import Customer
from cha_engagement.letters.interfaces import LetterReader
from cha_engagement.staff.interfaces import Tasks
from cha_engagement.staff.models import StaffMember

from . import card, queries, rules, tasks


class Desk(CustomerPage, CustomerRules, LetterReader, Tasks):
    task_kinds = tasks.TASK_KINDS
    task_sources = tasks.TASK_SOURCES
    task_links = tasks.TASK_LINKS

    def side_boxes(self, customer: Customer, user: StaffMember, tab: CustomerTab) -> list[SideBox]:
        if tab != CustomerTab.DETAILS:
            return []
        return [card.affected_colleagues_box(customer, user)]

    def check_people(
        self, customer: Customer, people: Mapping[str, Any], by: StaffMember | None
    ) -> list[Refusal]:
        return rules.check_people(customer, people, by=by)

    def is_to_be_spared(self, staff_member: Any) -> Q:
        return queries.is_to_be_spared(staff_member)

    def check_signatory(self, customer: Customer, signatory: StaffMember) -> list[Refusal]:
        return rules.check_signatory(customer, signatory)

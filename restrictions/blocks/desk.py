from collections.abc import Iterable
from datetime import date

from django.db.models import QuerySet

from cha_engagement.customers.interfaces import CustomerPage, SideBox
from cha_engagement.staff.interfaces import Tasks
from cha_engagement.staff.models import StaffMember
from restrictions.interfaces import RestrictionPage
from restrictions.models import Restriction

from . import card, timeline, worklist


class Desk(CustomerPage, RestrictionPage, Tasks):
    event_kinds = timeline.EVENT_KINDS
    event_sources = timeline.EVENT_SOURCES
    task_kinds = worklist.TASK_KINDS

    def tasks(self, user: StaffMember, today: date) -> Iterable[QuerySet]:
        return (worklist.block_tasks(user, today),)

    def restriction_side_box(self, restriction: Restriction, user: StaffMember) -> SideBox:
        return card.blocks_of_restriction(restriction, user)

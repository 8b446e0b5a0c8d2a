from cha_engagement.customers.interfaces import CustomerPage, SideBox
from cha_engagement.staff.interfaces import Tasks
from cha_engagement.staff.models import StaffMember
from restrictions.interfaces import RestrictionPage
from restrictions.models import Restriction

from . import card, tasks, timeline


class Desk(CustomerPage, RestrictionPage, Tasks):
    event_kinds = timeline.EVENT_KINDS
    event_sources = timeline.EVENT_SOURCES
    task_kinds = tasks.TASK_KINDS
    task_sources = tasks.TASK_SOURCES
    task_links = tasks.TASK_LINKS

    def restriction_side_box(self, restriction: Restriction, user: StaffMember) -> SideBox:
        return card.blocks_of_restriction(restriction, user)

from collections.abc import Sequence

from cha_engagement.customers.enums import CustomerTab
from cha_engagement.customers.interfaces import Action, CustomerPage, SideBox
from cha_engagement.customers.models import Customer
from cha_engagement.staff.interfaces import Tasks
from cha_engagement.staff.models import StaffMember

from . import card, tasks, timeline
from .models import Objection


class Desk(CustomerPage, Tasks):
    rare_records = {"objections": lambda customer: Objection.objects.filter(customer=customer)}
    event_kinds = timeline.EVENT_KINDS
    event_sources = timeline.EVENT_SOURCES
    task_kinds = tasks.TASK_KINDS
    task_sources = tasks.TASK_SOURCES
    task_links = tasks.TASK_LINKS

    def customer_actions(self, customer: Customer, user: StaffMember) -> Sequence[Action]:
        return card.customer_actions(customer, user)

    def side_boxes(self, customer: Customer, user: StaffMember, tab: CustomerTab) -> list[SideBox]:
        if tab != CustomerTab.RESTRICTIONS:
            return []
        return [card.objection_box(customer, user)]

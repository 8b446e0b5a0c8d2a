from django.urls import reverse

from cha_engagement.customers.enums import ActionGroup, CustomerTab
from cha_engagement.customers.interfaces import Action
from cha_engagement.customers.models import Customer
from cha_engagement.staff.models import StaffMember

from . import rules
from .letters import GENERAL_LETTER


def letter_action(customer: Customer, user: StaffMember) -> list[Action]:
    if rules.may_draft(user, GENERAL_LETTER, customer):
        return []
    url = reverse("letter_new", args=[customer.reference])
    return [Action("Write a letter", url, group=ActionGroup.WRITE, tab=CustomerTab.LETTERS)]

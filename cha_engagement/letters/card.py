from django.urls import reverse

from cha_engagement.core import hub
from cha_engagement.core.hub import Action
from cha_engagement.customers.models import Customer
from cha_engagement.staff.models import StaffMember

from . import rules
from .letters import GENERAL


@hub.customer_actions.add
def letter_action(customer: Customer, user: StaffMember) -> list[Action]:
    if rules.may_draft(user, hub.letter_kinds[GENERAL], customer):
        return []
    return [Action("Write a letter", reverse("letter_new", args=[customer.reference]))]

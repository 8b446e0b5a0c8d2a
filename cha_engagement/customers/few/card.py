from django.urls import reverse

from cha_engagement.customers.enums import ActionGroup
from cha_engagement.customers.interfaces import Action, SideBox, SideBoxRow
from cha_engagement.customers.models import Customer
from cha_engagement.staff.models import StaffMember

from . import rules
from .queries import standing_case


def customer_actions(customer: Customer, user: StaffMember) -> list[Action]:
    """Offer to limit who reads a case; where it is so already, its side box leads to it."""
    if customer.pk in user.customers_for_few or rules.may_limit_readers(user):
        return []
    url = reverse("few_new", args=[customer.reference])
    return [Action("Limit who can read this case", url, group=ActionGroup.RECORD)]


def readers_box(customer: Customer, user: StaffMember) -> SideBox:
    """Say to its readers who else reads a case."""
    case = standing_case(customer) if customer.pk in user.customers_for_few else None
    if case is None:
        return SideBox("Only these can read this case", [])
    names = ", ".join(map(str, case.readers.all()))
    return SideBox("Only these can read this case", [SideBoxRow(names, case.get_absolute_url())])

from django.urls import reverse

from cha_engagement.customers.enums import ActionGroup, CustomerTab
from cha_engagement.customers.interfaces import Action, SideBox, SideBoxRow
from cha_engagement.customers.models import Customer
from cha_engagement.staff.models import StaffMember

from . import rules
from .queries import contact_summary

RECENT_DAYS = 28


def customer_actions(customer: Customer, user: StaffMember) -> list[Action]:
    if rules.may_log_contact(user):
        return []
    url = reverse("contact_new", args=[customer.reference])
    return [Action("Log a contact", url, group=ActionGroup.LOG, tab=CustomerTab.CONTACTS)]


def contacts_box(customer: Customer, user: StaffMember) -> SideBox:
    """Show how much contact there has been, which leads to all of it. Policy §49."""
    summary = contact_summary(customer, RECENT_DAYS)
    if summary is None:
        return SideBox("Contacts", [])
    text = summary or f"None that counts in the last {RECENT_DAYS} days"
    return SideBox("Contacts", [SideBoxRow(text, reverse("contacts", args=[customer.reference]))])

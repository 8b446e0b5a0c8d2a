"""Notices to staff about contacts against a restriction: what an email says holds no name of a customer, no detail of a case."""

from cha_engagement.staff.actions import notify_staff
from cha_engagement.staff.models import StaffMember

from .models import Breach, BreachStatus


def notify_of_answer(breach: Breach, confirmed_by: StaffMember | None, *, by: StaffMember) -> None:
    """Tell whoever logged a contact, and whoever said that it counts, what a manager answered the customer. Beyond the policy: B26."""
    outcome = "still counts" if breach.status == BreachStatus.CONFIRMED else "does not count any more"
    notify_staff(
        {breach.contact.by, confirmed_by} - {by},
        text=f"The customer said that it is wrong to count {breach.contact}. {by} has looked at it: it {outcome}.",
        shown_text=f"{breach.contact.customer.name} said that it is wrong to count {breach.contact}. {by} has looked at it: it {outcome}.",
        path=breach.get_absolute_url(),
        reference=breach.contact.reference,
    )

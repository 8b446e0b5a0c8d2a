"""Breaches beside the contact and the restriction that they are about."""

from django.urls import reverse

from cha_engagement.core.templatetags.ui import uk_datetime
from cha_engagement.customers.interfaces import SideBox, SideBoxRow
from cha_engagement.staff.models import StaffMember
from incidents.contacts.interfaces import Question
from incidents.contacts.models import Contact
from restrictions.models import Restriction

from .models import Breach, BreachStatus
from .rules import may_settle_breach

MOST_BREACHES = 20  # contacts shown beside a restriction


def breaches_of_restriction(restriction: Restriction, user: StaffMember) -> SideBox:
    breaches = Breach.objects.visible_to(user).confirmed().filter(restriction=restriction)
    return SideBox(
        "Contacts against it",
        [
            SideBoxRow(uk_datetime(breach.contact.occurred_at), breach.get_absolute_url(), status=breach.why)
            for breach in breaches[:MOST_BREACHES]
        ],
    )


def questions_about_contact(contact: Contact, user: StaffMember) -> list[Question]:
    """Ask what a contact seems to go against, or say what was answered. Beyond the policy: B8."""
    visible = Breach.objects.visible_to(user).filter(contact=contact)
    breaches = visible.exclude(status=BreachStatus.DISMISSED)
    return [
        question(breach, user)
        for breach in breaches.select_related("contact", "restriction", "settled_by").order_by("pk")
    ]


def question(breach: Breach, user: StaffMember) -> Question:
    confirm, dismiss = (
        reverse(f"breach_{transition}", args=[breach.reference]) for transition in ("confirm", "dismiss")
    )
    title = breach.restriction.title.lower()
    if breach.status == BreachStatus.CONFIRMED:
        text = f"Against a restriction, {title}, {breach.settled_by} says. {breach.why}"
        answers = {"Take that back": dismiss}
    else:
        text = f"This seems to go against a restriction: {title}. {breach.why}"
        answers = {"Yes, it went against it": confirm, "No, it did not": dismiss}
    return Question(text, {} if may_settle_breach(user, breach) else answers)

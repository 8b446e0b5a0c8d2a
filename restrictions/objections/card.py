from django.urls import reverse

from cha_engagement.core.templatetags.ui import uk_date
from cha_engagement.customers.enums import ActionGroup
from cha_engagement.customers.interfaces import Action, SideBox, SideBoxRow
from cha_engagement.customers.models import Customer
from cha_engagement.staff.models import StaffMember

from . import rules
from .models import Objection

MOST_OBJECTIONS = 10  # shown beside a customer


def customer_actions(customer: Customer, user: StaffMember) -> list[Action]:
    if rules.may_log_objection(user):
        return []
    return [
        Action(
            "They object to the note, or to what we count",
            reverse("objection_new", args=[customer.reference]),
            group=ActionGroup.LISTEN,
        )
    ]


def objection_box(customer: Customer, user: StaffMember) -> SideBox:
    if customer.lacks("objections"):
        return SideBox("What they object to", [])
    objections = Objection.objects.visible_to(user).filter(customer=customer)
    return SideBox(
        "What they object to",
        [
            SideBoxRow(
                f"{objection.get_about_display()}, {uk_date(objection.received_on)}",
                objection.get_absolute_url(),
                objection.status,
                objection.get_status_display(),
                answer_in_words(objection),
            )
            for objection in objections.order_by("-received_on", "-pk")[:MOST_OBJECTIONS]
        ],
    )


def answer_in_words(objection: Objection) -> str:
    """Return what was answered; empty while it waits."""
    outcome = objection.get_outcome_display()
    return f"{outcome}. {objection.answer}" if outcome else ""

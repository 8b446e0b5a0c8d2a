from django.urls import reverse

from cha_engagement import hub
from cha_engagement.customers.models import Customer
from cha_engagement.hub import Action, CardLine, Panel, PanelRow
from cha_engagement.staff.models import StaffMember
from cha_engagement.templatetags.ui import uk_date
from restrictions.models import Restriction

from . import policy
from .models import Appeal, Review


@hub.customer_actions.add
def log_an_appeal(customer: Customer, user: StaffMember) -> list[Action]:
    if policy.may_log(user):
        return []
    return [Action("Log an appeal", reverse("appeal_new", args=[customer.reference]))]


@hub.card.add
def next_review(customer: Customer) -> list[CardLine]:
    """When what is in force is looked at next. Policy §23, 65."""
    standing = Restriction.objects.in_force().filter(customer=customer)
    coming = Review.objects.filter(status="scheduled", restriction__in=standing).order_by("due_on")
    return [
        CardLine(
            "who",
            f"Review overdue since {uk_date(review.due_on)}."
            if review.is_overdue
            else f"Next review: {uk_date(review.due_on)}.",
        )
        for review in coming[:1]
    ]


@hub.customer_panels.add
def appeals(customer: Customer, user: StaffMember) -> Panel:
    """That there is an appeal, and its stage, is for everybody who deals with the customer. Policy §6.3."""
    rows = []
    for appeal in Appeal.objects.filter(customer=customer).order_by("-received_on", "-pk")[:10]:
        url = appeal.get_absolute_url() if policy.may_read(user, appeal) else ""
        rows.append(
            PanelRow(
                f"{appeal}, received {uk_date(appeal.received_on)}",
                url,
                appeal.status,
                appeal.get_status_display(),
            )
        )
    return Panel("Appeals", rows)


@hub.customer_panels.add
def reviews(customer: Customer, user: StaffMember) -> Panel:
    coming = (
        Review.objects.visible_to(user).filter(customer=customer, status="scheduled").order_by("due_on", "pk")
    )
    return Panel(
        "Reviews due",
        [PanelRow(f"{review}, {uk_date(review.due_on)}", review.get_absolute_url()) for review in coming],
    )

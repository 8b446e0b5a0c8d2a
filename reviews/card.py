from django.db.models import Q
from django.urls import reverse

from cha_engagement.core import hub
from cha_engagement.core.hub import Action, CardLine, Panel, PanelRow
from cha_engagement.core.templatetags.ui import uk_date
from cha_engagement.customers.models import Customer
from cha_engagement.staff.models import StaffMember

from .enums import OPEN
from .models import Appeal, Review
from .rules import permissions


@hub.customer_actions.add
def log_an_appeal(customer: Customer, user: StaffMember) -> list[Action]:
    if permissions.may_log(user):
        return []
    return [Action("Log an appeal", reverse("appeal_new", args=[customer.reference]))]


@hub.card.add
def next_review(customer: Customer) -> list[CardLine]:
    """When what is in force is looked at next. Policy §23, 65."""
    return [
        CardLine(
            "who",
            f"Review overdue since {uk_date(review.due_on)}."
            if review.is_overdue
            else f"Next review: {uk_date(review.due_on)}.",
        )
        for review in [one for one in coming(customer) if one.restriction.is_in_force][:1]
    ]


def coming(customer: Customer) -> list[Review]:
    """The reviews that are to be held about a customer, the soonest first: asked once for their card and what stands beside it."""
    kept = vars(customer)
    if "coming_reviews" not in kept:
        scheduled = Review.objects.filter(customer=customer, status="scheduled")
        kept["coming_reviews"] = list(scheduled.select_related("restriction").order_by("due_on", "pk"))
    return kept["coming_reviews"]


@hub.customer_panels.add
def appeals(customer: Customer, user: StaffMember) -> Panel:
    """That an appeal is heard, and its stage, is for everybody who deals with the customer; then it is for who may read it. Policy §6.3, 65."""
    rows, found = [], Appeal.objects.filter(customer=customer)
    if not user.has_perm("reviews.view_appeal"):
        found = found.filter(Q(status__in=OPEN) | Q(received_by=user))
    for appeal in found.order_by("-received_on", "-pk")[:10]:
        url = appeal.get_absolute_url() if permissions.may_read(user, appeal) else ""
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
    found = coming(customer)
    if found and not user.has_perm("reviews.view_review"):
        seen = Review.objects.visible_to(user).filter(pk__in=[review.pk for review in found])
        found = [review for review in found if review in seen]
    return Panel(
        "Reviews due",
        [PanelRow(f"{review}, {uk_date(review.due_on)}", review.get_absolute_url()) for review in found],
    )

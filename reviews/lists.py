"""The diary of reviews and the list of appeals: what they are narrowed by, and what they say."""

from datetime import timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from cha_engagement.core import hub
from cha_engagement.customers.rules import may_read_lists
from cha_engagement.lists.forms import ListFilter, one_of, ticked
from cha_engagement.organisation.calendar import today
from cha_engagement.staff.models import StaffMember
from restrictions.lists import kinds
from restrictions.models import Restriction

from . import hearing
from .enums import AppealStatus
from .models import Appeal, Review
from .queries import for_appeal_list, for_list, passed_up_by

AHEAD = {"7": "A week", "14": "Two weeks", "31": "A month", "92": "Three months"}
"""How far a diary is looked ahead, in days. What is overdue is due all the more."""


class ReviewFilter(ListFilter):
    within = one_of("Due within", [*AHEAD.items()])
    kind = one_of("Restriction", kinds)
    overdue = ticked("Overdue")
    passed_up = ticked("Passed up to the Management Team")

    conditions = {
        "within": lambda days, user: Q(due_on__lte=today() + timedelta(days=int(days))),
        # Asked of each review that is to come: of one kind there may be many restrictions, and most have ended.
        "kind": lambda code, user: Q(
            Exists(Restriction.objects.filter(pk=OuterRef("restriction"), kind=code))
        ),
        "overdue": lambda _, user: Q(due_on__lt=today()),
        "passed_up": lambda _, user: Q(due_on__lte=passed_up_by(today())),
    }


def waits_for(user: StaffMember) -> Q:
    waiting = hearing.waiting_for(user)
    return Q(pk__in=[*waiting.to_hear, *waiting.to_name])


class AppealFilter(ListFilter):
    status = one_of("Status", AppealStatus.choices)
    waiting = ticked("Waiting for me")

    conditions = {
        "status": lambda status, user: Q(status=status),
        "waiting": lambda _, user: waits_for(user),
    }


def reviews(user: StaffMember) -> QuerySet[Review]:
    """Those to come."""
    return for_list(Review.objects.visible_to(user).filter(status="scheduled"))


def appeals(user: StaffMember) -> QuerySet[Appeal]:
    return for_appeal_list(Appeal.objects.visible_to(user))


hub.listing(
    hub.Listing(
        code="reviews",
        title="Reviews",
        may_read=may_read_lists,
        rows=reviews,
        ordering=("due_on", "id"),
        filter=ReviewFilter,
        columns={
            "Due": lambda review: review.due_on,
            "Customer": lambda review: review.customer.name,
            "Restriction": lambda review: review.restriction.title,
            "Imposed by": lambda review: review.restriction.imposed_by,
            "Review": lambda review: review.reference,
        },
    )
)
hub.listing(
    hub.Listing(
        code="appeals",
        title="Appeals",
        may_read=may_read_lists,
        rows=appeals,
        ordering=("-received_on", "-id"),
        filter=AppealFilter,
        columns={
            "Appeal": lambda appeal: appeal.reference,
            "Customer": lambda appeal: appeal.customer.name,
            "Received": lambda appeal: appeal.received_on,
            "Status": lambda appeal: appeal.get_status_display(),
            "Next step by": lambda appeal: appeal.next_day,
        },
    )
)

"""The list of restrictions: what it is narrowed by, and what it says."""

from typing import Any

from django.db.models import Q, QuerySet

from cha_engagement.core import hub
from cha_engagement.customers.rules import may_read_lists
from cha_engagement.lists.forms import Choices, ListFilter, day, one_of, ticked
from cha_engagement.lists.queries import rare
from cha_engagement.organisation.calendar import today
from cha_engagement.staff.models import StaffMember

from .enums import STANDING, RestrictionStatus
from .kinds import KINDS
from .models import Restriction
from .queries import select_list


def kinds() -> Choices:
    """From the least to the most restrictive. Policy §14."""
    return [(code, kind.title) for code, kind in KINDS.items()]


LATER = "later"
"""Imposed for a day that is still ahead: no page calls that in force."""


def statuses() -> Choices:
    for code, words in RestrictionStatus.choices:
        yield code, words
        if code == "imposed":
            yield LATER, "Begins later"


def of_status(status: str) -> Q:
    if status == LATER:
        return Q(status="imposed", starts_on__gt=today())
    if status == "imposed":
        return Q(status="imposed", starts_on__lte=today())
    return Q(status=status)


def of_standing(**asked: Any) -> Q:
    found = Q(status__in=STANDING, **asked)
    return rare(Restriction.objects.filter(found).values_list("pk", flat=True), found)


class RestrictionFilter(ListFilter):
    status = one_of("Status", statuses)
    kind = one_of("What", kinds)
    ends_by = day("Ends on or before")
    untold = ticked("The customer is not told yet")
    unreviewed = ticked("Without reviews")

    conditions = {
        "status": lambda status, user: of_status(status),
        "kind": lambda code, user: Q(kind=code),
        "ends_by": lambda day, user: of_standing(ends_on__lte=day),
        "untold": lambda _, user: of_standing(told_on=None, not_told_reason=""),
        "unreviewed": lambda _, user: of_standing(first_review_on=None),
    }


def rows(user: StaffMember) -> QuerySet[Restriction]:
    return select_list(Restriction.objects.visible_to(user))


hub.listing(
    hub.Listing(
        code="restrictions",
        title="Restrictions",
        may_read=may_read_lists,
        rows=rows,
        ordering=("-created_at", "-id"),
        filter=RestrictionFilter,
        by_way=Restriction.objects.by_way,
        dress=select_list,
        columns={
            "Restriction": lambda restriction: restriction.reference,
            "Customer": lambda restriction: restriction.customer.name,
            "What": lambda restriction: restriction.title,
            "First day": lambda restriction: restriction.starts_on,
            "Last day": lambda restriction: restriction.ends_on,
            "Status": lambda restriction: restriction.get_status_display(),
        },
    )
)

from datetime import date, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from cha_engagement.core.permissions import Permission
from cha_engagement.core.unsettled import watch_transitions
from cha_engagement.letters.models import Letter
from cha_engagement.organisation.calendar import today
from cha_engagement.organisation.models import Organisation
from cha_engagement.staff.models import StaffMember
from cha_engagement.staff.queries import present_staff, staff_with_permission
from incidents.models import Incident
from restrictions.kinds import KINDS
from restrictions.models import Restriction

from ..enums import ReviewEvent, ReviewStatus
from ..models import Review
from .grounds import GROUNDS


def permission_to_hold(kind: str) -> Permission:
    """Return what somebody must hold, beyond a manager's role, to review a restriction of this kind. Policy §23, 54."""
    return KINDS[kind].permission or Permission.HOLD_REVIEWS


def reviewers(restriction: Restriction) -> QuerySet[StaffMember]:
    """Return who holds its review: whoever imposed it or, when they are away or gone, all who may. Policy §23, 54."""
    permitted = staff_with_permission(permission_to_hold(restriction.kind))
    imposer = present_staff(permitted).filter(imposed_restrictions=restriction)
    return imposer if imposer.exists() else permitted


def escalation_day(today: date) -> date:
    """Return the day such that a review which was due then or before, and was not held, is passed up to the Management Team. Policy §23."""
    return today - timedelta(days=Organisation.current().review_escalation_days)


def reviews_near_about(incident: Incident) -> QuerySet[Review]:
    """Return the reviews of what rests on an incident of which their reviewers are reminded by now. Policy §23."""
    soon = today() + timedelta(days=Organisation.current().review_reminder_days)
    restrictions = Restriction.objects.filter(
        Q(incidents=incident) | Q(evidence__incidents=incident) | Q(decision__incidents=incident)
    )
    near = Review.objects.filter(
        status=ReviewStatus.SCHEDULED, due_on__lte=soon, restriction__in=restrictions
    )
    return near.select_related("restriction", "customer").order_by("pk")


@watch_transitions(Review, ReviewEvent.HOLD)
def waits_for_letter() -> Q:
    return ~Q(Exists(Letter.objects.filter_sent().filter(reviews=OuterRef("pk"))))


def next_review_on() -> Subquery:
    """Return the day of the next review of a restriction, for a query about restrictions."""
    scheduled = Review.objects.filter(restriction=OuterRef("pk"), status=ReviewStatus.SCHEDULED)
    return Subquery(scheduled.values("due_on"))


def reviews_for_list(reviews: QuerySet[Review]) -> QuerySet[Review]:
    return reviews.select_related(
        "customer", "restriction__named_contact", "restriction__deputy", "restriction__imposed_by"
    )


def reviews_for_page(reviews: QuerySet[Review]) -> QuerySet[Review]:
    grounds = [f"restriction__{name}" for name in GROUNDS]
    return reviews_for_list(reviews).select_related("held_by", *grounds)

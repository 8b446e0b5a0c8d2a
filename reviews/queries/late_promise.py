"""Reviews and hearings that are late for long: which are, and what they suspend. Beyond the policy: B25."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from django.db.models import Q, QuerySet

from cha_engagement.core.permissions import Permission
from cha_engagement.organisation.calendar import add_working_days
from cha_engagement.organisation.models import Organisation
from cha_engagement.staff.models import StaffMember
from cha_engagement.staff.queries import keys_with_permission, present_staff, staff_with_permission
from incidents.models import Incident
from restrictions.enums import STANDING, RestrictionStatus
from restrictions.models import Restriction

from ..enums import OPEN_LATE, OPEN_STATUSES, LatePromiseEvent, LatePromiseStatus, ReviewStatus
from ..models import Appeal, AppealedRestriction, LatePromise, Review


def promises_to_pass_up(today: date) -> Iterator[Review | Appeal]:
    """Yield the reviews and appeals that are late by the set time and that the Management Team does not answer for yet."""
    days = Organisation.current().late_promise_working_days
    # As many days of the calendar have gone by at least, so that few are looked at.
    earliest = today - timedelta(days=days)
    alive = Q(customer__deceased_on=None, late_promise=None)
    reviews = Review.objects.filter(
        alive, status=ReviewStatus.SCHEDULED, due_on__lte=earliest, restriction__status__in=STANDING
    )
    for review in reviews.order_by("due_on", "pk"):
        if add_working_days(review.due_on, days) <= today:
            yield review
    appeals = Appeal.objects.filter(
        alive,
        status__in=OPEN_STATUSES,
        decide_by__lte=earliest,
        appealed__restriction__status__in=STANDING,
    )
    for appeal in appeals.distinct().order_by("decide_by", "pk"):
        if add_working_days(appeal.decide_by, days) <= today:
            yield appeal


def open_late_promises(status: str | None = None) -> QuerySet[LatePromise]:
    promises = LatePromise.objects.filter(
        status__in=[status] if status else OPEN_LATE, customer__deceased_on=None
    )
    return promises.select_related("review__restriction", "appeal", "customer").order_by("answer_by", "pk")


def promised_restrictions(promise: LatePromise) -> list[Restriction]:
    """Return the restrictions that stand and that the late review or hearing is about."""
    if promise.review:
        restrictions = Restriction.objects.filter(pk=promise.review.restriction_id)
    else:
        restrictions = Restriction.objects.filter(appealed__appeal=promise.appeal_id)
    named = restrictions.filter(status__in=STANDING).select_related("customer", "named_contact", "deputy")
    return list(named.order_by("pk"))


def staff_concerned(restrictions: Iterable[Restriction]) -> set[StaffMember]:
    """Return whom these name, who looks after their customer, and who reported, dealt with or was harmed by what they rest on."""
    people: set[StaffMember | None] = set()
    for restriction in restrictions:
        people |= {*restriction.people, restriction.imposed_by, restriction.customer.assigned_to}
        resting_on = Incident.objects.filter(
            Q(restrictions=restriction) | Q(evidence__restrictions=restriction)
        ).distinct()
        for incident in resting_on.select_related("reported_by", "assigned_to").prefetch_related(
            "affected_staff"
        ):
            people |= {incident.reported_by, incident.assigned_to, *incident.affected_staff.all()}
    return {person for person in people if person}


def letter_writer(promise: LatePromise) -> StaffMember | None:
    """Return whom the letter about it is left with: whoever holds the review, as far as they are there, or another manager."""
    managers = staff_with_permission(Permission.HOLD_REVIEWS).filter(
        pk__in=keys_with_permission(Permission.ISSUE_LETTERS)
    )
    imposed = Restriction.objects.filter(late_promises=promise).values("imposed_by")
    own = managers.filter(pk__in=imposed)
    groups = (present_staff(own), present_staff(managers), own, managers)
    return next((person for people in groups if (person := people.order_by("pk").first())), None)


def is_suspended_for_lateness(restriction: Restriction) -> bool:
    return LatePromise.objects.filter(status=LatePromiseStatus.SUSPENDED, suspended=restriction).exists()


def suspended_until_review(review: Review) -> date | None:
    """Return from when a restriction did not apply because this review, which was held since, was late; None where it did, or still does not."""
    promise = LatePromise.objects.filter(review=review, suspended=review.restriction_id).first()
    is_over = promise and review.restriction.status != RestrictionStatus.SUSPENDED
    return promise.suspends_on if promise and is_over else None


def is_suspended_for_appeal(restriction: Restriction) -> bool:
    return AppealedRestriction.objects.filter(
        restriction=restriction, suspended=True, appeal__status__in=OPEN_STATUSES
    ).exists()


def is_answered_for(review: Review) -> bool:
    """Return whether a review is late, and the Management Team answers for it: then its day does not move."""
    return LatePromise.objects.filter(review=review, status__in=OPEN_LATE).exists()


def is_suspension_decided(promise: LatePromise) -> bool:
    """Return whether the Management Team decided that it is suspended, rather than that the days to answer went by."""
    return promise.history.filter(event=LatePromiseEvent.DECIDE).exists()


def was_put_off_before(promise: LatePromise) -> bool:
    """Return whether the same promise was put off once already: another review of the restriction was, and was never held."""
    if promise.put_off_to:
        return True
    if not promise.review:
        return False
    others = LatePromise.objects.filter(
        review__restriction=promise.review.restriction_id, put_off_to__isnull=False
    )
    return others.exclude(review__status=ReviewStatus.HELD).exists()

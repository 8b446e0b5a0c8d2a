"""Reviews are held and reminded of, and their diary follows whatever happens to a restriction."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.dispatch import receiver
from django.utils import timezone

from cha_engagement.core.records import atomic_action, status_changed, writing
from cha_engagement.core.refusals import raise_if_incomplete, raise_if_refused
from cha_engagement.core.templatetags.ui import uk_date
from cha_engagement.staff.models import StaffMember
from incidents.actions import incident_revised
from incidents.models import Incident
from restrictions import actions as restriction_actions
from restrictions.actions import first_day_changed
from restrictions.enums import ENDING_TRANSITIONS, STANDING, RestrictionEvent
from restrictions.models import Restriction

from .. import notifications, queries, rules
from ..enums import ReviewEvent, ReviewOutcome, ReviewStatus
from ..models import Review


@receiver(status_changed, sender=Restriction)
def update_diary(record: Restriction, transition: str, by: StaffMember | None, **kwargs: Any) -> None:
    """Schedule the first review of a restriction that comes into force, and cancel the next one when it ends. Policy §23."""
    if transition == RestrictionEvent.IMPOSE and record.first_review_on:
        schedule_review(record, on=record.first_review_on, by=by)
    elif transition in ENDING_TRANSITIONS:
        for review in Review.objects.filter(restriction=record, status=ReviewStatus.SCHEDULED):
            writing.change_status(review, ReviewEvent.CANCEL, by=by, reason="The restriction has ended")


@receiver(incident_revised, sender=Incident)
def tell_of_revised_incident(incident: Incident, by: StaffMember, **kwargs: Any) -> None:
    """Tell those who hear an appeal, and hold a review that is near, that what it rests on is not as it was. Policy §22, 23."""
    for appeal in queries.open_appeals_about(incident).order_by("pk"):
        hearers = set(rules.hearing_of_appeal(appeal).hearers) - {by}
        notifications.notify_of_revised_incident(appeal, incident, hearers)
    for review in queries.reviews_near_about(incident):
        reviewers = set(queries.reviewers(review.restriction)) - {by}
        notifications.notify_of_revised_incident(review, incident, reviewers)


@receiver(first_day_changed, sender=Restriction)
def follow_first_day(restriction: Restriction, by: StaffMember, **kwargs: Any) -> None:
    """Move the first review of a restriction with its first day, from which it may be counted. Policy §23; beyond the policy: B23."""
    if restriction.status not in STANDING or queries.held_reviews(restriction).exists():
        return
    scheduled = Review.objects.filter(restriction=restriction, status=ReviewStatus.SCHEDULED).first()
    day = restriction.first_review_on
    if scheduled and queries.is_answered_for(scheduled):
        return  # what is late stays so until it is held
    if scheduled and day is None:
        reason = "It has no first day any more: the letter came back"
        writing.change_status(scheduled, ReviewEvent.CANCEL, by=by, reason=reason)
    elif scheduled and scheduled.due_on != day:
        writing.save_record(scheduled, by=by, reason=f"Due on {uk_date(day)}", due_on=day)
    elif day and not scheduled:
        schedule_review(restriction, on=day, by=by)


def schedule_review(restriction: Restriction, *, on: date, by: StaffMember | None) -> Review:
    return writing.create_record(
        Review,
        by=by,
        reason=f"Due on {uk_date(on)}",
        event=ReviewEvent.SCHEDULE,
        restriction=restriction,
        customer=restriction.customer,
        due_on=on,
    )


@atomic_action()
def hold_review(
    *,
    review: Review,
    by: StaffMember,
    version: int,
    outcome: str,
    next_review_on: date | None = None,
    changes: Mapping[str, Any] | None = None,
    **answers: str,
) -> Review:
    """Look again at a restriction: it goes on, is varied or is lifted. Policy §23; beyond the policy: B4, B24.

    `changes` are those of `restrictions.actions.vary_restriction`; `answers` are the texts of a review, their side among them.
    """
    review.customer.reload_locked()
    changes = changes or {}
    facts: dict[str, Any] = {"outcome": outcome, "next_review_on": next_review_on, **answers}
    raise_if_incomplete(*rules.check_review(Review(restriction=review.restriction, **facts), changes))
    raise_if_refused(rules.may_hold_review(by, review.reload_locked()))
    if outcome == ReviewOutcome.LIFT:
        facts["next_review_on"] = None
    held = writing.change_status(
        review,
        ReviewEvent.HOLD,
        by=by,
        version=version,
        reason=f"Held: {ReviewOutcome(outcome).label.lower()}",
        held_at=timezone.now(),
        held_by=by,
        **facts,
    )
    carry_out_outcome(held, by=by, changes=changes)
    return held


def carry_out_outcome(held: Review, *, by: StaffMember, changes: Mapping[str, Any]) -> None:
    """End the restriction, replace it by a new version, or schedule its next review."""
    restriction = held.restriction
    if held.outcome == ReviewOutcome.LIFT:
        restriction_actions.lift_restriction(restriction=restriction, by=by, status_reason=held.reasons)
    elif held.outcome == ReviewOutcome.VARY:
        with rules.rename_refused_field("first_review_on", "next_review_on"):
            restriction_actions.vary_restriction(
                restriction=restriction,
                by=by,
                status_reason=held.reasons,
                first_review_on=held.next_review_on,
                review_months=restriction.review_months,
                **changes,
            )
    else:
        if held.next_review_on:
            schedule_review(restriction, on=held.next_review_on, by=by)
        apply_again(restriction, by=by)


def apply_again(restriction: Restriction, *, by: StaffMember) -> None:
    """Apply a restriction again that was suspended because this review was late, unless something else suspends it. Beyond the policy: B25."""
    current = restriction.reload_locked()
    if current.can(RestrictionEvent.RESUME) and not queries.is_suspended_for_appeal(current):
        restriction_actions.resume_restriction(restriction=current, by=by)

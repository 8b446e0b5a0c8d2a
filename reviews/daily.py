"""Reminders of reviews: ahead, on the day and when overdue, and once more when passed up. Policy §23."""

from collections.abc import Iterator
from datetime import date, timedelta

from django.db import transaction

from cha_engagement.core import hub
from cha_engagement.organisation.models import Organisation
from cha_engagement.staff.queries import staff_with_permission

from . import notifications, queries
from .enums import ReminderStage
from .models import Reminder, Review


@hub.daily.add
def remind(today: date) -> str:
    """What lies between two late runs is said once, as it stands now."""
    soon = today + timedelta(days=Organisation.current().review_reminder_days)
    sent, long_ago = 0, queries.passed_up_by(today)
    for review in (
        Review.objects.filter(status="scheduled", due_on__lte=soon)
        .select_related("restriction")
        .order_by("due_on", "pk")
    ):
        for stage in stages(review, today, long_ago):
            sent += remind_once(review, stage, today)
    return f"{sent} reminders of reviews sent."


def stages(review: Review, today: date, long_ago: date) -> Iterator[ReminderStage]:
    """What is to be said of a review that is coming or due."""
    if today < review.due_on:
        yield ReminderStage.AHEAD
    elif today == review.due_on:
        yield ReminderStage.DUE
    else:
        yield ReminderStage.OVERDUE
    if review.due_on <= long_ago:
        yield ReminderStage.PASSED_UP


@transaction.atomic
def remind_once(review: Review, stage: ReminderStage, today: date) -> bool:
    _, is_new = Reminder.objects.get_or_create(review=review, stage=stage, defaults={"sent_on": today})
    if is_new:
        up = stage == ReminderStage.PASSED_UP
        recipients = (
            staff_with_permission("reviews.receive_escalations")
            if up
            else queries.reviewers(review.restriction)
        )
        notifications.review_reminder(review, stage, recipients)
    return is_new

"""Reminders of reviews: ahead, on the day and when overdue, and once more when passed up. Policy §23."""

from collections.abc import Iterator
from datetime import date, timedelta

from django.db import transaction

from cha_engagement.core import hub
from cha_engagement.organisation.models import Organisation
from cha_engagement.staff.queries import staff_with_permission

from . import notifications, queries
from .enums import ReminderStage, ReviewStatus
from .models import Reminder, Review


@hub.daily.add
def send_reminders(today: date) -> str:
    """Remind of each review at the stage where it is: of what lay between two late runs nobody is reminded."""
    soon = today + timedelta(days=Organisation.current().review_reminder_days)
    sent, escalation_day = 0, queries.escalation_day(today)
    for review in (
        Review.objects.filter(status=ReviewStatus.SCHEDULED, due_on__lte=soon)
        .select_related("restriction")
        .order_by("due_on", "pk")
    ):
        for stage in reminder_stages(review, today, escalation_day):
            sent += send_reminder(review, stage, today)
    return f"{sent} reminders of reviews sent."


def reminder_stages(review: Review, today: date, escalation_day: date) -> Iterator[ReminderStage]:
    if today < review.due_on:
        yield ReminderStage.AHEAD
    elif today == review.due_on:
        yield ReminderStage.DUE
    else:
        yield ReminderStage.OVERDUE
    if review.due_on <= escalation_day:
        yield ReminderStage.PASSED_UP


@transaction.atomic
def send_reminder(review: Review, stage: ReminderStage, today: date) -> bool:
    """Send a reminder that was not sent before, and tell whether it was sent now."""
    _, is_new = Reminder.objects.get_or_create(review=review, stage=stage, defaults={"sent_on": today})
    if is_new:
        passed_up = stage == ReminderStage.PASSED_UP
        recipients = (
            staff_with_permission("reviews.receive_escalations")
            if passed_up
            else queries.reviewers(review.restriction)
        )
        notifications.notify_review_due(review, stage, recipients)
    return is_new

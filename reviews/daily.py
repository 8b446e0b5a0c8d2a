"""Reminders of reviews: ahead, on the day and when overdue, and once more when passed up. Policy §23."""

from collections.abc import Iterator
from datetime import date, timedelta

from cha_engagement.organisation.models import Organisation

from . import actions, queries
from .enums import ReminderStage, ReviewStatus
from .models import Review


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
            sent += actions.send_reminder(review=review, stage=stage, on=today)
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

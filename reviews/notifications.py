"""What staff are told about reviews and appeals: no name of a customer, no detail of a case."""

from collections.abc import Iterable

from cha_engagement.core.templatetags.ui import uk_date
from cha_engagement.staff.actions import notify_staff
from cha_engagement.staff.models import StaffMember

from . import hearing
from .enums import ReminderStage
from .models import Appeal, Review


def appeal_received(appeal: Appeal) -> None:
    """Those who may hear it or, where nobody is left, those who name somebody. Policy §22."""
    who = hearing.of(appeal)
    please = f"Please acknowledge it by {uk_date(appeal.acknowledge_by)}."
    tell(who.free, appeal, f"{appeal} has been logged. {please}", is_task=True)
    nobody = f"{appeal} has been logged. Nobody on the Executive Team can hear it: please name who does."
    tell(who.namers, appeal, nobody, is_task=True)


def appeal_added_to(appeal: Appeal) -> None:
    """Those who hear it weigh what has come since. Policy §22."""
    tell(hearing.of(appeal).hearers, appeal, f"The customer has added something to {appeal}: please read it.")


def appeal_passed_on(appeal: Appeal) -> None:
    """Those who would hear it see that nothing is kept from them. Policy §22."""
    who = hearing.of(appeal)
    where = appeal.get_passed_to_display().lower()
    text = f"{appeal} was logged as against no restriction, and goes {where}. Please look whether it is one for you."
    tell([*who.free, *who.namers], appeal, text)


def substitute_named(appeal: Appeal) -> None:
    """Policy §22."""
    text = f"You were named to hear {appeal}. Please decide it by {uk_date(appeal.decide_by)}."
    tell([appeal.substitute], appeal, text, is_task=True)


def appeal_decided(appeal: Appeal) -> None:
    """Whoever logged it, and those who imposed what it was about. Beyond the policy: B22."""
    people = [one.restriction.imposed_by for one in appeal.appealed.select_related("restriction__imposed_by")]
    tell([appeal.received_by, *people], appeal, f"{appeal} has been decided.")


SAYS = {
    ReminderStage.AHEAD: "{review} is coming up: it is due on {day}.",
    ReminderStage.DUE: "{review} is due today.",
    ReminderStage.OVERDUE: "{review} is overdue: it was due on {day}.",
    ReminderStage.PASSED_UP: "{review} has been overdue since {day}, so it is passed up to the Management Team.",
}


def review_reminder(review: Review, stage: ReminderStage, recipients: Iterable[StaffMember]) -> None:
    """Policy §23."""
    tell(recipients, review, SAYS[stage].format(review=review, day=uk_date(review.due_on)), is_task=True)


def tell(
    recipients: Iterable[StaffMember | None], record: Review | Appeal, text: str, *, is_task: bool = False
) -> None:
    notify_staff(
        recipients,
        text=text,
        path=record.get_absolute_url(),
        reference=record.reference,
        is_task=is_task,
    )

from datetime import date

from cha_engagement.core.permissions import Permission
from cha_engagement.core.refusals import Refusal
from cha_engagement.organisation.calendar import today
from cha_engagement.staff.models import StaffMember


def may_log_objection(user: StaffMember) -> Refusal | None:
    if not user.has_perm(Permission.LOG_CONTACTS):
        return Refusal("Only staff who deal with customers record what they object to.", "65")
    return None


def may_answer_objection(user: StaffMember) -> Refusal | None:
    """Leave the answer to managers: they decide what the card says, and what counts. Policy §65; beyond the policy: B26."""
    if not user.has_perm(Permission.IMPOSE_RESTRICTIONS):
        return Refusal("A manager answers what a customer objects to.", "65")
    return None


def check_received_on(day: date) -> list[Refusal]:
    if day <= today():
        return []
    return [Refusal("This day is still to come. Choose today or a day before.", "", "received_on")]


def check_outcome(outcome: str) -> list[Refusal]:
    return [] if outcome else [Refusal("Say what follows from it.", "65", "outcome")]

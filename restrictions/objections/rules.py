from collections.abc import Collection
from datetime import date

from cha_engagement.core.permissions import Permission
from cha_engagement.core.refusals import Refusal
from cha_engagement.customers.few.queries import readers_among
from cha_engagement.customers.rules import may_act_on_case
from cha_engagement.organisation.calendar import today
from cha_engagement.staff.models import StaffMember
from cha_engagement.staff.queries import present_staff, staff_with_permission
from restrictions.breaches.models import Breach

from .enums import ObjectedTo, ObjectionOutcome
from .models import Objection
from .queries import counted_contacts, people_objected_to


def may_log_objection(user: StaffMember) -> Refusal | None:
    if not user.has_perm(Permission.LOG_CONTACTS):
        return Refusal("Only staff who deal with customers record what they object to.", "65")
    return None


def may_answer_objection(user: StaffMember, objection: Objection) -> Refusal | None:
    """Leave the answer to managers, as they decide what the card says and what counts. Policy §65; beyond the policy: B26.

    Nobody answers on what they wrote, counted or wrote down themselves while another manager is there.
    """
    if not user.has_perm(Permission.IMPOSE_RESTRICTIONS):
        return Refusal("A manager answers what a customer objects to.", "65")
    if refusal := may_act_on_case(user, objection):
        return refusal
    involved = people_objected_to(objection)
    if user.pk not in involved:
        return None
    others = staff_with_permission(Permission.IMPOSE_RESTRICTIONS).exclude(pk__in=involved)
    if other := present_staff(readers_among(others, objection.customer_id, user)).first():
        return Refusal(
            f"You wrote the note, counted the contact or wrote the objection down, so another manager answers: {other} is there.",
            "65",
        )
    return None


def check_received_on(day: date) -> list[Refusal]:
    if day <= today():
        return []
    return [Refusal("This day is in the future. Choose today or a day before.", "", "received_on")]


def check_outcome(outcome: str) -> list[Refusal]:
    if outcome in ObjectionOutcome.values:
        return []
    return [Refusal("Say what follows from it.", "65", "outcome")]


def check_not_counted(objection: Objection, outcome: str, not_counted: Collection[Breach]) -> list[Refusal]:
    """Ask which contacts do not count any more where they are right about contact that we count, and refuse any where they are not. B26."""
    if objection.about != ObjectedTo.COUNTED or outcome == ObjectionOutcome.STAYS:
        sentence = "This answer changes nothing about what counts. Untick these, or say that they are right."
        return [Refusal(sentence, "B26", "not_counted")] if not_counted else []
    counted = {*counted_contacts(objection.customer)}
    if not counted.issuperset(not_counted):
        return [Refusal("Choose only from the contacts that count now.", "B26", "not_counted")]
    if counted and outcome and not not_counted:
        return [Refusal("Choose the contacts that do not count any more.", "B26", "not_counted")]
    return []

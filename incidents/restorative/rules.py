"""Rules of restorative work. Policy §16 to 19, 62.1."""

from typing import Any

from cha_engagement.core.permissions import Permission
from cha_engagement.core.refusals import Refusal
from cha_engagement.core.templatetags.ui import uk_date
from cha_engagement.customers.models import Customer
from cha_engagement.customers.rules import may_act_on_case
from cha_engagement.letters.wording.overreach import find_overreach
from cha_engagement.organisation.calendar import add_working_days
from cha_engagement.staff.models import StaffMember

from .enums import RestorativeKind
from .models import RestorativeAction

NEVER_BY_AGREEMENT = ("complaint", "appeal", "ombudsman", "household", "right", "lasting")
"""Codes of what no restorative step may do by its words."""
NEVER_PLAINLY = ("repairs", "emergency", "contact")
"""Codes of what its words may touch on, and not plainly do. That nobody rings until a day is what a pause is."""

LONGEST_PAUSE = 10  # working days


def may_record_restorative_action(user: StaffMember) -> Refusal | None:
    if not user.has_perm(Permission.RECORD_RESTORATIVE_ACTIONS):
        return Refusal("Only staff who deal with customers record restorative work.", "62.1")
    return None


def may_end_pause(user: StaffMember, pause: RestorativeAction) -> Refusal | None:
    has_part = user.pk in (pause.owner_id, pause.by_id) and not may_record_restorative_action(user)
    if has_part or user.has_perm(Permission.ASSESS_INCIDENTS):
        return may_act_on_case(user, pause)
    return Refusal("The one who is to take contact up again, or a manager, says how it went.", "19")


def check_restorative_words(what: str) -> list[Refusal]:
    """Refuse words that take something away: to restore a relationship takes nothing. Policy §16, 54; beyond the policy: B2, B5."""
    return [
        Refusal(overreach.sentence, overreach.kind.paragraph, "what")
        for overreach in find_overreach([what])
        if overreach.code in NEVER_BY_AGREEMENT or (overreach.code in NEVER_PLAINLY and overreach.is_plain)
    ]


def check_pause(kind: str, facts: dict[str, Any]) -> list[Refusal]:
    """Refuse a pause that is long, or does not say when contact is taken up again, and by whom. Policy §19, 21."""
    if kind != RestorativeKind.CONTACT_PAUSED:
        return []
    refusals = []
    if not facts.get("reengage_on"):
        refusals.append(Refusal("Say when contact is to be taken up again.", "19", "reengage_on"))
    elif facts["reengage_on"] < facts["on"]:
        sentence = "Contact is taken up again after it was paused, not before."
        refusals.append(Refusal(sentence, "19", "reengage_on"))
    elif facts["reengage_on"] > (last := add_working_days(facts["on"], LONGEST_PAUSE)):
        sentence = f"A pause lasts at most {LONGEST_PAUSE} working days, here until {uk_date(last)}. Only a restriction keeps contact away for longer."
        refusals.append(Refusal(sentence, "19", "reengage_on"))
    if not facts.get("owner"):
        refusals.append(Refusal("Say who takes contact up again.", "19", "owner"))
    return refusals


def check_same_customer(customer: Customer) -> list[Refusal]:
    """Refuse restorative work with a customer that follows an incident of another. Beyond the policy: B5."""
    step = (
        RestorativeAction.objects.filter(customer=customer, incident__isnull=False)
        .exclude(incident__customer=customer)
        .first()
    )
    if step:
        return [Refusal(f"{step} has come since, so they stay one customer.", "B5")]
    return []

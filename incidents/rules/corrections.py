"""What an incident said when a manager decided on it stays: it is added to, and put right in sight of all. Policy §22, 62."""

from collections.abc import Mapping
from typing import Any

from django.db import models
from django.utils import timezone

from cha_engagement.core.labels import field_label
from cha_engagement.core.permissions import Permission
from cha_engagement.core.reasons import ReasonField, check_words
from cha_engagement.core.refusals import Refusal
from cha_engagement.core.templatetags.ui import uk_date, uk_datetime
from cha_engagement.staff.models import StaffMember
from incidents.enums import POSSIBLE_HARM
from incidents.models import Incident

CORRECTION_REASON_MISSING = "Say why you correct what was decided on."
NOT_THE_ACCOUNT = {"expected_contact", "assigned_to", "told_of_public_recording"}
"""Answers that say nothing of what happened, or follow from another."""


def is_decided_on(incident: Incident) -> bool:
    """Return whether a manager ever decided what follows from it, or something rests on it."""
    return incident.assessments.exists()


def settle_account(incident: Incident, facts: Mapping[str, Any], by: StaffMember) -> dict[str, Any]:
    """Return the answers of an edit of what was decided on: what is added to a text is dated and signed, and a moment within the same minute is the same.

    Seconds are not typed.
    """
    settled = dict(facts)
    for name, value in facts.items():
        before = getattr(incident, name)
        if name == "occurred_at" and value.replace(second=0, microsecond=0) == before.replace(
            second=0, microsecond=0
        ):
            settled[name] = before
        elif added := added_to(incident, name, value):
            settled[name] = f"{before}\n\nAdded on {uk_datetime(timezone.now())} by {by}: {added}"
    return settled


def added_to(incident: Incident, name: str, value: Any) -> str:
    """Return what is added to the end of a text; empty where that is not all that was done with it."""
    if not is_text(name) or not (before := unify_line_ends(getattr(incident, name))):
        return ""
    after = unify_line_ends(value)
    return after[len(before) :].strip() if after.startswith(before) else ""


def is_text(name: str) -> bool:
    return isinstance(Incident._meta.get_field(name), ReasonField)


def unify_line_ends(text: str) -> str:
    return "\n".join(text.split("\r\n")).strip()


def corrected_names(incident: Incident, facts: Mapping[str, Any]) -> list[str]:
    """Return the answers that an edit changes otherwise than by adding: those that were given before."""
    return [
        name
        for name, value in facts.items()
        if name not in NOT_THE_ACCOUNT
        and (before := getattr(incident, name))
        and (unify_line_ends(before) != unify_line_ends(value) if is_text(name) else before != value)
        and not added_to(incident, name, value)
        and not (name == "harm" and value in POSSIBLE_HARM)
    ]


def check_account_kept(
    by: StaffMember, incident: Incident, corrected: list[str], reason: str
) -> list[Refusal]:
    """Leave what happened as it was decided on, and other corrections to a manager with a reason. Policy §22, 62."""
    refusals = []
    if "facts" in corrected:
        sentence = "A manager has decided on this, so these words stay. Leave them as they are, and write below them what is known since."
        refusals.append(Refusal(sentence, "62", "facts"))
    others = [name for name in corrected if name != "facts"]
    if others and not by.has_perm(Permission.ASSESS_INCIDENTS):
        sentence = (
            "A manager has decided on this, so only a manager corrects it. Add to what happened, or tell one."
        )
        refusals += [Refusal(sentence, "62", name) for name in others]
    elif others:
        refusals += check_words(reason, CORRECTION_REASON_MISSING, "62", "correction_reason")
    return refusals


def corrections_in_words(incident: Incident, corrected: list[str], by: StaffMember, reason: str) -> str:
    """Return what stands on an incident of its corrections, with these answers as they were."""
    was = "; ".join(f"{field_label(Incident, name)}: {answer_in_words(incident, name)}" for name in corrected)
    line = f"{uk_date(timezone.now())}, by {by}. It said before: {was}. Why: {reason}"
    return "\n".join(filter(None, [incident.corrections, line]))


def answer_in_words(incident: Incident, name: str) -> str:
    field: Any = Incident._meta.get_field(name)
    value = getattr(incident, name)
    if isinstance(field, models.DateTimeField):
        return uk_datetime(value)
    if isinstance(field, models.DateField):
        return uk_date(value)
    if isinstance(field, models.BooleanField):
        return "yes" if value else "no"
    return str(getattr(incident, f"get_{name}_display", lambda: value)())

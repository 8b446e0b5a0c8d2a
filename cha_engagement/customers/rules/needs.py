"""Rules for what is recorded of a customer's needs. Policy §9, 18; beyond the policy: B2."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from cha_engagement.core.refusals import Refusal
from cha_engagement.core.templatetags.ui import uk_date
from cha_engagement.organisation.calendar import today

from .. import queries
from ..enums import CONFIRMED, INBOUND_CHANNELS, Format, NeedCode
from ..models import Customer

LETTERS_FIELDS = ("preferred_format", "preferred_language")
"""Fields that say how letters reach a customer, in the order in which `check_needs` takes them."""


def check_needs(codes: Collection[str], letter_format: str, language: str) -> list[Refusal]:
    """Refuse needs that leave no channel to us, and a format or a language of letters that contradicts them."""
    refusals = []
    if set(INBOUND_CHANNELS) <= set(queries.unusable_channels(codes)):
        refusals.append(
            Refusal(
                "With all of these they could not reach us at all. Take away the one that they manage with help, and say in words what helps.",
                "B2",
                "needs",
            )
        )
    if need := queries.unusable_formats(codes).get(Format(letter_format)):
        refusals.append(
            Refusal(
                f"“{need.label}”: choose another format for their letters than {Format(letter_format).label.lower()}.",
                "9",
                "preferred_format",
            )
        )
    is_english = not language.strip() or language.strip().casefold().startswith("english")
    if NeedCode.NO_ENGLISH in codes and is_english:
        refusals.append(Refusal("Say which language they read.", "9", "preferred_language"))
    return refusals


def check_confirmation(confirmed_with: str | None) -> list[Refusal]:
    """Ask with whom a change of what somebody needs was confirmed; None where nobody is there to say."""
    if confirmed_with == "":
        return [Refusal("Say whether you checked this with them.", "9", "needs_confirmed_with")]
    return []


def check_how_confirmed(
    confirmed_with: str | None, how: Mapping[str, Any], customer: Customer | None = None
) -> list[Refusal]:
    """Ask how needs were checked, on a day that is not to come and not before they last changed. Policy §9; beyond the policy: B2.

    What is None in `how` was asked of nobody.
    """
    if confirmed_with not in CONFIRMED:
        return []
    refusals = []
    day: date | None = how.get("needs_confirmed_on")
    if how.get("needs_confirmed_how") == "":
        sentence = "Say how you checked it with them, such as by phone."
        refusals.append(Refusal(sentence, "9", "needs_confirmed_how"))
    if day and day > today():
        sentence = "This day is in the future. Give the day on which you asked them."
        refusals.append(Refusal(sentence, "9", "needs_confirmed_on"))
    changed_on = queries.needs_changed_on(customer) if customer and day else None
    if changed_on and day and day < changed_on:
        sentence = f"What is recorded of their needs changed on {uk_date(changed_on)}, after that day. Ask them about it as it is now."
        refusals.append(Refusal(sentence, "9", "needs_confirmed_on"))
    return refusals

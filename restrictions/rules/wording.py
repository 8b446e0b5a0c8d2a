"""Words of staff that reach further than a restriction: another record does that, or nothing may. Policy §53, 54; B2, B5."""

import re
from collections.abc import Collection

from cha_engagement.core.refusals import Refusal
from cha_engagement.customers.enums import Channel
from cha_engagement.letters.wording.overreach import SOFT_KINDS, STAFF_ONLY_KINDS, Overreach, find_overreach
from restrictions.kinds.channels import channel_labels
from restrictions.models import InterimMeasure, Restriction

CUSTOMER_TEXT_FIELDS = (
    "reason",
    "at_once_reason",
    "no_review_reason",
    "review_circumstances",
    "easing_conditions",
    "other_route",
)
COMPLAINTS_LIMITS = ("complaint", "unread")
"""Codes of what “Limited use of the complaints process” says by its nature."""
NEW_COMPLAINTS_TERM = "new_complaints"
"""The term in which it says what it leaves open, which its nature does not take away."""
AMOUNT_FIELDS = ("description", "staff_instruction")
"""Fields in whose words a limit on the amount of contact would apply."""
CHANNEL_NAMING_FIELDS = ("staff_instruction", "contact_details")
"""Fields that may name channels without closing any."""

NUMBER = r"(?:one|two|three|four|five|six|ten|fifteen|twenty|thirty|\d+)"
AMOUNT = re.compile(
    rf"\b(?:once|twice|{NUMBER} (?:more )?(?:times?|calls?|contacts?|emails?|letters?|messages?|texts?|visits?|minutes?|hours?)\b(?: \w+){{0,4}}?)"
    r"(?: in)? (?:a|an|per|each|every) (?:day|week|fortnight|month|quarter|year)\b",
    re.IGNORECASE,
)
LIMITING = re.compile(
    r"\b(?:(?:you|they|she|he|customer) (?:can|may|must|should|are to|is to)|take|accept|answer|allow\w*|at most|no more than|not more than"
    r"|only|up to|limit\w*|maximum)\b",
    re.IGNORECASE,
)
OUR_OFFER = re.compile(
    r"\b(?:we|i) (?:will|shall|can) (?:call|ring|phone|text|email|write|visit|meet|contact|see)\b",
    re.IGNORECASE,
)


def check_restriction_words(restriction: Restriction, before: Restriction | None = None) -> list[Refusal]:
    """Refuse words that reach further than the restriction; of a new version those that it does not share with the one `before`."""
    kind = restriction.kind_rules
    allowance = kind.allowance(restriction)
    limited = restriction.closed_channels | {
        Channel(code) for code in (allowance.channels if allowance else ())
    }
    known = set(staff_texts(before).values()) if before else set()
    if not kind.is_in_own_words:
        known.add(kind.usual_instruction(restriction))
    amounts = [
        refusal
        for field in AMOUNT_FIELDS
        if kind.code != "volume" and (text := staff_texts(restriction).get(field)) and text not in known
        for refusal in check_amounts_in_words(text, field)
    ]
    return amounts + [
        refusal
        for field, text in staff_texts(restriction).items()
        if text not in known
        for refusal in check_overreach(
            overreach_in_field(restriction, field, text),
            field,
            limited,
            "closed" if kind.is_in_own_words else "",
        )
    ]


def overreach_in_field(restriction: Restriction, field: str, text: str) -> list[Overreach]:
    """Return what the text of a field limits, without what a restriction of its kind may say there."""
    kind = restriction.kind_rules
    exempt = set(COMPLAINTS_LIMITS) if kind.permission and field != NEW_COMPLAINTS_TERM else set()
    if field in CUSTOMER_TEXT_FIELDS:
        exempt |= set(STAFF_ONLY_KINDS)
    if field in CHANNEL_NAMING_FIELDS and not kind.is_in_own_words:
        exempt.add("contact")
    # Where something else may be meant, that is for whoever reads the letter as a second person.
    must_be_plain = field not in restriction.terms and not kind.is_in_own_words
    return [
        overreach
        for overreach in find_overreach([text])
        if overreach.code not in exempt and (overreach.is_plain or not must_be_plain)
    ]


def staff_texts(restriction: Restriction) -> dict[str, str]:
    """Return what staff worded of a restriction, by the field that asks for it."""
    terms = {name: text for name, text in restriction.terms.items() if isinstance(text, str)}
    return terms | {name: getattr(restriction, name) for name in (*CUSTOMER_TEXT_FIELDS, "staff_instruction")}


def check_amounts_in_words(text: str, field: str) -> list[Refusal]:
    """Refuse words that limit how often or how long somebody is in contact: the kind that does leaves them a least amount. Policy §21.5; B2."""
    for sentence in re.split(r"(?<=[.!?])\s+|\n", text):
        if AMOUNT.search(sentence) and LIMITING.search(sentence) and not OUR_OFFER.search(sentence):
            return [
                Refusal(
                    f"“{sentence.strip()}” Choose “Limited time or number of contacts” for this: it always leaves them enough.",
                    "21.5",
                    field,
                )
            ]
    return []


def check_interim_words(interim: InterimMeasure) -> list[Refusal]:
    refusals = check_amounts_in_words(interim.staff_instruction, "staff_instruction")
    for field in ("staff_instruction", "reason", "how_notified"):
        exempt = () if field == "staff_instruction" else STAFF_ONLY_KINDS
        overreaches = [
            overreach
            for overreach in find_overreach([getattr(interim, field)])
            if overreach.code not in exempt
        ]
        refusals += check_overreach(overreaches, field, interim.closed_channels, "closed")
    return refusals


def check_overreach(
    overreaches: list[Overreach], field: str, closed: Collection[Channel], closing_field: str
) -> list[Refusal]:
    """Refuse each, and say where it belongs. Channels that are closed by choice may be named in words."""
    refusals = []
    for overreach in overreaches:
        if overreach.code == "contact":
            unticked = overreach.channels.difference(closed)
            if unticked or not (overreach.channels or closed):
                refusals.append(refuse_unticked(overreach, list(unticked), field, closing_field))
        elif overreach.code not in SOFT_KINDS:
            refusals.append(Refusal(overreach.sentence, overreach.kind.paragraph, field))
    return refusals


def refuse_unticked(overreach: Overreach, channels: list[Channel], field: str, closing_field: str) -> Refusal:
    which = f": {channel_labels(channels)}" if channels else ""
    if closing_field:
        return Refusal(f"“{overreach.words}” Tick what this closes{which}.", "21.1", closing_field)
    return Refusal(
        f"“{overreach.words}” {overreach.kind.instead} This one does not close it{which}.", "21.1", field
    )

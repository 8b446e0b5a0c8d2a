"""Find the channels, and the formats of letters, that a customer's recorded needs rule out or put in doubt. Policy §9, 18; beyond the policy: B2.

Needs (`Need`) rule them out, as `NEED_EFFECTS` says. Words put them in doubt: whoever relies on such a channel, or sends such a letter,
is asked about it.
"""

import re
from collections.abc import Collection, Iterable
from datetime import date
from typing import Any

from django.utils import timezone

from ..enums import (
    INBOUND_CHANNELS,
    NEED_EFFECTS,
    SPOKEN_CHANNELS,
    WRITTEN_CHANNELS,
    Channel,
    Format,
    NeedCode,
    NeedEvent,
)
from ..models import Customer, Need

CANNOT = (
    r"(?:cannot|can['’]?t|can not|could not|couldn['’]?t|unable to|does not|doesn['’]?t|hardly|barely|struggles? to|finds? it "
    r"(?:hard|difficult) to|never learn(?:ed|t) to)(?: (?:or|easily|really|well|her|him|them))*"
)
DOUBTS: tuple[tuple[re.Pattern[str], Collection[Channel]], ...] = tuple(
    (re.compile(rf"\b(?:{words})", re.IGNORECASE), channels)
    for words, channels in (
        (
            rf"{CANNOT} (?:read|write|type|spell)|illiterate|blind\b|phone only|only (?:by |over |on |uses? )?(?:the |a )?phone",
            WRITTEN_CHANNELS,
        ),
        (
            rf"deaf|hard of hearing|hearing (?:loss|impaired|impairment)|{CANNOT} (?:hear|speak|talk)|non-?verbal|mute\b",
            (Channel.PHONE,),
        ),
        (
            rf"(?:no |{CANNOT} use (?:a |the )?|afraid of the |fears? the |not by |never by )(?:tele)?phone",
            (Channel.PHONE,),
        ),
        (
            rf"no (?:internet|computer|email|smartphone)|not online|{CANNOT} use (?:a |the )?(?:internet|computer|email)",
            (Channel.EMAIL, Channel.ONLINE_FORM),
        ),
        (
            rf"housebound|bed-?bound|{CANNOT} (?:leave|go out|get out|travel|get to)|agoraphobi[ac]",
            (Channel.OFFICE,),
        ),
        (r"phone only|only (?:by |over |on |uses? )?(?:the |a )?phone", (Channel.OFFICE,)),
        (
            r"(?:in )?writing only|only (?:in )?writing|letters? only|email only|only (?:by )?(?:email|letter)",
            SPOKEN_CHANNELS,
        ),
    )
)
CANNOT_READ_PRINT = re.compile(
    r"\b(blind|sight|visual(ly)?|vision|braille|see (print|small)|read(ing)? (print|easily)|(cannot|can['’]?t|can not|unable to) "
    r"(see|read)|screen reader|large print|audio|illiterate|dyslexi[ac])",
    re.IGNORECASE,
)
"""Words about somebody for whom standard print may be no use."""


def consequences_of_needs(codes: Collection[str]) -> dict[str, Any]:
    """Return the fields of a customer that follow from these needs."""
    return {"cannot_use": unusable_channels(codes), "needs_interpreter": NeedCode.NO_ENGLISH in codes}


def unusable_channels(codes: Iterable[str]) -> list[str]:
    """Return the channels that these needs rule out together, in the order in which they are listed everywhere."""
    ruled_out = {channel for code in codes for channel in NEED_EFFECTS[NeedCode(code)].channels}
    return [channel.value for channel in Channel if channel in ruled_out]


def unusable_formats(codes: Iterable[str]) -> dict[Format, NeedCode]:
    """Return the formats of letters that these needs rule out, each with a need that does."""
    needs = [NeedCode(code) for code in codes]
    return {letter_format: need for need in needs for letter_format in NEED_EFFECTS[need].formats}


def notes_by_need(customer: Customer) -> dict[str, str]:
    """Return the words beside each need of a customer, by its code. Of two records of one need they stand behind each other."""
    notes: dict[str, list[str]] = {}
    for need in customer.current_needs:
        notes.setdefault(need.code, []).append(need.note)
    return {code: "; ".join(dict.fromkeys(filter(None, words))) for code, words in notes.items()}


def needs_changed_on(customer: Customer) -> date | None:
    """Return the day on which what is recorded of a customer's needs, ticks or words, last changed; None where nothing is."""
    changes = [NeedEvent.RECORD, NeedEvent.CHANGE, NeedEvent.END]
    moments = [
        *Need.history.filter(customer=customer, event__in=changes).values_list("history_date", flat=True)
    ]
    words = ""
    for text, moment in customer.history.order_by("sequence").values_list(
        "accessibility_needs", "history_date"
    ):
        if text != words:
            moments.append(moment)
        words = text
    return timezone.localdate(max(moments)) if moments else None


def describe_needs(customer: Customer) -> str:
    """Return the words that are recorded of a customer's needs and of the adjustments agreed with them, a line each."""
    return "\n".join(
        [
            customer.accessibility_needs,
            *notes_by_need(customer).values(),
            *(adjustment.what for adjustment in customer.agreed_adjustments),
        ]
    )


def doubtful_print(customer: Customer) -> str:
    """Return the words that put it in doubt whether they can read standard print; empty where none do."""
    match = CANNOT_READ_PRINT.search(describe_needs(customer))
    return match[0] if match else ""


def doubtful_channels(customer: Customer) -> dict[Channel, str]:
    """Return the channels to us that needs and words put in doubt, each with the words that do."""
    doubts: dict[Channel, str] = {}
    for need in customer.current_needs:
        doubts |= dict.fromkeys(need.effect.doubtful_channels, str(need.get_code_display()))
    words = describe_needs(customer)
    for pattern, channels in DOUBTS:
        if match := pattern.search(words):
            doubts |= {channel: match[0] for channel in INBOUND_CHANNELS if channel in channels}
    return doubts

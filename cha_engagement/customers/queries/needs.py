"""Find the channels, and the print, that a customer's recorded needs put in doubt. Policy §9, 18; beyond the policy: B2.

Ticks (`Customer.cannot_use`) rule channels out. Words put them in doubt: whoever relies on such a channel, or sends such a letter, is
asked about it.
"""

import re
from collections.abc import Collection

from ..enums import INBOUND_CHANNELS, Channel
from ..models import Customer

CANNOT = (
    r"(?:cannot|can['’]?t|can not|could not|couldn['’]?t|unable to|does not|doesn['’]?t|hardly|barely|struggles? to|finds? it "
    r"(?:hard|difficult) to|never learn(?:ed|t) to)(?: (?:or|easily|really|well|her|him|them))*"
)
WRITTEN = (Channel.LETTER, Channel.EMAIL, Channel.ONLINE_FORM, Channel.MESSAGE)
SPOKEN = (Channel.PHONE, Channel.OFFICE)
DOUBTS: tuple[tuple[re.Pattern[str], Collection[Channel]], ...] = tuple(
    (re.compile(rf"\b(?:{words})", re.IGNORECASE), channels)
    for words, channels in (
        (
            rf"{CANNOT} (?:read|write|type|spell)|illiterate|blind\b|phone only|only (?:by |over |on |uses? )?(?:the |a )?phone",
            WRITTEN,
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
            SPOKEN,
        ),
    )
)
CANNOT_READ_PRINT = re.compile(
    r"\b(blind|sight|visual(ly)?|vision|braille|see (print|small)|read(ing)? (print|easily)|(cannot|can['’]?t|can not|unable to) "
    r"(see|read)|screen reader|large print|audio|illiterate|dyslexi[ac])",
    re.IGNORECASE,
)
"""Words about somebody for whom standard print may be no use."""


def describe_needs(customer: Customer) -> str:
    """Return the recorded needs of a customer and the adjustments agreed with them, a line each."""
    return "\n".join(
        [customer.accessibility_needs, *(adjustment.what for adjustment in customer.agreed_adjustments)]
    )


def doubtful_print(customer: Customer) -> str:
    """Return the words that put it in doubt whether they can read standard print; empty where none do."""
    match = CANNOT_READ_PRINT.search(describe_needs(customer))
    return match[0] if match else ""


def doubtful_channels(customer: Customer) -> dict[Channel, str]:
    """Return the channels to us that the words put in doubt, each with the words that do."""
    needs = describe_needs(customer)
    doubts: dict[Channel, str] = {}
    for pattern, channels in DOUBTS:
        if match := pattern.search(needs):
            doubts |= {channel: match[0] for channel in INBOUND_CHANNELS if channel in channels}
    return doubts

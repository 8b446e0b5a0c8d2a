"""What the words that are recorded of a customer's needs say of channels. Policy §9, 18; beyond the policy: B2.

Ticks (`Customer.cannot_use`) rule channels out. Words put them in doubt: whoever relies on such a channel is asked about it.
"""

import re
from collections.abc import Collection

from .enums import WAYS_IN, Channel
from .models import Customer

CANNOT = (
    r"(?:cannot|can['’]?t|can not|could not|couldn['’]?t|unable to|does not|doesn['’]?t|hardly|barely|struggles? to|finds? it "
    r"(?:hard|difficult) to|never learn(?:ed|t) to)(?: (?:or|easily|really|well|her|him|them))*"
)
WRITTEN = (Channel.LETTER, Channel.EMAIL, Channel.ONLINE_FORM, Channel.MESSAGE)
SPOKEN = (Channel.PHONE, Channel.OFFICE)
RULES: tuple[tuple[re.Pattern[str], Collection[Channel]], ...] = tuple(
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


def doubtful_channels(customer: Customer) -> dict[Channel, str]:
    """Return the channels to us that the words put in doubt, each with the words that do."""
    said = "\n".join([customer.accessibility_needs, *(one.what for one in customer.agreed_adjustments)])
    found: dict[Channel, str] = {}
    for pattern, channels in RULES:
        if match := pattern.search(said):
            found |= {channel: match[0] for channel in WAYS_IN if channel in channels}
    return found

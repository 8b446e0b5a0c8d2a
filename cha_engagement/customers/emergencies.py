"""How a customer reaches us in an emergency, by a route that they can use. Beyond the policy: B2."""

import re
import unicodedata
from collections.abc import Iterator

import phonenumbers

from cha_engagement.core.refusals import Refusal
from cha_engagement.organisation.models import Organisation

from . import needs, wording
from .contact_details import DASHES, FEWEST_DIGITS, NUMBER, count_digits
from .enums import Channel
from .models import Customer

WAY = re.compile(r"\d|\w@\w")
COSTLY = re.compile(r"(?:1800[12])?(?:(?:\+|00)440?|0)(?:9|8[47]|70)")
"""How a number begins, without its spaces, that costs more than an everyday call, or is a personal one that does."""
FEWEST = {"00": 13, "0": 10, "+": 11}
"""Digits of a number with its area code, by how it begins."""
HELP = {"999", "112", "111", "105", "101"}
SLASH = re.compile(r"(?<!\b\d\d)/")
"""Between or in numbers, but not in a date or 24/7."""
TAKES_BACK = re.compile(
    r"\b(?:no(?!\.? ?\d)|not|nobody|no[ -]one|none|nothing|never|nowhere|without|unless|cannot|\w+n['’]t)\b",
    re.IGNORECASE,
)
"""Words that take back the way that stands beside them, and that no way needs."""


def emergency_routes(customer: Customer | None, organisation: Organisation) -> list[str]:
    """Return the routes that this customer can use; empty where none is kept. Their own is added to ours, and takes the place of none.

    The emergency line is for whoever uses a phone. Those who cannot, or of whom it is in doubt, have the others too.
    """
    own = [customer.emergency_route] if customer and customer.emergency_route else []
    cannot = set(customer.cannot_use) if customer else set()
    needs_another = customer is not None and (
        Channel.PHONE in cannot or Channel.PHONE in needs.doubtful_channels(customer)
    )
    routes = []
    if organisation.emergency_phone and Channel.PHONE not in cannot:
        routes.append(organisation.emergency_phone)
    if not needs_another:
        return routes + own
    if organisation.emergency_relay:
        routes.append(f"{organisation.emergency_relay} (Relay UK)")
    if organisation.emergency_text and Channel.MESSAGE not in cannot:
        routes.append(f"{organisation.emergency_text} (by text)")
    if organisation.emergency_email and Channel.EMAIL not in cannot:
        routes.append(f"{organisation.emergency_email} (by email)")
    return routes + own


def check_route(route: str) -> Iterator[Refusal]:
    """Refuse what leads nowhere, or closes a way instead of naming one."""
    if route and not WAY.search(route):
        yield Refusal(
            "Give a number or an address by which they reach us in an emergency.", "B2", "emergency_route"
        )
    plain = SLASH.sub(" ", DASHES.sub("-", unicodedata.normalize("NFKC", route)))
    if any(map(is_costly, NUMBER.findall(plain))):
        yield Refusal(
            "Numbers that begin with 09, 087, 084 or 070 cost them a lot. Give another by which they reach us in an emergency.",
            "B2",
            "emergency_route",
        )
    if found := TAKES_BACK.search(route):
        yield Refusal(
            f"“{found[0]}” takes back a way. Say only how they reach us in an emergency.",
            "B2",
            "emergency_route",
        )
    for limit in wording.limits_in(route):
        yield Refusal(
            f"{limit.refusal.sentence} Say only how they reach us in an emergency.", "B2", "emergency_route"
        )


def is_costly(numbers: str) -> bool:
    """Whether one of the numbers that stand in a row costs more: only where the one before is whole does another begin."""
    groups = re.findall(r"\+?\d+", numbers)
    before = ""
    for at, group in enumerate(groups):
        if not before or is_whole(before):
            number, before = "".join(groups[at:]), ""
            if count_digits(number) >= FEWEST_DIGITS and COSTLY.match(number):
                return True
        before += group
    return False


def is_whole(digits: str) -> bool:
    """Whether a number may end here. A few helplines are short; what has no area code is too."""
    fewest = next((count for begins, count in FEWEST.items() if digits.startswith(begins)), FEWEST_DIGITS)
    if digits in HELP or count_digits(digits) >= fewest:
        return True
    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(digits, "GB"))
    except phonenumbers.NumberParseException:
        return False


def can_phone(customer: Customer | None) -> bool:
    return customer is None or Channel.PHONE not in customer.cannot_use

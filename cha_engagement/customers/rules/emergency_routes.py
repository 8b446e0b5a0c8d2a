"""Rules for a customer's own route to us in an emergency. Beyond the policy: B2."""

import re
import unicodedata

import phonenumbers

from cha_engagement.core.refusals import Refusal

from ..contact_details import DASHES, FEWEST_DIGITS, NUMBER, count_digits
from .card_texts import find_limits

NUMBER_OR_ADDRESS = re.compile(r"\d|\w@\w")
COSTLY = re.compile(r"(?:1800[12])?(?:(?:\+|00)440?|0)(?:9|8[47]|70)")
"""The beginning, without its spaces, of a number that costs more than an everyday call, or of a personal one that does."""
FEWEST_BY_BEGINNING = {"00": 13, "0": 10, "+": 11}
"""The fewest digits of a number with its area code, by its beginning."""
HELPLINES = {"999", "112", "111", "105", "101"}
SLASH = re.compile(r"(?<!\b\d\d)/")
"""A slash between or in numbers, but not in a date or 24/7."""
NEGATION = re.compile(
    r"\b(?:no(?!\.? ?\d)|not|nobody|no[ -]one|none|nothing|never|nowhere|without|unless|cannot|\w+n['’]t)\b",
    re.IGNORECASE,
)
"""Words that take back the route beside them, and that no route needs."""


def check_emergency_route(route: str) -> list[Refusal]:
    """Refuse a text that leads nowhere, or closes a route instead of naming one."""
    sentences = []
    if route and not NUMBER_OR_ADDRESS.search(route):
        sentences.append("Give a number or an address by which they reach us in an emergency.")
    plain = SLASH.sub(" ", DASHES.sub("-", unicodedata.normalize("NFKC", route)))
    if any(map(has_costly_number, NUMBER.findall(plain))):
        sentences.append(
            "Numbers that begin with 09, 087, 084 or 070 cost them a lot. Give another by which they reach us in an emergency."
        )
    if match := NEGATION.search(route):
        sentences.append(f"“{match[0]}” takes back a way. Say only how they reach us in an emergency.")
    sentences += [
        f"{limit.refusal.sentence} Say only how they reach us in an emergency."
        for limit in find_limits(route)
    ]
    return [Refusal(sentence, "B2", "emergency_route") for sentence in sentences]


def has_costly_number(numbers: str) -> bool:
    """Return whether one of the numbers that stand in a row costs more: only where the one before is whole does another begin."""
    groups = re.findall(r"\+?\d+", numbers)
    before = ""
    for position, group in enumerate(groups):
        if not before or is_whole(before):
            number, before = "".join(groups[position:]), ""
            if count_digits(number) >= FEWEST_DIGITS and COSTLY.match(number):
                return True
        before += group
    return False


def is_whole(digits: str) -> bool:
    """Return whether a number may end here. A few helplines are short; one without an area code is too."""
    fewest = next(
        (count for beginning, count in FEWEST_BY_BEGINNING.items() if digits.startswith(beginning)),
        FEWEST_DIGITS,
    )
    if digits in HELPLINES or count_digits(digits) >= fewest:
        return True
    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(digits, "GB"))
    except phonenumbers.NumberParseException:
        return False

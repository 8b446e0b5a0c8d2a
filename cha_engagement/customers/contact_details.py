"""Read phone numbers, email addresses and postcodes as people type and paste them, and never another than was typed."""

import re
import unicodedata
from itertools import product
from typing import Any, NamedTuple

import phonenumbers
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

FEWEST_DIGITS = 5  # of a phone number
OUR_COUNTRY_CODE = 44
SHORTEST_WITH_AREA_CODE = 9  # digits, without the nought before them
RELAY = re.compile(r"(1800[12])[ -]*(?=[0+(])")
"""The prefix to call by text relay."""
NUMBER = re.compile(r"\+?(?:\(\+?\d+\)[ .-]*(?=[\d(])|\d+[ .-]*)+")
DASHES = re.compile("[\u2010-\u2015\u2212]")
LOOKS_LIKE_NUMBER = re.compile(r"(?=.*\d)(?=.*\D)[0-9OoIl]+")
EXAMPLE = "A note goes behind it in brackets, such as 0141 496 0000 (Ann)."

ADDRESS = r"(?:mailto:)?([^\s<>,;\"()@]+@[^\s<>,;\"()@]+)"
ADDRESSES = re.compile(rf"""(?:(?:"[^"]*"\s*|[^<>;@"]*)<{ADDRESS}>|<?{ADDRESS}>?)(?:[\s;,]+|$)""")

POSTCODE = re.compile(r"([A-Z]{1,2}[0-9][0-9A-Z]?)([0-9][A-Z]{2})")
POSTCODE_AT_END = re.compile(r"\b[A-Z]{1,2}[0-9][0-9A-Z]?\s*[0-9][A-Z]{2}$", re.IGNORECASE)
LOOKALIKES = {"O": "O0", "0": "0O", "I": "I1", "1": "1I"}
"""Letters and digits that are taken for one another, whichever was typed first."""


class Phone(NamedTuple):
    """A line about a phone: its `number` as typed, a `note` such as its owner, and the `relay` prefix where there is one."""

    number: str
    note: str = ""
    relay: str = ""


def read_phone(line: str) -> Phone:
    """Read a line about a phone. Raises `ValidationError` where it is not clear which digits are the number."""
    text = " ".join(DASHES.sub("-", unicodedata.normalize("NFKC", line)).split())
    relay = RELAY.match(text)
    rest = text[relay.end() :] if relay else text
    numbers = [match for match in NUMBER.finditer(rest) if count_digits(match[0]) >= FEWEST_DIGITS]
    if len(numbers) > 1:
        raise ValidationError(f"“{line}” has more than one number. Put each on a line of its own.")
    if not numbers and count_digits(rest) < FEWEST_DIGITS:
        raise ValidationError(f"“{line}” is not a phone number. {EXAMPLE}")
    if not numbers or any(map(LOOKS_LIKE_NUMBER.fullmatch, re.findall(r"\w+", rest))):
        raise ValidationError(f"“{line}” has letters among its digits. Type the number in figures. {EXAMPLE}")
    number = numbers[0][0].rstrip(" .-")
    before, after = rest[: numbers[0].start()], rest[numbers[0].start() + len(number) :]
    if before[-1:].isalnum() or after[:1].isalnum():
        raise ValidationError(f"“{line}” has letters among its digits. Type the number in figures. {EXAMPLE}")
    note = " ".join(filter(None, (before.strip(" :,;-"), after.strip(" :,;-"))))
    if note.startswith("(") and note.endswith(")"):
        note = note[1:-1].strip()
    is_split = bool(note and re.search(r"[ .-]\d$", number) and not after.lstrip().startswith("("))
    if is_split or (note and not any(map(str.isalpha, note))):
        raise ValidationError(f"“{line}” has something else behind the number. {EXAMPLE}")
    return Phone(number, note, relay[1] if relay else "")


def count_digits(text: str) -> int:
    return sum(map(str.isdigit, text))


def normalise_phone(line: str) -> str:
    """Return a number as it is usually written, with its note: 18001 0141 496 0000, +353 1 496 0000 (Ann)."""
    phone = read_phone(line)
    try:
        number = phonenumbers.parse(phone.number, "GB")
    except phonenumbers.NumberParseException:
        number = None
    if number is None or not is_whole(number, phone.number):
        raise ValidationError(
            f"“{line}” is too short or too long for a phone number. Put each number on a line of its own."
        )
    formats = phonenumbers.PhoneNumberFormat
    is_domestic = number.country_code == OUR_COUNTRY_CODE
    written = phonenumbers.format_number(number, formats.NATIONAL if is_domestic else formats.INTERNATIONAL)
    if " " not in written:
        written = phone.number  # without its area code: nobody knows better how it is written
    return " ".join(filter(None, (phone.relay, written, phone.note and f"({phone.note})")))


def is_whole(number: phonenumbers.PhoneNumber, typed: str) -> bool:
    """Return whether no digit is missing. An area code may be, but not of a number that begins as if it were there."""
    begins_in_full = typed[:1] in {"0", "+", "("}
    return phonenumbers.is_possible_number(number) and not (begins_in_full and is_local(number))


def is_local(number: phonenumbers.PhoneNumber) -> bool:
    """Return whether a number has no area code and is no helpline: those are as short and can be dialled anywhere."""
    is_short = len(phonenumbers.national_significant_number(number)) < SHORTEST_WITH_AREA_CODE
    return number.country_code == OUR_COUNTRY_CODE and is_short and not phonenumbers.is_valid_number(number)


def split_addresses(line: str) -> list[str]:
    """Return the email addresses of a line pasted from a letterhead or a mail program; the line itself where it is something else."""
    addresses, position = [], 0
    while position < len(line):
        if not (match := ADDRESSES.match(line, position)):
            return [line]
        addresses.append(match[1] or match[2])
        position = match.end()
    return addresses


def read_email(line: str) -> str:
    """Return a line that is an email address. Raises `ValidationError` where it is none."""
    try:
        validate_email(line)
    except ValidationError as error:
        raise ValidationError(f"“{line}” is not an email address, such as name@example.com.") from error
    return line


def read_detail(text: str) -> dict[str, Any]:
    """Return one detail of a customer under the name of its field: an email address, a phone number, or else an address with its postcode.

    Raises `ValidationError` where it is meant for a phone number or an email address and is none.
    """
    if "@" in text:
        return {"emails": [read_email(text)]}
    if count_digits(text) >= FEWEST_DIGITS and not POSTCODE_AT_END.search(text):
        return {"phones": [normalise_phone(text)]}
    postcode = POSTCODE_AT_END.search(text)
    address = text[: postcode.start()] if postcode else text
    return {
        "address": address.strip(" ,"),
        "postcode": normalise_postcode(postcode[0]) if postcode else "",
    }


def normalise_postcode(typed: str) -> str:
    """Return a postcode as it is usually written, such as G81 1AB, and an O that can only be a nought as that.

    A foreign one is left in its own form, in capitals.
    """
    capitals = " ".join(typed.upper().split())
    joined = capitals.replace(" ", "")
    if not (match := POSTCODE.fullmatch(joined)) and len(joined) <= 7:
        alternatives = map("".join, product(*(LOOKALIKES.get(character, character) for character in joined)))
        matches = [candidate for text in alternatives if (candidate := POSTCODE.fullmatch(text))]
        match = matches[0] if len(matches) == 1 else None
    return f"{match[1]} {match[2]}" if match else capitals

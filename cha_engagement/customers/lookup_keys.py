"""Fold what a customer can be found by to the characters 0-9 and a-z, however it is spelt.

Stored and typed text go through the same folding, so that both need not agree in accents, case, apostrophes, hyphens
or spacing. A look-up is a `Range` of keys, the same in every collation.
"""

import re
import unicodedata
from collections.abc import Container, Iterable, Iterator, Mapping
from itertools import chain, pairwise
from typing import NamedTuple

import phonenumbers
from django.core.exceptions import ValidationError

from cha_engagement.core.records import SHORT

from .contact_details import (
    count_digits,
    is_local,
    normalise_postcode,
    read_phone,
    split_addresses,
)
from .enums import KeyKind
from .folding import ALPHABET, fold_text, transliterate, words
from .models import Customer

LAST_DIGITS = 6  # of a phone number, which are enough to find it by
WITHOUT_AREA_CODE = "local"  # behind a number that is known without its area code
TITLE = re.compile(r"^\W*(?:mrs?|ms|miss|mx|dr|prof|rev|sir|cllr)\b\W*(?=\w)")
AND = re.compile(r"&|\band\b")
MAC_PREFIX = re.compile(r"\b(?:ma?c\s*|m')")
O_PREFIX = re.compile(r"\bo[\s']+(?=[a-z])")
AL_PREFIX = re.compile(r"\b[ae]l[\s-]+(?=[a-z])")
STREETS = {
    "ave": "avenue",
    "cres": "crescent",
    "ct": "court",
    "dr": "drive",
    "gdns": "gardens",
    "pl": "place",
    "rd": "road",
    "sq": "square",
    "st": "street",
    "terr": "terrace",
}
"""Short forms of words that many addresses have, each with the whole word."""
WHOLE_WORDS = {
    **STREETS,
    "co": "company",
    "ltd": "limited",
    "saint": "street",  # as `st` may be either
} | dict.fromkeys(("md", "mohamed", "mohammad", "muhammad", "muhammed"), "mohammed")
"""Words that are written in several ways, each with the longest of these, of which a beginning may be typed."""
SHORT_FORM = re.compile(rf"\b(?:{'|'.join(WHOLE_WORDS)})\b")
OTHER_LETTERS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "и": "y"})
"""A second way to put letters in ours; the first is that of `transliterate`."""
LINK = re.compile(r"^\s*(?:mailto:|(?:\w+://)?[\w-]+(?:\.[\w-]+)*\.[a-z]+/)")
HOUSE_NUMBER = re.compile(r"\b(\d+)\s+(?=[^\W\d]{2})")
"""A number before a word, as of a house. A letter alone may be part of it."""
PHONE_WORDS = {"ext", "extension", "mob", "mobile", "phone", "tel", "x"}


def unify_spelling(text: str) -> str:
    """Return the text with one spelling for each word that has several, without a title and without `and`.

    MacDonald, Mc Donald and M'Donald; O Neill and O'Neill; El Sayed and Al-Sayed; Rd and Road.
    """
    text = AL_PREFIX.sub("al", O_PREFIX.sub("o", MAC_PREFIX.sub("mc", AND.sub(" ", TITLE.sub("", text)))))
    return SHORT_FORM.sub(lambda match: WHOLE_WORDS[match[0]], text)


def spellings(text: str) -> list[str]:
    """Return a text as it is written, with its letters put in both ways, and both with unified spelling."""
    composed = unicodedata.normalize("NFC", text).casefold()
    transliterations = dict.fromkeys([transliterate(text), transliterate(composed.translate(OTHER_LETTERS))])
    return list(dict.fromkeys([*transliterations, *map(unify_spelling, transliterations)]))


def pieces(text: str) -> list[str]:
    """Return the words of a text, split at everything that is no letter or digit; the flat 2/1 is one."""
    return [fold_text(piece) for piece in re.findall(r"[0-9]+(?:[/-][0-9]+)+|[0-9a-z]+", text)]


def dialled_number(text: str) -> str:
    """Return a number as it is dialled here, without its note: +44 141 496 0000 and 0044 (0)141 4960000 are 01414960000."""
    number = parse_phone(text)
    if number is None:
        return "".join(character for character in fold_text(text) if character.isdigit())
    national = phonenumbers.national_significant_number(number)
    return f"0{national.lstrip('0')}" if number.country_code == 44 else f"{number.country_code}{national}"


def parse_phone(text: str) -> phonenumbers.PhoneNumber | None:
    """Return the one number of a line. Letters are never taken for digits, as on the keys of a phone."""
    try:
        return phonenumbers.parse(read_phone(text).number, "GB")
    except (ValidationError, phonenumbers.NumberParseException):
        return None


def phone_keys(text: str) -> Iterator[str]:
    """Yield a number as it is dialled here, its last digits, and the number without its area code.

    One that is known without its area code is found by the whole number too, in whichever area.
    """
    dialled = dialled_number(text)
    yield from (dialled, dialled[-LAST_DIGITS:])
    number = parse_phone(text)
    if number is None:
        return
    if is_local(number):
        yield local_number(number)
        yield f"{local_number(number)}{WITHOUT_AREA_CODE}"
    elif phonenumbers.length_of_geographical_area_code(number):
        yield local_number(number)


def local_number(number: phonenumbers.PhoneNumber) -> str:
    """Return a number without its area code."""
    national = phonenumbers.national_significant_number(number)
    return national[phonenumbers.length_of_geographical_area_code(number) :]


def text_keys(text: str) -> Iterator[str]:
    """Yield each word by itself, and joined with those after it: Anna Smith-Jones is found by `smithjones` as well."""
    for spelling in spellings(text):
        parts = pieces(spelling)
        yield from parts
        yield from ("".join(parts[start:]) for start in range(len(parts)))


def house_number_keys(address: str) -> Iterator[str]:
    """Yield each number of an address joined with the word behind it, be it on the next line, such as `12kelp`."""
    for spelling in spellings(address):
        parts = pieces(spelling)
        yield from (
            number + word for number, word in pairwise(parts) if number.isdigit() and word[0].isalpha()
        )


def postcode_keys(text: str) -> Iterator[str]:
    """Yield a postcode and its halves, as it stands and with a nought where it can only have been meant."""
    for folded in map(fold_text, dict.fromkeys([text, normalise_postcode(text)])):
        yield from (folded, folded[:-3], folded[-3:])


def reference_keys(reference: str) -> Iterator[str]:
    """Yield a reference whole, and without its first letters: `CUS` alone would be everybody."""
    parts = pieces(transliterate(reference))
    yield from ("".join(parts[start:]) for start in range(len(parts)))


def address_lines(address: str) -> list[str]:
    return address.replace(",", "\n").splitlines()


def handle_name(online_handle: str) -> str:
    """Return the name itself, where its whole address was typed."""
    return online_handle.rstrip("/").rsplit("/")[-1]


def customer_keys(customer: Customer) -> set[tuple[str, str]]:
    """Return every (kind, key) of a customer."""
    keys_by_kind: list[tuple[KeyKind, Iterable[str]]] = [
        (KeyKind.REFERENCE, reference_keys(customer.reference)),
        (KeyKind.POSTCODE, postcode_keys(customer.postcode)),
        (KeyKind.PHONE, chain.from_iterable(map(phone_keys, customer.phones))),
        (KeyKind.EMAIL, map(fold_text, customer.emails)),
        (KeyKind.ADDRESS, house_number_keys(customer.address)),
    ]
    texts = [
        (KeyKind.NAME, [customer.name, customer.known_as]),
        (KeyKind.ADDRESS, address_lines(customer.address)),
        (KeyKind.TENANCY, [customer.tenancy_reference]),
        (KeyKind.HANDLE, map(handle_name, customer.online_handles)),
    ]
    keys_by_kind += [(kind, text_keys(text)) for kind, values in texts for text in values]
    return {(kind.value, key[:SHORT]) for kind, keys in keys_by_kind for key in keys if key}


def identifying_keys(customer: Customer) -> dict[KeyKind, list[list[str]]]:
    """Return the keys by which somebody may be recognised, by kind: alternatives, each a list of keys that must all match.

    They are whole, where `customer_keys` has parts too: two numbers that end alike say nothing. A town or a street is no address.
    """
    lines = [line for line in map(fold_text, address_lines(customer.address)) if line]
    lines_with_number = [line for line in lines if any(map(str.isdigit, line))]
    alternatives_by_kind: dict[KeyKind, list[list[str]]] = {
        KeyKind.PHONE: [[dialled_number(number)] for number in customer.phones],
        KeyKind.EMAIL: [[fold_text(email)] for email in customer.emails],
        KeyKind.TENANCY: [[fold_text(customer.tenancy_reference)]],
        KeyKind.HANDLE: [[fold_text(handle_name(handle))] for handle in customer.online_handles],
        KeyKind.ADDRESS: [lines_with_number or lines],
        KeyKind.POSTCODE: [[fold_text(customer.postcode)]],
        KeyKind.NAME: [*readings(customer.name), *readings(customer.known_as)],
    }
    return {
        kind: [[key[:SHORT] for key in keys] for keys in alternatives if any(keys)]
        for kind, alternatives in alternatives_by_kind.items()
    }


def shared_kinds(
    signs: Mapping[KeyKind, list[list[str]]], other_keys: Container[tuple[str, str]]
) -> list[KeyKind]:
    """Return the kinds in which the `identifying_keys` of a customer are among the keys of another, in whatever spelling."""
    return [
        kind
        for kind, alternatives in signs.items()
        if any(all((kind.value, key) in other_keys for key in keys) for keys in alternatives)
    ]


def house_number_readings(typed: str) -> list[list[str]]:
    """Return the readings of an address, each number one with the word behind it; none where no number stands before a word.

    Hardly anybody has `12kelp`, where thousands have a 12 or a Kelp Street.
    """
    return readings(HOUSE_NUMBER.sub(r"\1", typed)) if HOUSE_NUMBER.search(typed) else []


def readings(typed: str) -> list[list[str]]:
    """Return the ways to read what was typed, each a list of words that must all begin a key of a customer."""
    if LINK.match(transliterate(typed)):
        typed = handle_name(typed.removeprefix("mailto:"))
    result = [words(spelling) for spelling in spellings(typed)]
    if "@" not in typed:  # the parts of an email address are many people's
        result += [pieces(spelling) for spelling in spellings(typed)]
    result += [[fold_text(spelling)] for spelling in spellings(typed)]
    digits = sum(character.isdigit() for character in typed)
    if (
        digits > 3 and PHONE_WORDS.issuperset(re.findall(r"[a-z]+", transliterate(typed)))
    ) or has_phone_number(typed):
        result.append([dialled_number(typed)])
        number = parse_phone(typed)
        if number and phonenumbers.length_of_geographical_area_code(number):
            result.append([f"{local_number(number)}{WITHOUT_AREA_CODE}"])
    if digits and (normalised := normalise_postcode(typed)) != typed:
        result.append([fold_text(normalised)])
    if "@" in typed:
        result += [[fold_text(address)] for address in split_addresses(typed)]
    unique = dict.fromkeys(tuple(dict.fromkeys(reading)) for reading in result if any(reading))
    return [list(reading) for reading in unique]


def has_phone_number(typed: str) -> bool:
    """Return whether a whole phone number was typed, with or without a note or a prefix."""
    try:
        return count_digits(read_phone(typed).number) >= LAST_DIGITS
    except ValidationError:
        return False


class Range(NamedTuple):
    """The keys from `start` on, up to but not including `stop`."""

    start: str
    stop: str


def exact_range(word: str) -> Range:
    """Return the range of keys that are this word."""
    return Range(word, word + ALPHABET[0])


def prefix_range(word: str) -> Range:
    """Return the range of keys that begin with this word."""
    last = ALPHABET[-1]
    stem = word.rstrip(last)
    if not stem:
        return Range(word, last * (SHORT + 1))  # behind all that there are
    return Range(word, stem[:-1] + ALPHABET[ALPHABET.index(stem[-1]) + 1])

"""What a customer can be found by, however it is spelt: folded to the characters 0-9 and a-z.

Stored and typed text go through the same folding, so that both need not agree in accents, case, apostrophes, hyphens
or spacing. A look-up is a `Range` of keys, alike in every collation.
"""

import re
import unicodedata
from collections.abc import Container, Iterable, Iterator, Mapping
from itertools import chain, pairwise
from typing import NamedTuple

import phonenumbers
from anyascii import anyascii
from django.core.exceptions import ValidationError

from cha_engagement.core.records import SHORT

from .contact_details import addresses, count_digits, is_local, postcode, read_phone
from .enums import KeyKind
from .models import Customer

ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyz"
LAST_DIGITS = 6  # of a phone number, which are enough to find it by
WITHOUT_AREA = "local"  # behind a number of which no more is known than what is dialled next door
TITLE = re.compile(r"^\W*(?:mrs?|ms|miss|mx|dr|prof|rev|sir|cllr)\b\W*(?=\w)")
AND = re.compile(r"&|\band\b")
MAC = re.compile(r"\b(?:ma?c\s*|m')")
OF = re.compile(r"\bo[\s']+(?=[a-z])")
AL = re.compile(r"\b[ae]l[\s-]+(?=[a-z])")
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
"""Words that many addresses have, written short, by what they stand for."""
IN_FULL = {
    **STREETS,
    "co": "company",
    "ltd": "limited",
    "saint": "street",  # as `st` may be either
} | dict.fromkeys(("md", "mohamed", "mohammad", "muhammad", "muhammed"), "mohammed")
"""Words that are written in several ways, by another of them: the longest, of which a beginning may be typed."""
SHORT_FORM = re.compile(rf"\b(?:{'|'.join(IN_FULL)})\b")
OTHERWISE = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "и": "y"})
"""Letters that are put in two ways in ours; the other is that of `plain`."""
LINK = re.compile(r"^\s*(?:mailto:|(?:\w+://)?[\w-]+(?:\.[\w-]+)*\.[a-z]+/)")
NUMBER = re.compile(r"\b(\d+)\s+(?=[^\W\d]{2})")
"""A number before a word, as that of a house. A letter alone may be part of it."""
PHONE_WORDS = {"ext", "extension", "mob", "mobile", "phone", "tel", "x"}


def plain(text: str) -> str:
    """Lower-case ASCII, punctuation still there."""
    return anyascii(text).casefold()


def fold(text: str) -> str:
    """Nothing but 0-9 and a-z."""
    return "".join(character for character in plain(text) if character in ALPHABET)


def as_one(text: str) -> str:
    """With what is written in several ways made one, without a title and without `and`.

    MacDonald, Mc Donald and M'Donald; O Neill and O'Neill; El Sayed and Al-Sayed; Rd and Road.
    """
    text = AL.sub("al", OF.sub("o", MAC.sub("mc", AND.sub(" ", TITLE.sub("", text)))))
    return SHORT_FORM.sub(lambda found: IN_FULL[found[0]], text)


def spellings(text: str) -> list[str]:
    """As written, each letter in either way, and both as one."""
    composed = unicodedata.normalize("NFC", text).casefold()
    written = dict.fromkeys([plain(text), plain(composed.translate(OTHERWISE))])
    return list(dict.fromkeys([*written, *map(as_one, written)]))


def pieces(text: str) -> list[str]:
    """Its words, parted at everything that is no letter or digit; the flat 2/1 is one."""
    return [fold(piece) for piece in re.findall(r"[0-9]+(?:[/-][0-9]+)+|[0-9a-z]+", text)]


def words(text: str) -> list[str]:
    """Its words, parted at spaces alone: `o'neill` is one."""
    return [word for part in text.split() if (word := fold(part))]


def phone(text: str) -> str:
    """A number as it is dialled here, without its note: +44 141 496 0000 and 0044 (0)141 4960000 are 01414960000."""
    number = parsed(text)
    if number is None:
        return "".join(character for character in fold(text) if character.isdigit())
    national = phonenumbers.national_significant_number(number)
    return f"0{national.lstrip('0')}" if number.country_code == 44 else f"{number.country_code}{national}"


def parsed(text: str) -> phonenumbers.PhoneNumber | None:
    """The one number of a line. Letters are never taken for digits, as on the keys of a phone."""
    try:
        return phonenumbers.parse(read_phone(text).number, "GB")
    except (ValidationError, phonenumbers.NumberParseException):
        return None


def of_phone(text: str) -> Iterator[str]:
    """As it is dialled here, as it is dialled next door, without its area code, and its last digits.

    One that is known without its area code is found by the whole number too, in whichever area.
    """
    dialled = phone(text)
    yield from (dialled, dialled[-LAST_DIGITS:])
    number = parsed(text)
    if number is None:
        return
    if is_local(number):
        yield next_door(number)
        yield f"{next_door(number)}{WITHOUT_AREA}"
    elif phonenumbers.length_of_geographical_area_code(number):
        yield next_door(number)


def next_door(number: phonenumbers.PhoneNumber) -> str:
    """A number without its area code."""
    national = phonenumbers.national_significant_number(number)
    return national[phonenumbers.length_of_geographical_area_code(number) :]


def of_text(text: str) -> Iterator[str]:
    """Each word by itself, and joined with those after it: Anna Smith-Jones by `smithjones` as well."""
    for spelling in spellings(text):
        parts = pieces(spelling)
        yield from parts
        yield from ("".join(parts[start:]) for start in range(len(parts)))


def of_house(address: str) -> Iterator[str]:
    """Each number of an address joined with the word behind it, be it on the next line: `12kelp`, as `numbered` reads it."""
    for spelling in spellings(address):
        parts = pieces(spelling)
        yield from (
            number + word for number, word in pairwise(parts) if number.isdigit() and word[0].isalpha()
        )


def of_postcode(text: str) -> Iterator[str]:
    """As it stands, and as it was meant where it stands there with an O for a nought."""
    for folded in map(fold, dict.fromkeys([text, postcode(text)])):
        yield from (folded, folded[:-3], folded[-3:])


def of_reference(reference: str) -> Iterator[str]:
    """Whole, and without its first letters: `CUS` alone would be everybody."""
    parts = pieces(plain(reference))
    yield from ("".join(parts[start:]) for start in range(len(parts)))


def lines_of(address: str) -> list[str]:
    return address.replace(",", "\n").splitlines()


def handle(online_handle: str) -> str:
    """The name itself, where its whole address was typed."""
    return online_handle.rstrip("/").rsplit("/")[-1]


def of(customer: Customer) -> set[tuple[str, str]]:
    """Every (kind, key) of a customer."""
    made: list[tuple[KeyKind, Iterable[str]]] = [
        (KeyKind.REFERENCE, of_reference(customer.reference)),
        (KeyKind.POSTCODE, of_postcode(customer.postcode)),
        (KeyKind.PHONE, chain.from_iterable(map(of_phone, customer.phones))),
        (KeyKind.EMAIL, map(fold, customer.emails)),
        (KeyKind.ADDRESS, of_house(customer.address)),
    ]
    texts = [
        (KeyKind.NAME, [customer.name, customer.known_as]),
        (KeyKind.ADDRESS, lines_of(customer.address)),
        (KeyKind.TENANCY, [customer.tenancy_reference]),
        (KeyKind.HANDLE, map(handle, customer.online_handles)),
    ]
    made += [(kind, of_text(text)) for kind, several in texts for text in several]
    return {(kind.value, key[:SHORT]) for kind, keys in made for key in keys if key}


def signs(customer: Customer) -> dict[KeyKind, list[list[str]]]:
    """By what somebody may be known again, by kind: ways to have it, each a list of keys that they must all have.

    Whole, where `of` has parts too: two numbers that end alike say nothing. A town is no address, nor is a street.
    """
    lines = [line for line in map(fold, lines_of(customer.address)) if line]
    numbered = [line for line in lines if any(map(str.isdigit, line))]
    ways: dict[KeyKind, list[list[str]]] = {
        KeyKind.PHONE: [[phone(number)] for number in customer.phones],
        KeyKind.EMAIL: [[fold(email)] for email in customer.emails],
        KeyKind.TENANCY: [[fold(customer.tenancy_reference)]],
        KeyKind.HANDLE: [[fold(handle(online))] for online in customer.online_handles],
        KeyKind.ADDRESS: [numbered or lines],
        KeyKind.POSTCODE: [[fold(customer.postcode)]],
        KeyKind.NAME: [*readings(customer.name), *readings(customer.known_as)],
    }
    return {
        kind: [[key[:SHORT] for key in way] for way in several if any(way)] for kind, several in ways.items()
    }


def in_common(signs: Mapping[KeyKind, list[list[str]]], theirs: Container[tuple[str, str]]) -> list[KeyKind]:
    """Which of the `signs` of a customer are among the keys of another, in whatever spelling."""
    return [
        kind
        for kind, ways in signs.items()
        if any(all((kind.value, key) in theirs for key in way) for way in ways)
    ]


def numbered(typed: str) -> list[list[str]]:
    """Its readings as an address, each number one with the word behind it; none where no number stands before a word.

    Hardly anybody has `12kelp`, where thousands have a 12 or a Kelp Street.
    """
    return readings(NUMBER.sub(r"\1", typed)) if NUMBER.search(typed) else []


def readings(typed: str) -> list[list[str]]:
    """The ways to read what was typed, each a list of keys that a customer must all have the beginning of."""
    if LINK.match(plain(typed)):
        typed = handle(typed.removeprefix("mailto:"))
    found = [words(spelling) for spelling in spellings(typed)]
    if "@" not in typed:  # the parts of an email address are many people's
        found += [pieces(spelling) for spelling in spellings(typed)]
    found += [[fold(spelling)] for spelling in spellings(typed)]
    digits = sum(character.isdigit() for character in typed)
    if (digits > 3 and PHONE_WORDS.issuperset(re.findall(r"[a-z]+", plain(typed)))) or noted(typed):
        found.append([phone(typed)])
        number = parsed(typed)
        if number and phonenumbers.length_of_geographical_area_code(number):
            found.append([f"{next_door(number)}{WITHOUT_AREA}"])
    if digits and (meant := postcode(typed)) != typed:
        found.append([fold(meant)])
    if "@" in typed:
        found += [[fold(address)] for address in addresses(typed)]
    unique = dict.fromkeys(tuple(dict.fromkeys(reading)) for reading in found if any(reading))
    return [list(reading) for reading in unique]


def noted(typed: str) -> bool:
    """Whether a whole phone number was typed, or pasted, with a note or a prefix."""
    try:
        return count_digits(read_phone(typed).number) >= LAST_DIGITS
    except ValidationError:
        return False


class Range(NamedTuple):
    """Keys from `start` on, up to but not including `stop`."""

    start: str
    stop: str


def exact(word: str) -> Range:
    """Keys that are this word."""
    return Range(word, word + ALPHABET[0])


def prefix(word: str) -> Range:
    """Keys that begin with this word."""
    last = ALPHABET[-1]
    stem = word.rstrip(last)
    if not stem:
        return Range(word, last * (SHORT + 1))  # behind all that there are
    return Range(word, stem[:-1] + ALPHABET[ALPHABET.index(stem[-1]) + 1])

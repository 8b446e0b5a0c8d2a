"""What a customer can be found by, however it is spelt: folded to the characters 0-9 and a-z.

Stored and typed text go through the same folding, so that both need not agree in accents, case, apostrophes, hyphens
or spacing. A look-up is a range of keys, `key >= typed and key < successor(typed)`, alike in every collation.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import chain

import phonenumbers
from anyascii import anyascii

from cha_engagement.records import SHORT

from .enums import KeyKind
from .models import Customer

ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyz"
MAC = re.compile(r"\b(?:ma?c\s*|m')")
LAST_DIGITS = 6  # of a phone number, which are enough to find it by
OF = re.compile(r"\bo[\s']+(?=[a-z])")


def plain(text: str) -> str:
    """Lower-case ASCII, punctuation still there."""
    return anyascii(text).casefold()


def fold(text: str) -> str:
    """Nothing but 0-9 and a-z."""
    return "".join(character for character in plain(text) if character in ALPHABET)


def spellings(text: str) -> list[str]:
    """As written, and with MacDonald, Mc Donald and M'Donald made one, and O Neill and O'Neill."""
    written = plain(text)
    return list(dict.fromkeys([written, OF.sub("o", MAC.sub("mc", written))]))


def pieces(text: str) -> list[str]:
    """Its words, parted at everything that is no letter or digit."""
    return re.findall(r"[0-9a-z]+", text)


def words(text: str) -> list[str]:
    """Its words, parted at spaces alone: `o'neill` is one."""
    return [word for part in text.split() if (word := fold(part))]


def phone(text: str) -> str:
    """A number as it is dialled here: +44 141 496 0000 and 0044 (0)141 4960000 are 01414960000."""
    try:
        number = phonenumbers.parse(text, "GB")
    except phonenumbers.NumberParseException:
        return "".join(character for character in fold(text) if character.isdigit())
    national = phonenumbers.national_significant_number(number)
    return f"0{national.lstrip('0')}" if number.country_code == 44 else f"{number.country_code}{national}"


def of_phone(text: str) -> Iterator[str]:
    """As it is dialled here, as it is dialled next door, without its area code, and its last digits."""
    dialled = phone(text)
    yield from (dialled, dialled[-LAST_DIGITS:])
    try:
        number = phonenumbers.parse(text, "GB")
    except phonenumbers.NumberParseException:
        return
    if area := phonenumbers.length_of_geographical_area_code(number):
        yield phonenumbers.national_significant_number(number)[area:]


def of_text(text: str) -> Iterator[str]:
    """Each word by itself, and joined with those after it: Anna Smith-Jones by `smithjones` as well."""
    for spelling in spellings(text):
        parts = pieces(spelling)
        yield from parts
        yield from ("".join(parts[start:]) for start in range(len(parts)))


def of_postcode(postcode: str) -> Iterator[str]:
    folded = fold(postcode)
    yield from (folded, folded[:-3], folded[-3:])


def of_reference(reference: str) -> Iterator[str]:
    """Whole, and without its first letters: `CUS` alone would be everybody."""
    parts = pieces(plain(reference))
    yield from ("".join(parts[start:]) for start in range(len(parts)))


def of(customer: Customer) -> set[tuple[str, str]]:
    """Every (kind, key) of a customer."""
    lines = customer.address.replace(",", "\n").splitlines()
    handles = [handle.rstrip("/").rsplit("/")[-1] for handle in customer.online_handles]
    made: list[tuple[KeyKind, Iterable[str]]] = [
        (KeyKind.REFERENCE, of_reference(customer.reference)),
        (KeyKind.POSTCODE, of_postcode(customer.postcode)),
        (KeyKind.PHONE, chain.from_iterable(map(of_phone, customer.phones))),
        (KeyKind.EMAIL, map(fold, customer.emails)),
    ]
    texts = [
        (KeyKind.NAME, [customer.name, customer.known_as]),
        (KeyKind.ADDRESS, lines),
        (KeyKind.TENANCY, [customer.tenancy_reference]),
        (KeyKind.HANDLE, handles),
    ]
    made += [(kind, of_text(text)) for kind, several in texts for text in several]
    return {(kind.value, key[:SHORT]) for kind, keys in made for key in keys if key}


def readings(typed: str) -> list[list[str]]:
    """The ways to read what was typed, each a list of keys that a customer must all have the beginning of."""
    found = [pieces(spelling) for spelling in spellings(typed)]
    found += [words(spelling) for spelling in spellings(typed)]
    found += [[fold(spelling)] for spelling in spellings(typed)]
    if sum(character.isdigit() for character in typed) > 3 and not any(map(str.isalpha, typed)):
        found.append([phone(typed)])
    unique = dict.fromkeys(tuple(dict.fromkeys(reading)) for reading in found if any(reading))
    return [list(reading) for reading in unique]


def successor(key: str) -> str:
    """The first key behind all that begin with this one; empty when there is none."""
    stem = key.rstrip("z")
    return stem and stem[:-1] + ALPHABET[ALPHABET.index(stem[-1]) + 1]

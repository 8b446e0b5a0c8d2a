"""What a letter is looked over for beside what it must say: wording that blames, names that are withheld, how easily it reads.

Looked at is what its reader will read, so every `text` here has its places filled in.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from cha_engagement.core import hub
from cha_engagement.core.refusals import Refusal
from cha_engagement.customers.models import Customer
from cha_engagement.organisation.models import Organisation, Wording
from cha_engagement.staff.models import StaffMember

from ..models import Letter
from ..rendering.markdown import blocks

WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
SENTENCE_END = re.compile(r"(?<=[.!?:])\s+|(?<=[.!?][\"”’)])\s+")
VOWELS = re.compile(r"[aeiouyà-öø-ÿ]+")
SILENT = re.compile(r"(?<![^aeiouy]l)(?:(?<=[^aeiouy])e|(?<=[^aeiouysxzcgh])es|(?<=[^aeiouytd])ed)$")
LONGEST = 3
SHORTEST_LINE = 5  # digits: an extension alone would be found in any number
EASE = ((70, "easy to read"), (60, "plain English"), (50, "fairly hard to read"), (0, "hard to read"))
"""What Flesch's figure means, from its lowest value on."""


@dataclass(frozen=True, slots=True)
class Found:
    """Words of a letter that may blame, label or give somebody away, as they stand there, and what to write in their place."""

    words: str
    suggestion: str


@dataclass(frozen=True, slots=True)
class Findings:
    """What was found in a letter: `wording` that may blame or label and, where names are `withheld` from its reader, what gives staff away."""

    wording: list[Found]
    withheld: bool
    given_away: list[str]


def look_over(customer: Customer, text: str, *lines: str) -> Findings:
    """What there is to find in a text, and in the lines that stand above and below it. Policy §21.3, 61.1.

    Where names are withheld, a colleague's first or last name alone is pointed out as wording is: it may be another word, and only the
    writer knows.
    """
    said = "\n\n".join([*map(straight, lines), words_of(text)])
    found = list(wording(said))
    if not withheld(customer):
        return Findings(found, withheld=False, given_away=[])
    staff = list(StaffMember.objects.order_by("pk"))
    given_away = list(
        dict.fromkeys(colleagues(staff, customer, said, number_lines("\n\n".join([*lines, text]))))
    )
    found += half_names(staff, said, " ".join([straight(customer.name), *given_away]))
    return Findings(found, withheld=True, given_away=given_away)


def faults(letter: Letter, found: Findings) -> list[Refusal]:
    """Why a letter in which this was found should not go out as it is. Policy §21.3, 61.1."""
    given_away = [
        Refusal(
            f"The names and direct lines of our staff are withheld from this customer. Take out “{words}”.",
            "21.3",
            "body",
        )
        for words in found.given_away
    ]
    if not found.wording or letter.wording_reason:
        return given_away
    words = ", ".join(f"“{one.words}”" for one in found.wording)
    return [
        *given_away,
        Refusal(
            f"This may blame or label: {words}. Say it neutrally, or say why it stays.",
            "61.1",
            "wording_reason",
        ),
    ]


# Wording that blames or labels


def wording(said: str) -> Iterator[Found]:
    """What may blame or label, each once and in the order of the list. Policy §61.1."""
    for each in Wording.objects.filter(is_active=True):
        if match := pattern(each.words).search(said):
            yield Found(" ".join(match[0].split()), each.suggestion)


def pattern(words: str) -> re.Pattern[str]:
    """Finds whole words whatever their case, and however they are spaced or broken into lines."""
    spaced = r"\s+".join(map(re.escape, straight(words).split()))
    return re.compile(rf"(?<!\w){spaced}(?!\w)", re.IGNORECASE)


def words_of(text: str) -> str:
    """The words of a text without its marks."""
    return straight("\n\n".join(block.words for block in blocks(text)))


def straight(text: str) -> str:
    return text.replace("’", "'")


# Names that are withheld


def withheld(customer: Customer) -> bool:
    """Whether this customer is not told who works here. Policy §21.3."""
    return any(withholds(customer) for withholds in hub.withholds_names)


def colleagues(staff: Iterable[StaffMember], customer: Customer, said: str, dialled: str) -> Iterator[str]:
    """Their names, direct lines and addresses among the words and numbers of a letter to somebody from whom they are withheld."""
    shared = number_lines(shared_lines(Organisation.current()))
    for one in staff:
        named = pattern(str(one)).search(said) or (one.last_name and titled(one.last_name).search(said))
        if named and straight(str(one)) != straight(customer.name):
            yield named[0]
        line = number_lines(one.phone)
        if len(line) > SHORTEST_LINE and line in dialled and line not in shared:
            yield one.phone
        if one.email and one.email.casefold() in said.casefold():
            yield one.email


def titled(last_name: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:Mrs?|Ms|Miss|Mx|Dr)\.?\s+{re.escape(straight(last_name))}(?!\w)")


def half_names(staff: Iterable[StaffMember], said: str, others: str) -> list[Found]:
    """First or last names alone that may be a colleague's: not among the words of `others`, the customer's or what is taken out anyway."""
    words = set(WORD.findall(said)) - set(WORD.findall(others))
    known = {straight(name) for one in staff for name in (one.first_name, one.last_name)}
    return [Found(name, "our team, where this is a colleague") for name in sorted(known & words)]


def number_lines(text: str) -> str:
    """The numbers of a text, however they are spaced; what is no number parts them."""
    return re.sub(r"[^\d\n]+", "\n", re.sub(r"(?<=\d)[ ()-]+(?=\d)", "", text)).strip()


def shared_lines(organisation: Organisation) -> str:
    return "\n".join([organisation.phone, organisation.emergency_phone, organisation.complaints_contact])


# How easily it reads


def how_it_reads(text: str) -> dict[str, Any]:
    """What `templates/letters/check.html` shows of it."""
    said = sentences(text)
    figure = reading_ease(said)
    return {
        "ease": figure,
        "ease_means": next(words for least, words in EASE if figure >= least),
        "longest": longest(said),
    }


def sentences(text: str) -> list[str]:
    """The sentences of a text; its headings are none."""
    prose = (" ".join(block.words.split()) for block in blocks(text) if not block.is_heading)
    return [said for block in prose for said in SENTENCE_END.split(block) if WORD.search(said)]


def longest(said: list[str]) -> list[tuple[str, int]]:
    """The longest sentences with how many words they have, the longest first."""
    counted = [(one, len(WORD.findall(one))) for one in dict.fromkeys(said)]
    return sorted(counted, key=lambda one: -one[1])[:LONGEST]


def reading_ease(said: list[str]) -> int:
    """Flesch's reading ease, from 0, hard, to 100, easy."""
    words = [word for one in said for word in WORD.findall(one)]
    if not words:
        return 100
    figure = 206.835 - 1.015 * len(words) / len(said) - 84.6 * sum(map(syllables, words)) / len(words)
    return min(max(round(figure), 0), 100)


def syllables(word: str) -> int:
    """How many syllables an English word has, by its groups of vowels, an e that is not heard left out."""
    word = word.lower()
    return max(len(VOWELS.findall(word)) - bool(SILENT.search(word)), 1)

"""What a letter is looked over for beside what it must say: wording that blames, names that are withheld, how easily it reads.

Looked at is what its reader will read, so every `text` here has its places filled in.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from cha_engagement.customers.models import Customer
from cha_engagement.letters.rendering.markdown import text_blocks
from cha_engagement.organisation.models import Wording
from cha_engagement.staff.models import StaffMember

from .reading_ease import WORD
from .staff_names import find_staff, has_names_withheld, number_lines, straighten_quotes, words_pattern


@dataclass(frozen=True, slots=True)
class Finding:
    """Words of a letter that may blame, label or give somebody away, as they stand there, and what to write in their place."""

    words: str
    suggestion: str


@dataclass(frozen=True, slots=True)
class Findings:
    """What was found in a letter: `wording` that may blame or label and, where names are `withheld` from its reader, what gives staff away."""

    wording: list[Finding]
    withheld: bool
    given_away: list[str]


def examine_text(customer: Customer, text: str, *lines: str) -> Findings:
    """What there is to find in a text, and in the lines that stand above and below it. Policy §21.3, 61.1.

    Where names are withheld, a colleague's first or last name alone is pointed out as wording is: it may be another word, and only the
    writer knows.
    """
    said = "\n\n".join([*map(straighten_quotes, lines), plain_words(text)])
    found = list(find_blame(said))
    if not has_names_withheld(customer):
        return Findings(found, withheld=False, given_away=[])
    staff = list(StaffMember.objects.order_by("pk"))
    given_away = list(
        dict.fromkeys(find_staff(staff, customer, said, number_lines("\n\n".join([*lines, text]))))
    )
    found += find_half_names(staff, said, " ".join([straighten_quotes(customer.name), *given_away]))
    return Findings(found, withheld=True, given_away=given_away)


# Wording that blames or labels


def find_blame(said: str) -> Iterator[Finding]:
    """What may blame or label, each once and in the order of the list. Policy §61.1."""
    for each in Wording.objects.filter(is_active=True):
        if match := words_pattern(each.words).search(said):
            yield Finding(" ".join(match[0].split()), each.suggestion)


def plain_words(text: str) -> str:
    """The words of a text without its marks."""
    return straighten_quotes("\n\n".join(block.words for block in text_blocks(text)))


# Names that are withheld


def find_half_names(staff: Iterable[StaffMember], said: str, others: str) -> list[Finding]:
    """First or last names alone that may be a colleague's: not among the words of `others`, the customer's or what is taken out anyway."""
    words = set(WORD.findall(said)) - set(WORD.findall(others))
    known = {straighten_quotes(name) for one in staff for name in (one.first_name, one.last_name)}
    return [Finding(name, "our team, where this is a colleague") for name in sorted(known & words)]


# How easily it reads

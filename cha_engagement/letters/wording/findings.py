"""Look over what a customer will read: wording that blames, and names that are withheld. Every text has its placeholders filled in."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from cha_engagement.customers.models import Customer
from cha_engagement.letters.rendering.markdown import text_blocks
from cha_engagement.organisation.models import Wording
from cha_engagement.staff.models import StaffMember

from .reading_ease import WORD
from .staff_names import (
    find_staff_contacts,
    has_names_withheld,
    number_lines,
    straighten_quotes,
)
from .word_forms import find_forms


@dataclass(frozen=True, slots=True)
class Finding:
    """Words of a letter that may blame, label or give somebody away, as they stand there, and what to write in their place."""

    words: str
    suggestion: str


@dataclass(frozen=True, slots=True)
class TextFindings:
    """Wording that may blame or label and, where names are withheld from the reader, the names and direct lines of staff."""

    blame: list[Finding]
    has_names_withheld: bool
    staff_named: list[str]


def examine_text(customer: Customer, text: str, *lines: str) -> TextFindings:
    """Examine a text, and the lines that stand above and below it. Policy §21.3, 61.1.

    Where names are withheld, a colleague's first or last name alone is pointed out as wording is: it may be another word, and only the
    writer knows.
    """
    words = "\n\n".join([*map(straighten_quotes, lines), plain_words(text)])
    blame = list(find_blame(words))
    if not has_names_withheld(customer):
        return TextFindings(blame, has_names_withheld=False, staff_named=[])
    staff = list(StaffMember.objects.order_by("pk"))
    numbers = number_lines("\n\n".join([*lines, text]))
    staff_named = list(dict.fromkeys(find_staff_contacts(staff, customer, words, numbers)))
    blame += find_half_names(staff, words, " ".join([straighten_quotes(customer.name), *staff_named]))
    return TextFindings(blame, has_names_withheld=True, staff_named=staff_named)


def find_blame(words: str) -> Iterator[Finding]:
    """Yield what may blame or label, each once and in the order of the list. Policy §61.1."""
    suggestions = {wording.words: wording.suggestion for wording in Wording.objects.filter(is_active=True)}
    for wording, found in find_forms(suggestions, words):
        yield Finding(found, suggestions[wording])


def plain_words(text: str) -> str:
    """Return the words of a text without its marks."""
    return straighten_quotes("\n\n".join(block.words for block in text_blocks(text)))


def find_half_names(staff: Iterable[StaffMember], words: str, known_words: str) -> list[Finding]:
    """Find first or last names alone that may be a colleague's, but for what is `known` to be the customer's or is taken out anyway."""
    words_alone = set(WORD.findall(words)) - set(WORD.findall(known_words))
    names = {straighten_quotes(name) for person in staff for name in (person.first_name, person.last_name)}
    return [Finding(name, "our team, where this is a colleague") for name in sorted(names & words_alone)]

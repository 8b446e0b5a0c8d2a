"""Find colleagues whose names, direct lines and addresses are withheld from a customer. Policy §21.3."""

import re
import unicodedata
from collections.abc import Iterable, Iterator

from cha_engagement.core.interfaces import desks
from cha_engagement.customers.models import Customer
from cha_engagement.letters.interfaces import LetterReader
from cha_engagement.organisation.models import Organisation
from cha_engagement.staff.models import StaffMember

FEWEST_DIGITS = 5  # of a direct line: an extension alone would be found in any number
FEWEST_LETTERS = 8  # of a name: fewer in a row may belong to other words


def has_names_withheld(customer: Customer) -> bool:
    """Return whether this customer is not told who works here."""
    return any(desk.withholds_names(customer) for desk in desks(LetterReader))


def find_staff_contacts(
    staff: Iterable[StaffMember], customer: Customer, words: str, numbers: str
) -> Iterator[str]:
    """Yield the names, direct lines and addresses of staff among the words, and the `number_lines`, of a letter to this customer."""
    shared = number_lines(shared_contacts(Organisation.current()))
    for person in staff:
        named = words_pattern(str(person)).search(words) or (
            person.last_name and titled_name_pattern(person.last_name).search(words)
        )
        if named and straighten_quotes(str(person)) != straighten_quotes(customer.name):
            yield named[0]
        direct_line = number_lines(person.phone)
        if len(direct_line) > FEWEST_DIGITS and direct_line in numbers and direct_line not in shared:
            yield person.phone
        if person.email and person.email.casefold() in words.casefold():
            yield person.email


def find_staff_in_file(texts: Iterable[str], customer: Customer, staff: list[StaffMember]) -> set[str]:
    """Return those of the `staff` whose names, lines or addresses stand in the texts of a file, however they are spaced or turned round."""
    straight = [straighten_quotes(text) for text in texts]
    whole = "\n\n".join(straight)
    named = set(find_staff_contacts(staff, customer, whole, number_lines(whole)))
    texts_alone, squeezed = {text.strip().casefold() for text in straight}, squeeze(" ".join(straight))
    for person in staff:
        first, last = squeeze(person.first_name), squeeze(person.last_name)
        is_long = len(first + last) >= FEWEST_LETTERS
        is_named = is_long and (first + last in squeezed or last + first in squeezed)
        if (is_named or person.username.casefold() in texts_alone) and str(person) != customer.name:
            named.add(str(person))
    return named


def words_pattern(words: str) -> re.Pattern[str]:
    """Return a pattern of whole words whatever their case, and however they are spaced or broken into lines."""
    spaced = r"\s+".join(map(re.escape, straighten_quotes(words).split()))
    return re.compile(rf"(?<!\w){spaced}(?!\w)", re.IGNORECASE)


def titled_name_pattern(last_name: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:Mrs?|Ms|Miss|Mx|Dr)\.?\s+{re.escape(straighten_quotes(last_name))}(?!\w)")


def straighten_quotes(text: str) -> str:
    return text.replace("’", "'")


def number_lines(text: str) -> str:
    """Return the numbers of a text, a line each, however they are spaced."""
    return re.sub(r"[^\d\n]+", "\n", re.sub(r"(?<=\d)[ ()-]+(?=\d)", "", text)).strip()


def shared_contacts(organisation: Organisation) -> str:
    return "\n".join([organisation.phone, organisation.emergency_phone, organisation.complaints_contact])


def squeeze(text: str) -> str:
    """Return letters and digits alone, without accents: some programs set each of them on a page by itself."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKD", text)).casefold()

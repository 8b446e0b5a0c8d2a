import re
import unicodedata
from collections.abc import Iterable, Iterator

from cha_engagement.core import hub
from cha_engagement.customers.models import Customer
from cha_engagement.organisation.models import Organisation
from cha_engagement.staff.models import StaffMember


def words_pattern(words: str) -> re.Pattern[str]:
    """Finds whole words whatever their case, and however they are spaced or broken into lines."""
    spaced = r"\s+".join(map(re.escape, straighten_quotes(words).split()))
    return re.compile(rf"(?<!\w){spaced}(?!\w)", re.IGNORECASE)


def straighten_quotes(text: str) -> str:
    return text.replace("’", "'")


def has_names_withheld(customer: Customer) -> bool:
    """Whether this customer is not told who works here. Policy §21.3."""
    return any(withholds(customer) for withholds in hub.withholds_names)


FEWEST_DIGITS = 5  # digits: an extension alone would be found in any number


def find_staff(staff: Iterable[StaffMember], customer: Customer, said: str, dialled: str) -> Iterator[str]:
    """Their names, direct lines and addresses among the words and numbers of a letter to somebody from whom they are withheld."""
    shared = number_lines(shared_contacts(Organisation.current()))
    for one in staff:
        named = words_pattern(str(one)).search(said) or (
            one.last_name and titled_name_pattern(one.last_name).search(said)
        )
        if named and straighten_quotes(str(one)) != straighten_quotes(customer.name):
            yield named[0]
        line = number_lines(one.phone)
        if len(line) > FEWEST_DIGITS and line in dialled and line not in shared:
            yield one.phone
        if one.email and one.email.casefold() in said.casefold():
            yield one.email


def titled_name_pattern(last_name: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:Mrs?|Ms|Miss|Mx|Dr)\.?\s+{re.escape(straighten_quotes(last_name))}(?!\w)")


def number_lines(text: str) -> str:
    """The numbers of a text, however they are spaced; what is no number parts them."""
    return re.sub(r"[^\d\n]+", "\n", re.sub(r"(?<=\d)[ ()-]+(?=\d)", "", text)).strip()


def shared_contacts(organisation: Organisation) -> str:
    return "\n".join([organisation.phone, organisation.emergency_phone, organisation.complaints_contact])


SHORTEST_NAME = 8  # letters: fewer in a row may belong to other words


def find_staff_in_file(said: Iterable[str], customer: Customer, staff: list[StaffMember]) -> set[str]:
    """Return those of the `staff` whose names, lines or addresses stand in the texts of a file, however they are spaced or turned round."""
    texts = [straighten_quotes(text) for text in said]
    whole = "\n\n".join(texts)
    named = set(find_staff(staff, customer, whole, number_lines(whole)))
    alone, together = {text.strip().casefold() for text in texts}, squeeze(" ".join(texts))
    for person in staff:
        first, last = squeeze(person.first_name), squeeze(person.last_name)
        is_long = len(first + last) >= SHORTEST_NAME
        is_named = is_long and (first + last in together or last + first in together)
        if (is_named or person.username.casefold() in alone) and str(person) != customer.name:
            named.add(str(person))
    return named


def squeeze(text: str) -> str:
    """Its letters and digits alone, without accents: some programs set each of them on a page by itself."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKD", text)).casefold()

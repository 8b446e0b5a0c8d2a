"""Whether a PDF can go with a letter: anybody can open it, it does nothing by itself, and it names nobody who is withheld."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import IO, Any

from pypdf.generic import DictionaryObject, StreamObject

from cha_engagement.core.refusals import Refusal
from cha_engagement.customers.models import Customer
from cha_engagement.evidence import contents, pdfs
from cha_engagement.evidence.storage import Altered, open_checked
from cha_engagement.staff.models import StaffMember

from ..models import Letter
from . import findings

MOST_PAGES = 300
SHORTEST_NAME = 8  # letters: fewer in a row may belong to other words
LINK = re.compile(r"\s*(?:https?|mailto|tel):", re.I)
INSTEAD = "Print it to a new PDF, and choose that."
LOCKED = "This PDF is locked: it asks for a password, or limits what its reader can do. Save it without, and choose that."
BROKEN = f"This PDF is damaged, or cut off. {INSTEAD}"


class Unfit(Exception):
    """A file that cannot go with a letter; says why, and what to do."""


def check_enclosure(file: IO[bytes], customer: Customer) -> Refusal | None:
    """Return why a file cannot go with a letter to a customer; it is then at its beginning. Policy §9, 21.3, 61.3."""
    return check_pdf(file, customer, withheld_staff(customer))


def withheld_staff(customer: Customer) -> list[StaffMember]:
    """Return the colleagues whom a letter to this customer does not name."""
    return list(StaffMember.objects.order_by("pk")) if findings.withheld(customer) else []


def look_into(file: Any) -> list[str] | Unfit:
    """Return all that a PDF says, or why it is unfit; the file is then at its beginning. It takes long, so it is kept with the file.

    A form asks this before the transaction in which its verb asks it again.
    """
    if not hasattr(file, "said"):
        file.seek(0)
        content = file.read()
        file.seek(0)
        try:
            file.said = read_pdf(content)
        except Unfit as unfit:
            file.said = unfit
    return file.said


def check_pdf(file: IO[bytes], customer: Customer, staff: list[StaffMember]) -> Refusal | None:
    words = look_into(file)
    if isinstance(words, Unfit):
        return Refusal(str(words), "61.3", "file")
    if named := sorted(names_in(words, customer, staff)):
        return Refusal(
            f"This PDF names {', '.join(named)}, and names of our staff are withheld from this customer. Take that out, also of the properties of the file, and choose it again.",
            "21.3",
            "file",
        )
    return None


def check_enclosed(letter: Letter) -> Iterator[Refusal]:
    """Yield why what is enclosed cannot go out now: much may have changed since it was added."""
    if not (enclosed := letter.enclosed):
        return
    staff = withheld_staff(letter.customer)
    for enclosure in enclosed:
        try:
            with open_checked(enclosure.file, enclosure.sha256) as file:
                refusal = check_pdf(file, letter.customer, staff)
        except Altered:
            refusal = Refusal("Its file cannot be trusted. Enclose it again.")
        if refusal:
            yield Refusal(f"Take away “{enclosure}”. {refusal.sentence}", refusal.paragraph)


def read_pdf(content: bytes) -> list[str]:
    """Return all that a PDF says: on its pages, in its notes and in its properties. Raises `Unfit`."""
    try:
        kind = contents.kind_of_content(content)
    except contents.Unwanted as unwanted:
        raise Unfit(f"This file is {unwanted}. Save it as a PDF, and choose that.") from unwanted
    if kind is not contents.PDF:
        raise Unfit(f"This file is {kind.words}, not a PDF. Save it as a PDF, and choose that.")
    if b"%%EOF" not in content[-1024:]:
        raise Unfit(BROKEN)
    try:
        reader = pdfs.Reader(content)
        if reader.is_encrypted:
            raise Unfit(LOCKED)
        said = list(strings(reader))
        if not reader.pages:
            raise Unfit(BROKEN)
        if len(reader.pages) > MOST_PAGES:
            raise Unfit(f"This PDF has more than {MOST_PAGES} pages. Send it in parts.")
        return [*said, *(page.extract_text() for page in reader.pages)]
    except Unfit:
        raise
    except pdfs.Endless as endless:
        raise Unfit(f"This PDF {pdfs.TOO_MUCH}. {INSTEAD}") from endless
    except Exception as error:  # whatever is wrong in a file: the library names no end of errors
        raise Unfit(BROKEN) from error


def strings(reader: pdfs.Reader) -> Iterator[str]:
    """Yield the texts of all that its reader can come to, but the pages' own. Raises `Unfit` where it is more than pages."""
    for part in pdfs.parts(reader):
        if harm := pdfs.harm(part):
            raise Unfit(f"This PDF {harm}. {INSTEAD}")
        if not all(map(LINK.match, addresses(part))):
            raise Unfit(
                f"This PDF has a link to something other than a web page, an email address or a phone number. {INSTEAD}"
            )
        if isinstance(part, StreamObject) and pdfs.answer(part, "/Type") == "/Metadata":
            yield re.sub(r"<[^>]*>", " ", part.get_data().decode("utf-8", "replace"))
        elif isinstance(part, bytes):
            yield part.decode("latin-1")
        elif isinstance(part, str) and not part.startswith("/"):
            yield part


def addresses(part: Any) -> Iterator[str]:
    """Yield where a link of a PDF leads to, and from where all its links are read."""
    if not isinstance(part, DictionaryObject):
        return
    key = "/URI"
    found = pdfs.answer(part, key)
    if isinstance(found, DictionaryObject):
        part, key = found, "/Base"
        found = pdfs.answer(part, key)
    if key in part:
        yield found.decode("latin-1") if isinstance(found, bytes) else str(found)


def names_in(said: Iterable[str], customer: Customer, staff: list[StaffMember]) -> set[str]:
    """Return those of the `staff` whose names, lines or addresses stand in the texts of a file, however they are spaced or turned round."""
    texts = [findings.straight(text) for text in said]
    whole = "\n\n".join(texts)
    named = set(findings.colleagues(staff, customer, whole, findings.number_lines(whole)))
    alone, together = {text.strip().casefold() for text in texts}, squeezed(" ".join(texts))
    for person in staff:
        first, last = squeezed(person.first_name), squeezed(person.last_name)
        is_long = len(first + last) >= SHORTEST_NAME
        is_named = is_long and (first + last in together or last + first in together)
        if (is_named or person.username.casefold() in alone) and str(person) != customer.name:
            named.add(str(person))
    return named


def squeezed(text: str) -> str:
    """Its letters and digits alone, without accents: some programs set each of them on a page by itself."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKD", text)).casefold()

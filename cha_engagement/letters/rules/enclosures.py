from collections.abc import Iterator
from typing import IO

from cha_engagement.core.refusals import Refusal
from cha_engagement.customers.models import Customer
from cha_engagement.evidence.storage import Altered, open_checked
from cha_engagement.letters.models import Letter
from cha_engagement.letters.queries import second_reader
from cha_engagement.letters.wording import staff_names
from cha_engagement.letters.wording.enclosures import UnfitFile, read_once
from cha_engagement.letters.wording.staff_names import find_staff_in_file
from cha_engagement.staff.models import StaffMember
from cha_engagement.staff.queries import present_staff, staff_with_permission

from .drafting import may_write


def check_enclosure(file: IO[bytes], customer: Customer) -> Refusal | None:
    """Return why a file cannot go with a letter to a customer; it is then at its beginning. Policy §9, 21.3, 61.3."""
    return check_pdf(file, customer, withheld_staff(customer))


def withheld_staff(customer: Customer) -> list[StaffMember]:
    """Return the colleagues whom a letter to this customer does not name."""
    return list(StaffMember.objects.order_by("pk")) if staff_names.has_names_withheld(customer) else []


def check_pdf(file: IO[bytes], customer: Customer, staff: list[StaffMember]) -> Refusal | None:
    words = read_once(file)
    if isinstance(words, UnfitFile):
        return Refusal(str(words), "61.3", "file")
    if named := sorted(find_staff_in_file(words, customer, staff)):
        return Refusal(
            f"This PDF names {', '.join(named)}, and names of our staff are withheld from this customer. Take that out, also of the properties of the file, and choose it again.",
            "21.3",
            "file",
        )
    return None


def check_enclosures(letter: Letter) -> Iterator[Refusal]:
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


def check_enclosure_labels(title: str, language: str, translated_by: str) -> Iterator[Refusal]:
    """What its reader must know of an enclosure. Policy §9, 61.3."""
    if not (title or language):
        yield Refusal("Say what it is or, of a translation of the letter, the language.", "61.3", "title")
    if language and not translated_by:
        yield Refusal("Say who translated it.", "9", "translated_by")
    if translated_by and not language:
        yield Refusal("Say in which language it is.", "9", "language")


def may_enclose(user: StaffMember, letter: Letter) -> Refusal | None:
    """What is put beside an issued letter nobody reads after them: whoever wrote or issued it leaves it to somebody who is there. B36."""
    if refusal := may_write(user, letter):
        return refusal
    wrote = second_reader.writers(letter)
    if letter.issued_at is None or user.pk not in wrote:
        return None
    others = present_staff(staff_with_permission("letters.issue_letter")).exclude(pk__in=wrote)
    if other := next((one for one in others if not may_write(one, letter)), None):
        return Refusal(
            f"You wrote or issued this letter, so somebody else reads a translation and attaches it: {other} is there.",
            "B36",
        )
    return None

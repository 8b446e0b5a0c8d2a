from typing import IO

from cha_engagement.core.permissions import Permission
from cha_engagement.core.refusals import Refusal
from cha_engagement.customers.few.queries import readers_among
from cha_engagement.customers.models import Customer
from cha_engagement.evidence.storage import Altered, open_verified
from cha_engagement.letters.models import Enclosure, Letter
from cha_engagement.letters.queries.second_reader import writers
from cha_engagement.letters.wording.pdf_texts import UnfitFile, read_once
from cha_engagement.letters.wording.staff_names import find_staff_in_file, has_names_withheld
from cha_engagement.staff.models import StaffMember
from cha_engagement.staff.queries import present_staff, staff_with_permission

from .drafting import may_write


def may_enclose(user: StaffMember, letter: Letter) -> Refusal | None:
    """Let others than its writers put a translation beside an issued letter, where they are there: nobody reads it afterwards. B36."""
    if refusal := may_write(user, letter):
        return refusal
    own_writers = writers(letter)
    if letter.issued_at is None or user.pk not in own_writers:
        return None
    others = readers_among(staff_with_permission(Permission.ISSUE_LETTERS), letter.customer_id, user).exclude(
        pk__in=own_writers
    )
    if colleague := next((person for person in present_staff(others) if not may_write(person, letter)), None):
        return Refusal(
            f"You wrote or issued this letter, so somebody else reads a translation and attaches it: {colleague} is there.",
            "B36",
        )
    return None


def check_enclosure_labels(title: str, language: str, translated_by: str) -> list[Refusal]:
    """Refuse an enclosure that does not say what it is and, of a translation, whose. Policy §9, 61.3."""
    refusals = []
    if not (title or language):
        refusals.append(
            Refusal("Say what it is or, of a translation of the letter, the language.", "61.3", "title")
        )
    if language and not translated_by:
        refusals.append(Refusal("Say who translated it.", "9", "translated_by"))
    if translated_by and not language:
        refusals.append(Refusal("Say in which language it is.", "9", "language"))
    return refusals


def check_enclosure(file: IO[bytes], customer: Customer) -> list[Refusal]:
    """Refuse a file that cannot go with a letter to a customer; it is then at its beginning. Policy §9, 21.3, 61.3."""
    return check_pdf(file, customer, withheld_staff(customer))


def check_enclosures(letter: Letter) -> list[Refusal]:
    """Refuse what is enclosed and cannot go out now: much may have changed since it was added."""
    if not (enclosures := letter.listed_enclosures):
        return []
    staff = withheld_staff(letter.customer)
    return [
        Refusal(f"Take away “{enclosure}”. {refusal.sentence}", refusal.paragraph)
        for enclosure in enclosures
        for refusal in check_stored_pdf(enclosure, letter.customer, staff)
    ]


def check_stored_pdf(enclosure: Enclosure, customer: Customer, staff: list[StaffMember]) -> list[Refusal]:
    """Refuse a stored file as `check_pdf` does, and one that is no longer what was enclosed."""
    try:
        with open_verified(enclosure.file, enclosure.sha256) as file:
            return check_pdf(file, customer, staff)
    except Altered:
        return [Refusal("Its file cannot be trusted. Enclose it again.")]


def check_pdf(file: IO[bytes], customer: Customer, staff: list[StaffMember]) -> list[Refusal]:
    """Refuse a file that is unfit, or that names any of the `staff`."""
    texts = read_once(file)
    if isinstance(texts, UnfitFile):
        return [Refusal(str(texts), "61.3", "file")]
    if named := sorted(find_staff_in_file(texts, customer, staff)):
        return [
            Refusal(
                f"This PDF names {', '.join(named)}, and names of our staff are withheld from this customer. Take that out, also of the properties of the file, and choose it again.",
                "21.3",
                "file",
            )
        ]
    return []


def withheld_staff(customer: Customer) -> list[StaffMember]:
    """Return the colleagues whom a letter to this customer does not name."""
    return list(StaffMember.objects.order_by("pk")) if has_names_withheld(customer) else []

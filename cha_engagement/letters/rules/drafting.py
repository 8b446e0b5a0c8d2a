from typing import Any

from cha_engagement.core.interfaces import desks
from cha_engagement.core.permissions import Permission
from cha_engagement.core.refusals import Refusal
from cha_engagement.customers.models import Customer
from cha_engagement.letters.enums import SignedAs
from cha_engagement.letters.interfaces import LetterKind, LetterReader
from cha_engagement.letters.models import Letter
from cha_engagement.letters.rendering.long_words import LONGEST_WORD, longest_word_length
from cha_engagement.staff.models import StaffMember

MAX_LINES = 300
MAX_MARKS = 300
MARKS = "*_>"


def may_draft(
    user: StaffMember, kind: LetterKind, about: Any, letter: Letter | None = None
) -> Refusal | None:
    if not user.has_perm(Permission.ISSUE_LETTERS):
        return Refusal("Only managers, and the Executive Team for appeals, write these letters.", "61")
    return kind.may_write(user, about, letter)


def may_write(user: StaffMember, letter: Letter) -> Refusal | None:
    """Let whoever may draft such a letter edit, issue and replace it."""
    return may_draft(user, letter.letter_kind, letter.letter_kind.about(letter), letter)


def may_write_general_letter(
    user: StaffMember, customer: Customer, letter: Letter | None = None
) -> Refusal | None:
    """Let whoever reads all letters write: a letter that somebody begins another may have to finish. Policy §61."""
    if not user.has_perm(Permission.READ_LETTERS):
        return Refusal("Only managers write letters about other matters.", "61")
    return None


def check_length(body: str) -> list[Refusal]:
    """Refuse a text longer than any letter: it would keep everybody waiting while its PDF is made."""
    if body.count("\n") > MAX_LINES or sum(map(body.count, MARKS)) > MAX_MARKS:
        return [
            Refusal(
                "This is too much for a letter. Leave out some lines, or some bold words.", "61.3", "body"
            )
        ]
    if (longest := longest_word_length(body)) > LONGEST_WORD:
        return [
            Refusal(
                f"This has a word of {longest} characters. Put spaces into it, or leave it out: a letter may have words of up to {LONGEST_WORD}.",
                "61.3",
                "body",
            )
        ]
    return []


def check_signatory(
    customer: Customer, signatory: StaffMember, signed_as: str, *, names_withheld: bool, from_panel: bool
) -> list[Refusal]:
    """Refuse somebody who should not sign a letter to this customer, from whom names may be withheld. A team's letter names nobody.

    Policy §21.3, 58, 60.
    """
    if signed_as == SignedAs.TEAM:
        return []
    if not signatory.is_active:
        return [Refusal(f"{signatory} no longer works here. Choose somebody else to sign.", "", "signatory")]
    if signatory.has_perm(Permission.HEAR_NAMED_APPEALS) and not from_panel:
        return [
            Refusal(f"{signatory} is here for one appeal. Choose somebody else to sign.", "60", "signatory")
        ]
    if names_withheld:
        return [
            Refusal("Names of staff are withheld from this customer: let the team sign.", "21.3", "signed_as")
        ]
    answers = (desk.check_signatory(customer, signatory) for desk in desks(LetterReader))
    return next(filter(None, answers), [])

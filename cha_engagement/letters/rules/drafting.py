"""Who may write to a customer."""

from collections.abc import Iterator
from typing import Any

from cha_engagement.core.hub import LetterKind
from cha_engagement.core.refusals import Refusal
from cha_engagement.staff.models import StaffMember
from cha_engagement.staff.queries import present_staff, staff_with_permission

from ..models import Letter
from ..queries import second_reader
from ..rendering.long_words import LONGEST, longest_word

MOST_LINES = 300
MOST_MARKS = 300
MARKS = "*_>"


def may_draft(
    user: StaffMember, kind: LetterKind, about: Any, letter: Letter | None = None
) -> Refusal | None:
    if not user.has_perm("letters.issue_letter"):
        return Refusal("Only managers, and the Executive Team for appeals, write these letters.", "61")
    return kind.may_write(user, about, letter)


def may_issue(user: StaffMember, letter: Letter) -> Refusal | None:
    return may_draft(user, letter.letter_kind, letter.letter_kind.about(letter), letter)


def fits(body: str) -> Refusal | None:
    """What is longer than any letter would keep everybody waiting while its PDF is made."""
    if body.count("\n") > MOST_LINES or sum(map(body.count, MARKS)) > MOST_MARKS:
        return Refusal(
            "This is too much for a letter. Leave out some lines, or some bold words.", "61.3", "body"
        )
    if (longest := longest_word(body)) > LONGEST:
        return Refusal(
            f"This has a word of {longest} characters. Put spaces into it, or leave it out: a letter may have words of up to {LONGEST}.",
            "61.3",
            "body",
        )
    return None


def unsaid(title: str, language: str, translated_by: str) -> Iterator[Refusal]:
    """What its reader must know of an enclosure. Policy §9, 61.3."""
    if not (title or language):
        yield Refusal("Say what it is or, of a translation of the letter, the language.", "61.3", "title")
    if language and not translated_by:
        yield Refusal("Say who translated it.", "9", "translated_by")
    if translated_by and not language:
        yield Refusal("Say in which language it is.", "9", "language")


def may_enclose(user: StaffMember, letter: Letter) -> Refusal | None:
    """What is put beside an issued letter nobody reads after them: whoever wrote or issued it leaves it to somebody who is there. B36."""
    if refusal := may_issue(user, letter):
        return refusal
    wrote = second_reader.writers(letter)
    if letter.issued_at is None or user.pk not in wrote:
        return None
    others = present_staff(staff_with_permission("letters.issue_letter")).exclude(pk__in=wrote)
    if other := next((one for one in others if not may_issue(one, letter)), None):
        return Refusal(
            f"You wrote or issued this letter, so somebody else reads a translation and attaches it: {other} is there.",
            "B36",
        )
    return None


may_edit = may_replace = may_issue


def may_send(user: StaffMember, letter: Letter) -> Refusal | None:
    """Say why a letter is not to be sent: it is not theirs, or another that was issued has taken its place."""
    if refusal := may_issue(user, letter):
        return refusal
    if newer := letter.replaced_by.issued().first():
        then = refusal.sentence if (refusal := may_void(user, letter)) else "Withdraw it."
        return Refusal(f"{newer} takes the place of this letter: do not send it. {then}", "61")
    return None


def may_void(user: StaffMember, letter: Letter) -> Refusal | None:
    """What was issued before anybody else had read it is not gone before they have: it may be in somebody's hands. Beyond the policy: B36."""
    if refusal := may_issue(user, letter):
        return refusal
    if letter.issued_at and second_reader.is_waiting(letter):
        return Refusal(
            "It was issued before anybody else had read it. Ask whoever reads it now to send it back: that withdraws it.",
            "B36",
        )
    return None

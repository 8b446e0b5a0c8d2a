"""The kind of letter that is about anything, to any customer."""

from collections.abc import Iterator
from typing import Any

from cha_engagement.core.permissions import Permission
from cha_engagement.core.refusals import Refusal
from cha_engagement.customers.interfaces import Limit
from cha_engagement.customers.models import Customer
from cha_engagement.letters.interfaces import LetterKind
from cha_engagement.staff.models import StaffMember

from .wording.overreach import find_overreach

GENERAL = "general"


def may_write(user: StaffMember, customer: Customer, letter: Any = None) -> Refusal | None:
    """Let whoever reads all letters write: what one begins another may have to finish. Policy §61."""
    if not user.has_perm(Permission.READ_LETTERS):
        return Refusal("Only managers write letters about other matters.", "61")
    return None


def find_limits(text: str) -> Iterator[Limit]:
    for overreach in find_overreach([text]):
        refusal = Refusal(overreach.sentence, overreach.kind.paragraph)
        yield Limit(refusal, overreach.denies_right, overreach.is_plain)


GENERAL_LETTER = LetterKind(
    code=GENERAL,
    title="A letter from us",
    template="letters/general.md",
    may_write=may_write,
    about=lambda letter: letter.customer,
)

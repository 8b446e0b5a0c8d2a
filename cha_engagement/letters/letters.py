"""A letter about whatever it is, to any customer."""

from typing import Any

from cha_engagement import hub
from cha_engagement.customers.models import Customer
from cha_engagement.policy import Refusal
from cha_engagement.staff.models import StaffMember

GENERAL = "general"


def may_write(user: StaffMember, customer: Customer, letter: Any = None) -> Refusal | None:
    """Whoever writes letters and reads them all: what one begins another may have to finish. Policy §61."""
    if not user.has_perm("letters.view_letter"):
        return Refusal("Only managers write letters about other matters.", "61")
    return None


hub.letter_kind(
    hub.LetterKind(
        code=GENERAL,
        title="A letter from us",
        template="letters/general.md",
        may_write=may_write,
        about=lambda letter: letter.customer,
        free=True,
    )
)

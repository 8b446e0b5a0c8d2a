"""Interfaces by which apps above speak of a contact."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cha_engagement.customers.enums import Channel
from cha_engagement.customers.models import Customer
from cha_engagement.staff.models import StaffMember

if TYPE_CHECKING:
    from .models import Contact


@dataclass(frozen=True, slots=True)
class Question:
    """Something about a contact, and how it can be answered with one button: by what that says, the address it posts to.

    `pages` are those where more is asked, likewise. What nothing takes back is among the `final` answers, and asked once more. `place` is the id of
    the button of the first answer, to which a task leads.
    """

    text: str
    answers: dict[str, str]
    pages: dict[str, str] = field(default_factory=dict)
    final: frozenset[str] = frozenset()
    place: str = ""


class ContactPages:
    def contact_notes(self, customer: Customer) -> Sequence[str]:
        """Return what whoever logs a contact should know meanwhile, such as what is left of an allowance."""
        return ()

    def channels_closed_to(self, customer: Customer) -> Collection[Channel]:
        """Return the channels that are closed to a customer today, which whoever logs a contact by one should know."""
        return ()

    def contact_questions(self, contact: "Contact", user: StaffMember) -> Sequence[Question]:
        """Return what is to be said of a contact, and what was said."""
        return ()

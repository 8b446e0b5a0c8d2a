"""Letters about a record that were sent, or that somebody has in hand."""

from collections.abc import Iterable
from dataclasses import dataclass

from cha_engagement.staff.interfaces import Part

from ..enums import LetterStatus
from ..models import Letter

People = frozenset[tuple[Part, int]]


@dataclass(frozen=True, slots=True)
class LettersInHand:
    """Whether one of some letters `is_sent`, and the keys of those who have others on their list to finish or send (`holders`)."""

    is_sent: bool
    holders: frozenset[int]

    @property
    def in_nobodys_hand(self) -> People:
        """Return the parts of a ground that holds while nobody at work has such a letter in hand."""
        return frozenset((Part.IS_NOT_THERE, person) for person in self.holders)


def letter_holder(letter: Letter) -> int | None:
    """Return the key of whoever has a letter on their list to finish or send, while they are at work."""
    if letter.sent_on:
        return None
    holders = {LetterStatus.DRAFT: letter.drafted_by_id, LetterStatus.ISSUED: letter.issued_by_id}
    return holders.get(LetterStatus(letter.status))


def letters_in_hand(letters: Iterable[Letter]) -> LettersInHand:
    letters = list(letters)
    holders = {holder for letter in letters if (holder := letter_holder(letter))}
    return LettersInHand(any(letter.sent_on for letter in letters), frozenset(holders))

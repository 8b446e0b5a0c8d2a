"""Letters about a record that were sent, or that somebody has in hand."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations

from cha_engagement.staff.interfaces import Part, People, people_with_part

from ..enums import LetterStatus
from ..models import Letter


@dataclass(frozen=True, slots=True)
class LettersInHand:
    """Answer for some letters together: one `is_sent`, and `holders` are the keys of those who have others on their list to finish or send."""

    is_sent: bool
    holders: frozenset[int]

    @property
    def absent_holders(self) -> People:
        """Return the parts of a ground that holds while nobody at work has such a letter in hand."""
        return people_with_part(Part.ABSENT, self.holders)


def letter_holder(letter: Letter) -> int | None:
    """Return the key of whoever has a letter on their list to finish or send. It waits with them while they are at work, as a ground says."""
    if letter.sent_on:
        return None
    holders = {LetterStatus.DRAFT: letter.drafted_by_id, LetterStatus.ISSUED: letter.issued_by_id}
    return holders.get(LetterStatus(letter.status))


def letters_in_hand(letters: Iterable[Letter]) -> LettersInHand:
    letters = list(letters)
    holders = {holder for letter in letters if (holder := letter_holder(letter))}
    return LettersInHand(any(letter.sent_on for letter in letters), frozenset(holders))


def ways_in_hand(letters: Iterable[Letter]) -> Iterator[tuple[list[Letter], People]]:
    """Yield each way in which those who have letters in hand are at work or not: the letters that count then, and the parts of a ground.

    A letter counts once it is sent, and while whoever has it in hand is at work.
    """
    letters = list(letters)
    holders = letters_in_hand(letters).holders
    for count in range(len(holders) + 1):
        for present in combinations(sorted(holders), count):
            counted = [letter for letter in letters if letter.sent_on or letter_holder(letter) in present]
            absent = people_with_part(Part.ABSENT, holders.difference(present))
            yield counted, people_with_part(Part.PRESENT, present) | absent

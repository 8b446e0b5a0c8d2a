"""The kind of letter that is about anything, to any customer."""

from collections.abc import Iterator

from cha_engagement.core.refusals import Refusal
from cha_engagement.customers.interfaces import Limit
from cha_engagement.letters.interfaces import LetterKind

from .rules.drafting import may_write_general_letter
from .wording.overreach import find_overreach

GENERAL = "general"


def find_limits(text: str) -> Iterator[Limit]:
    for overreach in find_overreach([text]):
        refusal = Refusal(overreach.sentence, overreach.kind.paragraph)
        yield Limit(refusal, overreach.denies_right, overreach.is_plain)


GENERAL_LETTER = LetterKind(
    code=GENERAL,
    title="A letter from us",
    may_write=may_write_general_letter,
    about=lambda letter: letter.customer,
)

from dataclasses import dataclass

from cha_engagement.letters.models import Letter
from cha_engagement.letters.rendering.placeholders import PlaceholderTexts, filled_text, placeholder_texts
from cha_engagement.letters.wording import findings
from cha_engagement.letters.wording.overreach import Overreach
from cha_engagement.letters.wording.own_words import find_letter_overreach


@dataclass(frozen=True, slots=True)
class ParsedLetter:
    """A letter as it would be read now: what its places say, its text with them filled in, and what was found in it."""

    said: PlaceholderTexts
    text: str
    found: findings.Findings
    overreach: list[Overreach]


def parse_letter(letter: Letter) -> ParsedLetter:
    said = placeholder_texts(letter)
    text = filled_text(letter, said)
    found = findings.examine_text(letter.customer, text, letter.title, *map(str, letter.enclosed))
    return ParsedLetter(said, text, found, find_letter_overreach(letter))

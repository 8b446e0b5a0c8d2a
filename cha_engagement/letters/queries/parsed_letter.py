from dataclasses import dataclass

from cha_engagement.letters.models import Letter
from cha_engagement.letters.rendering.placeholders import PlaceholderTexts, filled_text, placeholder_texts
from cha_engagement.letters.wording.findings import TextFindings, examine_text
from cha_engagement.letters.wording.overreach import Overreach
from cha_engagement.letters.wording.own_words import find_letter_overreach


@dataclass(frozen=True, slots=True)
class ParsedLetter:
    """A letter as it would be read now: the texts of its placeholders, its text with them filled in, and what was found in it."""

    placeholders: PlaceholderTexts
    text: str
    findings: TextFindings
    overreach: list[Overreach]


def parse_letter(letter: Letter) -> ParsedLetter:
    placeholders = placeholder_texts(letter)
    text = filled_text(letter, placeholders)
    findings = examine_text(letter.customer, text, letter.title, *map(str, letter.listed_enclosures))
    return ParsedLetter(placeholders, text, findings, find_letter_overreach(letter))

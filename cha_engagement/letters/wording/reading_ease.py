import re
from typing import Any

from cha_engagement.letters.rendering.markdown import text_blocks

SENTENCE_END = re.compile(r"(?<=[.!?:])\s+|(?<=[.!?][\"”’)])\s+")


VOWELS = re.compile(r"[aeiouyà-öø-ÿ]+")


SILENT_E = re.compile(r"(?<![^aeiouy]l)(?:(?<=[^aeiouy])e|(?<=[^aeiouysxzcgh])es|(?<=[^aeiouytd])ed)$")


LONGEST_SHOWN = 3


EASE_IN_WORDS = (
    (70, "easy to read"),
    (60, "plain English"),
    (50, "fairly hard to read"),
    (0, "hard to read"),
)
"""What Flesch's figure means, from its lowest value on."""


def reading_ease_context(text: str) -> dict[str, Any]:
    """What `templates/letters/check.html` shows of it."""
    said = prose_sentences(text)
    figure = reading_ease(said)
    return {
        "ease": figure,
        "ease_means": next(words for least, words in EASE_IN_WORDS if figure >= least),
        "longest": longest_sentences(said),
    }


def prose_sentences(text: str) -> list[str]:
    """The sentences of a text; its headings are none."""
    prose = (" ".join(block.words.split()) for block in text_blocks(text) if not block.is_heading)
    return [said for block in prose for said in SENTENCE_END.split(block) if WORD.search(said)]


def longest_sentences(said: list[str]) -> list[tuple[str, int]]:
    """The longest sentences with how many words they have, the longest first."""
    counted = [(one, len(WORD.findall(one))) for one in dict.fromkeys(said)]
    return sorted(counted, key=lambda one: -one[1])[:LONGEST_SHOWN]


def reading_ease(said: list[str]) -> int:
    """Flesch's reading ease, from 0, hard, to 100, easy."""
    words = [word for one in said for word in WORD.findall(one)]
    if not words:
        return 100
    figure = 206.835 - 1.015 * len(words) / len(said) - 84.6 * sum(map(count_syllables, words)) / len(words)
    return min(max(round(figure), 0), 100)


def count_syllables(word: str) -> int:
    """How many syllables an English word has, by its groups of vowels, an e that is not heard left out."""
    word = word.lower()
    return max(len(VOWELS.findall(word)) - bool(SILENT_E.search(word)), 1)


WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")

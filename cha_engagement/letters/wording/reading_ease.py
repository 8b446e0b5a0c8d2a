"""Tell how easily a text reads, by Flesch's figure and its longest sentences. Policy §61.3."""

import re
from typing import Any

from cha_engagement.letters.rendering.markdown import text_blocks

WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
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
"""The meaning of Flesch's figure, from its lowest value on."""


def reading_ease_context(text: str) -> dict[str, Any]:
    """Return what `templates/letters/check.html` shows of it."""
    sentences = prose_sentences(text)
    figure = reading_ease(sentences)
    return {
        "ease": figure,
        "ease_in_words": next(words for least, words in EASE_IN_WORDS if figure >= least),
        "longest_sentences": longest_sentences(sentences),
    }


def prose_sentences(text: str) -> list[str]:
    """Return the sentences of a text without its headings."""
    prose = (" ".join(block.words.split()) for block in text_blocks(text) if not block.is_heading)
    return [sentence for block in prose for sentence in SENTENCE_END.split(block) if WORD.search(sentence)]


def longest_sentences(sentences: list[str]) -> list[tuple[str, int]]:
    """Return the longest sentences with how many words they have, the longest first."""
    counted = [(sentence, len(WORD.findall(sentence))) for sentence in dict.fromkeys(sentences)]
    return sorted(counted, key=lambda pair: -pair[1])[:LONGEST_SHOWN]


def reading_ease(sentences: list[str]) -> int:
    """Return Flesch's reading ease, from 0, hard, to 100, easy."""
    words = [word for sentence in sentences for word in WORD.findall(sentence)]
    if not words:
        return 100
    syllables = sum(map(count_syllables, words))
    figure = 206.835 - 1.015 * len(words) / len(sentences) - 84.6 * syllables / len(words)
    return min(max(round(figure), 0), 100)


def count_syllables(word: str) -> int:
    """Count the syllables of an English word by its groups of vowels, an e that is not heard left out."""
    word = word.lower()
    return max(len(VOWELS.findall(word)) - bool(SILENT_E.search(word)), 1)

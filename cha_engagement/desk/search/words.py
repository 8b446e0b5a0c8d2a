"""Fold what records say to words that can be compared, and show found words in their sentence.

Records and what is typed go through the same folding: accents, case and apostrophes make no difference, nor does the form of an English
word: threatened, threats and threatening are one.
"""

import re
from collections.abc import Collection, Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from cha_engagement.customers.folding import transliterate

MOST_WORDS = 8  # of those that are typed
LONGEST_WORD = 40  # characters that tell one from another
SHORTEST_STEM = 3
ENDINGS = ("ment", "ing", "ed", "en", "ly", "s", "e")
VOWELS = set("aeiouy")
SENTENCE_END = re.compile(r"(?<=[.!?])\s+|\s*\n+\s*(?:- )?")
FOLDED_WORD = re.compile("[0-9a-z]+")
WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
LONGEST_SHOWN = 240  # characters of a sentence
AROUND = 80  # characters before the first found word of a longer one


class Piece(NamedTuple):
    """A part of a sentence, and whether it is a found word."""

    text: str
    is_found: bool


def fold_words(text: str) -> list[str]:
    """Return the words of a text, folded, each once."""
    plain = transliterate(text).replace("'", "")
    return list(dict.fromkeys(map(stem, FOLDED_WORD.findall(plain))))


def join_words(texts: Iterable[str]) -> str:
    """Return the words of some texts with a space before and behind each."""
    words = dict.fromkeys(word for text in texts for word in fold_words(text))
    return f" {' '.join(words)} " if words else ""


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """Return what all forms of an English word share, which need be no word. What has digits stays as it is."""
    word = word[:LONGEST_WORD]
    if not word.isalpha():
        return word
    while (shorter := shorten(word)) != word:
        word = shorter
    return f"{word[:-1]}i" if word.endswith("y") else word


def shorten(word: str) -> str:
    """Take one ending off a word, or one of two equal consonants at its end, where enough is left."""
    for ending in ENDINGS:
        rest = word.removesuffix(ending)
        if rest != word and is_long_enough(rest) and not word.endswith(("us", "is", "ss")):
            return rest
    if word.endswith("tion") and is_long_enough(word[:-3]):
        return word[:-3]
    is_doubled = len(word) > SHORTEST_STEM and word[-1] == word[-2] and word[-1] not in VOWELS
    return word[:-1] if is_doubled else word


def is_long_enough(rest: str) -> bool:
    return len(rest) >= SHORTEST_STEM and not VOWELS.isdisjoint(rest)


def typed_words(text: str) -> list[str]:
    """Return the words to look for, of what was typed; none where hardly anything was."""
    words = fold_words(text)[:MOST_WORDS]
    return words if any(len(word) > 1 for word in words) else []


@lru_cache(maxsize=50_000)
def fold_word(word: str) -> tuple[str, ...]:
    """Return what one word of a text is folded to, which may be several."""
    return tuple(fold_words(word))


def is_found(word: str, words: Collection[str]) -> bool:
    return any(folded in words for folded in fold_word(word))


def sentences_with_words(texts: Iterable[str], words: Collection[str]) -> Iterator[tuple[set[str], str]]:
    """Yield each sentence that has some of the words, with these, up to the first that has all."""
    wanted = set(words)
    for text in texts:
        for sentence in SENTENCE_END.split(text.strip()):
            if common := wanted.intersection(fold_words(sentence)):
                yield common, sentence
            if common == wanted:
                return


def marked_sentences(texts: Iterable[str], words: Collection[str]) -> list[list[Piece]]:
    """Return the sentence that has most of the words, and another where it has more of them, each in pieces."""
    found = list(sentences_with_words(texts, words))
    chosen: list[str] = []
    missing = set(words)
    while len(chosen) < 2 and missing:
        # Of several the first, as it stands first in the record too.
        best, sentence = max(found, key=lambda pair: len(pair[0] & missing), default=(set(), ""))
        if not best & missing:
            break
        chosen.append(sentence)
        missing -= best
    return [mark(shorten_sentence(sentence, words), words) for sentence in chosen]


def shorten_sentence(sentence: str, words: Collection[str]) -> str:
    """Return a sentence, or of a long one what stands around the first found word."""
    if len(sentence) <= LONGEST_SHOWN:
        return sentence
    places = (match.start() for match in WORD.finditer(sentence) if is_found(match[0], words))
    start = max(0, next(places, 0) - AROUND)
    end = start + LONGEST_SHOWN
    part = sentence[start:end]
    if start:
        part = f"… {part.partition(' ')[2] or part}"
    return f"{part.rpartition(' ')[0] or part} …" if end < len(sentence) else part


def mark(sentence: str, words: Collection[str]) -> list[Piece]:
    pieces: list[Piece] = []
    end = 0
    for match in WORD.finditer(sentence):
        if is_found(match[0], words):
            pieces += [Piece(sentence[end : match.start()], False), Piece(match[0], True)]
            end = match.end()
    return [piece for piece in (*pieces, Piece(sentence[end:], False)) if piece.text]

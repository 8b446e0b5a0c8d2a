"""Find words in all their forms: what begins as *bully* is found as *bullied* and *bullying* too."""

import re
from collections.abc import Collection, Iterable, Iterator
from functools import lru_cache

import snowballstemmer

WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
REPORTING = r"(?:sa(?:id|ys?)|call(?:s|ed|ing)?|words?|wrote|told|shout(?:s|ed)?|ask(?:s|ed)?|means|read|terms?|felt|described)"
QUOTE = r"[\"“][^\"”\n]*[\"”]"
REPORTED = re.compile(
    rf"\b{REPORTING}\b[^.!?\n\"“]*{QUOTE}|{QUOTE}(?=[^.!?\n]*\b{REPORTING}\b)"
    r"|\bcall(?:s|ed|ing)? (?:our|a|your|my|the|him|her|them|us|me)\b(?: \w+){0,3} an? \w+",
    re.IGNORECASE,
)
"""What somebody said, as a letter reports it: in quotes, or as what they called a colleague."""


PERSON = re.compile(
    r"\b(?:you\w*|ye|he|she|him|his|her|hers|himself|herself|they|them|their|tenant|customer|caller|person|people|anyone|anybody|woman|man|m(?:r|rs|s|iss)"
    r"|conduct|behaviou?r|language|attitude|contact|calls?|letters?|emails?)\b",
    re.IGNORECASE,
)
"""Whom, or whose conduct, a sentence is about: one without any of these speaks of things, or of ourselves."""
SENTENCE_END = re.compile(r"(?<=[.!?])\s+|\n\s*\n")
MOST_WORDS = 10_000  # whose stems are remembered
SHORT = 6  # words: what is left out of a sentence so short is its subject


def find_forms(phrases: Collection[str], text: str) -> Iterator[tuple[str, str]]:
    """Yield each phrase that stands in a text in any form of its words, and its first place there as it is written.

    One word is looked for in sentences about somebody alone, and nothing in what they report that somebody said.
    """
    stems_of = {phrase: join_stems(WORD.findall(phrase)) for phrase in phrases}
    sentences = [
        (sentence, words, join_stems(word[0] for word in words))
        for sentence in SENTENCE_END.split(REPORTED.sub(" … ", text))
        if (words := list(WORD.finditer(sentence)))
    ]
    for phrase, stems in stems_of.items():
        length = stems.count(" ") - 1
        for sentence, words, sentence_stems in sentences:
            place = sentence_stems.find(stems)
            if place >= 0 and (length > 1 or len(words) <= SHORT or PERSON.search(sentence)):
                first = sentence_stems.count(" ", 0, place)
                found = sentence[words[first].start() : words[first + length - 1].end()]
                yield phrase, " ".join(found.split())
                break


def join_stems(words: Iterable[str]) -> str:
    """Return the stems of words in a row, with a space around each."""
    return f" {' '.join(find_stem(word.casefold()) for word in words)} "


@lru_cache(MOST_WORDS)
def find_stem(word: str) -> str:
    """Return the stem of a word. To find one takes long, and letters say the same words again and again."""
    # A stemmer of its own: it keeps what it works on, and threads would share that.
    return snowballstemmer.stemmer("english").stemWord(word)

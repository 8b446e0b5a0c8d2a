"""Find words of staff that do what only a record may do: deny a complaint, bind a household, close a channel. Policy §53, 54; B2, B5, B36.

It is a short list, read sentence by sentence. It reads what staff wrote themselves: never our standard paragraphs.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from django.utils.text import Truncator

from cha_engagement.core.lookalikes import latin_readings
from cha_engagement.customers.enums import AlwaysOpen, Channel

from .overreach_patterns import CHANNELS, HARMLESS, PATTERNS, ROOTS

LATIN_LETTER = re.compile(r"[a-z]")
# Figures that stand in for letters.
FIGURES = str.maketrans("01345@$", "oleasas")
APOSTROPHES = str.maketrans("’ʼ‘`´", "'''''")
CONTRACTIONS = ((r"\bcan't\b|\bcannot\b|\bcant\b", "can not"), (r"\bwon't\b", "will not"), (r"n't\b", " not"))
SENTENCE_END = re.compile(r"(?<=[.!?])\s+|\n\s*\n")
SPACED_OUT = re.compile(r"(?:\b[a-z]\b\W*){5,}")
# Begins where a word does, and gives nothing back: it takes no longer than the text is long.
BROKEN_WORD = re.compile(r"(?<![^\W_])[^\W_]++(?:(?:_*+-\s*+_*+|[.·_*~/|+]++)[^\W_]++)++")
LONGEST_QUOTE = 120  # characters
SHORTEST_SENTENCE = 3  # words: a shorter one is read with its neighbours
FEWEST_FOREIGN = 5  # words in small letters: names and addresses have fewer
ENGLISH = frozenset(
    [
        "a",
        "an",
        "and",
        "are",
        "as",
        "at",
        "be",
        "by",
        "can",
        "do",
        "for",
        "from",
        "has",
        "have",
        "he",
        "her",
        "him",
        "his",
        "how",
        "i",
        "if",
        "in",
        "is",
        "it",
        "me",
        "my",
        "no",
        "not",
        "of",
        "on",
        "or",
        "our",
        "please",
        "she",
        "so",
        "that",
        "the",
        "their",
        "them",
        "there",
        "they",
        "this",
        "to",
        "until",
        "up",
        "us",
        "was",
        "we",
        "were",
        "what",
        "when",
        "where",
        "which",
        "who",
        "will",
        "with",
        "would",
        "you",
        "your",
    ]
)
"""Words one of which stands among any `FEWEST_FOREIGN` words of English."""


@dataclass(frozen=True, slots=True)
class OverreachKind:
    """Something that words may not do: `instead` says where it belongs, `paragraph` by which paragraph of the policy."""

    instead: str
    paragraph: str


KINDS = {
    "complaint": OverreachKind(
        "Only “Limited use of the complaints process” limits complaints, and only a Management Team member decides on it.",
        "54",
    ),
    "appeal": OverreachKind("An appeal against a restriction is always open.", "22"),
    "ombudsman": OverreachKind("The ombudsman is always open.", "B2"),
    "emergency": OverreachKind("Emergencies are always open.", "B2"),
    "safety": OverreachKind("We always listen to reports of danger.", "B2"),
    "adjustment": OverreachKind("Asking for an adjustment is always open.", "9"),
    "information": OverreachKind("Asking for information is always open.", "B2"),
    "spoken_for": OverreachKind("They can always have somebody speak for them.", "B2"),
    "repairs": OverreachKind("Repairs go on, whatever else is decided.", "B2"),
    "household": OverreachKind(
        "What is decided about one customer binds nobody else in their household.", "B5"
    ),
    "contact": OverreachKind("Only a restriction closes a way of contact, and it names which.", "21.1"),
    "lasting": OverreachKind("Its last day and its reviews say how long something lasts.", "23"),
    "undoing": OverreachKind("A letter cannot take back what it says elsewhere.", "B3"),
    "right": OverreachKind("No right is taken away by words.", "53"),
    "unread": OverreachKind("Everything that comes is read: somebody may be in danger.", "B2"),
    "unanswered": OverreachKind("Say which restriction this rests on.", "21"),
    "forbidding": OverreachKind("What is restricted is said by a restriction.", "21"),
    "warning": OverreachKind("Only a manager takes a warning off, by deciding what follows.", "24"),
    "indirect": OverreachKind(
        "This may take something away: a restriction says what is limited, and until when.", "21"
    ),
    "language": OverreachKind("This is not in English, so it has not been checked here.", "B36"),
}
SOFT_KINDS = ("unanswered", "forbidding", "indirect", "language")
"""Kinds that a restriction may have in its words: to forbid is what it is for."""
STAFF_ONLY_KINDS = ("warning",)
"""Kinds that count in what staff read alone: a customer may well be told that they need not speak to a manager."""
RIGHTS_KINDS = (
    *AlwaysOpen.values,
    "household",
    "right",
    "unread",
    *STAFF_ONLY_KINDS,
)
"""Kinds that no words may have, whoever writes them, a warning to colleagues among them: repairs too, where nothing else can be meant."""


@dataclass(frozen=True, slots=True)
class Overreach:
    """Words that may do what only a record may; `is_plain` where they can hardly mean anything else. `channels` are those they close."""

    code: str
    words: str
    is_plain: bool = False
    channels: frozenset[Channel] = field(default=frozenset())

    @property
    def kind(self) -> OverreachKind:
        return KINDS[self.code]

    @property
    def denies_right(self) -> bool:
        return self.code in RIGHTS_KINDS or (self.code == "repairs" and self.is_plain)

    @property
    def sentence(self) -> str:
        """Return what is wrong with the words, and where that belongs."""
        return f"“{self.words}” {self.kind.instead}"


def find_overreach(texts: Iterable[str]) -> list[Overreach]:
    """Return what these texts of staff do that only a record may, each kind once for each sentence that does it."""
    return list(dict.fromkeys(overreach for text in texts for overreach in find_in_text(text)))


def find_in_text(text: str) -> Iterator[Overreach]:
    for folded in fold_text(text):
        for spaced in SPACED_OUT.findall(folded):
            if ROOTS.search(re.sub(r"\W", "", spaced)):
                yield Overreach("undoing", quote(spaced), is_plain=True)
    for paragraph in filter(is_foreign, re.split(r"\n\s*\n", text)):
        yield Overreach("language", quote(paragraph))
    for sentence in split_sentences(text):
        for folded in fold_text(sentence):
            for code, is_plain, channels in find_in_sentence(folded):
                yield Overreach(code, quote(sentence), is_plain, channels)


def quote(sentence: str) -> str:
    """Return the sentence on one line, cut where it is long."""
    return Truncator(" ".join(sentence.split())).chars(LONGEST_QUOTE)


def fold_text(text: str) -> Iterator[str]:
    """Yield the text in small Latin letters, in each way of reading it, without contractions and what cannot be seen."""
    visible = (
        mark for mark in unicodedata.normalize("NFKD", text) if unicodedata.category(mark) not in ("Cf", "Mn")
    )
    for reading in latin_readings("".join(visible).casefold().translate(APOSTROPHES)):
        folded = re.sub(r"\w+", replace_figures, reading)
        for contraction, words in CONTRACTIONS:
            folded = re.sub(contraction, words, folded)
        yield BROKEN_WORD.sub(join_broken_word, folded)


def replace_figures(word: re.Match[str]) -> str:
    """Return a word without figures that stand in for letters; a number stays as it is."""
    return word[0].translate(FIGURES) if LATIN_LETTER.search(word[0]) else word[0]


def join_broken_word(broken: re.Match[str]) -> str:
    """Join a word that was taken apart, where it is one that we look for."""
    joined = re.sub(r"\W|_", "", broken[0])
    return joined if ROOTS.search(joined) else re.sub(r"\W|_", " ", broken[0])


def split_sentences(text: str) -> list[str]:
    """Split a text into sentences; very short ones go with the one before, so that nothing hides between two full stops."""
    result: list[str] = []
    for sentence in filter(str.strip, SENTENCE_END.split(text)):
        is_short = len(re.findall(r"\w+", sentence)) < SHORTEST_SENTENCE
        if result and (is_short or len(re.findall(r"\w+", result[-1])) < SHORTEST_SENTENCE):
            result[-1] += f" {sentence}"
        else:
            result.append(sentence)
    return result


def find_in_sentence(folded: str) -> Iterator[tuple[str, bool, frozenset[Channel]]]:
    """Yield the code of each kind of overreach in a sentence, whether it is plain, and the channels that it closes."""
    words = all_words = " ".join(re.findall(r"[a-z0-9']+", folded))
    for harmless in HARMLESS:
        words = harmless.sub(lambda match: match.groupdict().get("kept", ""), words)
    words = " ".join(words.split())
    for code in KINDS:
        # "Need not" is harmless before a right, and not before a warning.
        searched = all_words if code in STAFF_ONLY_KINDS else words
        matches = [
            is_plain for kind, pattern, is_plain in PATTERNS if kind == code and pattern.search(searched)
        ]
        if matches:
            yield code, any(matches), frozenset(find_channels(words)) if code == "contact" else frozenset()


def is_foreign(paragraph: str) -> bool:
    """Return whether a paragraph is in another language than English, which the list cannot read."""
    words = re.findall(r"[^\W\d_]+", paragraph)
    small_words = [word for word in words if word.islower()]
    return len(small_words) >= FEWEST_FOREIGN and ENGLISH.isdisjoint(map(str.casefold, words))


def find_channels(words: str) -> Iterator[Channel]:
    for channel, pattern in CHANNELS.items():
        if re.search(rf"\b{pattern}\b", words):
            yield channel

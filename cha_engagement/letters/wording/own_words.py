"""The own words of a letter, without our standard sentences and placeholders, and where they reach too far."""

import re
from calendar import month_name
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from datetime import date

from dateutil.relativedelta import relativedelta
from django.template import Engine

from cha_engagement.customers.enums import Channel
from cha_engagement.letters.models import Letter
from cha_engagement.letters.queries.channels import channels_closed_by_decision
from cha_engagement.letters.rendering.markdown import PLACEHOLDER, normalise, text_blocks
from cha_engagement.organisation import calendar

from .overreach import SENTENCE_END, STAFF_ONLY_KINDS, Overreach, find_channels, find_overreach
from .overreach_patterns import CHANNELS

INCLUDE = re.compile(r'\{%\s*include\s+"(letters/[\w/]+\.md)".*?%\}')
TEMPLATE_TAG = re.compile(r"\{%.*?%\}")
MONTHS = [name.casefold() for name in month_name[1:]]
CHANNEL_WORDS = "|".join(CHANNELS.values())
# A sentence that says this and nothing else: which channels, and until when.
RESTATEMENT = re.compile(
    r"(?:please )?(?:for now )?(?:you (?:may|must|can|should) (?:not|no longer)|(?:please )?do not)"
    rf" (?P<channels>(?:come to|use|{CHANNEL_WORDS})(?: (?:to|at|by|or|and|us|our|the|{CHANNEL_WORDS}))*)"
    rf"(?: for now)?(?: until (?:the end of )?(?P<day>\d{{1,2}}) (?P<month>{'|'.join(MONTHS)})(?: (?P<year>\d{{4}}))?)?"
)


def own_words(letter: Letter, known_sentences: Collection[str] = ()) -> str:
    """Return the words of staff: the subject, the text, and the names of what is enclosed, a paragraph each. Empty where all is standard.

    Sentences that are `known` are left out too.
    """
    paragraphs = [
        letter.subject,
        *paragraphs_in_own_words(letter.body, standard_sentences(letter).union(known_sentences)),
        *map(str, letter.enclosures.all()),
    ]
    return "\n\n".join(filter(None, paragraphs))


def added_words(letter: Letter) -> str:
    """Return the own words of a letter and of the records that it was first written from, but for what is closed to its reader anyway.

    What a panel wrote in its records was a second look already; a change of it is read, however small: one letter makes *neither* of
    *either*, and no list knows which do.
    """
    closed = channels_closed_by_decision(letter) or {}
    known_sentences = {
        sentence for sentence in normalised_sentences(letter.body) if is_restatement(sentence, closed)
    }
    if letter.letter_kind.from_panel:
        known_sentences |= normalised_sentences(first_body(letter))
    return own_words(letter, known_sentences)


def first_body(letter: Letter) -> str:
    """Return the body that a letter began with: of one that puts others right, the body of the first of them."""
    original = letter
    while original.replaces:
        original = original.replaces
    return original.history.earliest("sequence").body


def paragraphs_in_own_words(body: str, standard: set[str]) -> Iterator[str]:
    """Yield each paragraph without its standard sentences. A list goes with the words that lead to it."""
    lead = ""
    for block in text_blocks(remove_placeholders(body)):
        words = " ".join(
            sentence for sentence in split_sentences(block.words) if normalise(sentence) not in standard
        )
        if block.mark and lead:
            lead += f" {words},"
            continue
        if lead:
            yield lead
        lead = words if words.endswith(":") else ""
        if words and not lead:
            yield words
    if lead:
        yield lead


def standard_sentences(letter: Letter) -> set[str]:
    """Return the sentences that a letter of this kind begins with, whatever it is about."""
    source = TEMPLATE_TAG.sub("\n\n", template_source(letter.letter_kind.template))
    sentences = {sentence for sentence in normalised_sentences(source) if "{{" not in sentence}
    return sentences | {normalise(f"Dear {letter.customer.name}")}


def normalised_sentences(text: str) -> set[str]:
    return {
        normalise(sentence)
        for block in text_blocks(remove_placeholders(text))
        for sentence in split_sentences(block.words)
    }


def template_source(template: str) -> str:
    source = Engine.get_default().get_template(template).source
    return INCLUDE.sub(lambda include: f"\n\n{template_source(include[1])}\n\n", source)


def remove_placeholders(text: str) -> str:
    return PLACEHOLDER.sub(lambda match: "" if match[1] else match[0], text)


def split_sentences(text: str) -> list[str]:
    return [sentence for sentence in SENTENCE_END.split(text) if sentence.strip()]


def find_letter_overreach(letter: Letter) -> list[Overreach]:
    """Return the own words of a letter that reach further than its records.

    A channel that is closed may be said to be. Said in other words, or of another time, that is read and not refused.
    """
    closed = channels_closed_by_decision(letter) or {}
    return [
        replace(overreach, is_plain=False) if closed and closes_nothing_more(overreach, closed) else overreach
        for overreach in find_overreach([own_words(letter)])
        if overreach.code not in STAFF_ONLY_KINDS and not is_restatement(overreach.words, closed)
    ]


def closes_nothing_more(overreach: Overreach, closed: Mapping[Channel, date | None]) -> bool:
    return overreach.code == "contact" and overreach.channels <= closed.keys()


def is_restatement(sentence: str, closed: Mapping[Channel, date | None]) -> bool:
    """Return whether a sentence asks a customer to leave alone what is closed to them, for no longer than it is, and says nothing else.

    Without a day it asks so for good.
    """
    match = RESTATEMENT.fullmatch(normalise(sentence).rstrip(".!"))
    if not match or not (channels := set(find_channels(match["channels"]))) or channels - closed.keys():
        return False
    if not match["day"]:
        return not any(closed[channel] for channel in channels)
    day, month, year = int(match["day"]), MONTHS.index(match["month"]) + 1, match["year"]
    try:
        until = date(int(year or calendar.today().year), month, day)
    except ValueError:
        return False
    if not year and until < calendar.today():
        until += relativedelta(years=1)
    last_days = (closed[channel] for channel in channels)
    return all(last_day is None or until <= last_day for last_day in last_days)

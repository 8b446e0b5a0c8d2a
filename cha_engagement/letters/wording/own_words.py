"""What staff wrote of a letter themselves, without our standard sentences and what is filled in, and where it reaches too far."""

import re
from calendar import month_name
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from datetime import date

from dateutil.relativedelta import relativedelta
from django.template import Engine

from cha_engagement.core import hub
from cha_engagement.core.refusals import Refusal
from cha_engagement.customers.enums import Channel
from cha_engagement.organisation import calendar

from ..models import Letter
from ..rendering.markdown import PLACE, blocks, normal
from .overreach import CHANNELS, SAID_TO_STAFF, SENTENCE_END, SOFT, Overreach, find_channels, find_overreach

INCLUDE = re.compile(r'\{%\s*include\s+"(letters/[\w/]+\.md)".*?%\}')
TAG = re.compile(r"\{%.*?%\}")
MONTHS = [name.casefold() for name in month_name[1:]]
WAYS = "|".join(CHANNELS.values())
# A sentence that says this and nothing else: which ways, and until when.
RESTATED = re.compile(
    r"(?:please )?(?:for now )?(?:you (?:may|must|can|should) (?:not|no longer)|(?:please )?do not)"
    rf" (?P<ways>(?:come to|use|{WAYS})(?: (?:to|at|by|or|and|us|our|the|{WAYS}))*)"
    rf"(?: for now)?(?: until (?:the end of )?(?P<day>\d{{1,2}}) (?P<month>{'|'.join(MONTHS)})(?: (?P<year>\d{{4}}))?)?"
)


def own_words(letter: Letter, known: Collection[str] = ()) -> str:
    """Return the words of staff: the subject, the text, and the names of what is enclosed, a paragraph each. Empty where all is standard.

    Sentences that are `known` are left out too.
    """
    texts = [
        letter.subject,
        *own_paragraphs(letter.body, standard_sentences(letter).union(known)),
        *map(str, letter.enclosures.all()),
    ]
    return "\n\n".join(filter(None, texts))


def added_words(letter: Letter) -> str:
    """Return what staff worded of it, in the letter or in the records that it was first written from.

    Not what is standard, nor what is closed to its reader anyway. What a panel wrote in its records was a second look already; a change of
    it is read, however small: one letter makes *neither* of *either*, and no list knows which do.
    """
    closed = closed_by_records(letter) or {}
    known = {sentence for sentence in sentences_of(letter.body) if restates(sentence, closed)}
    if letter.letter_kind.from_panel:
        known |= sentences_of(first_written(letter))
    return own_words(letter, known)


def first_written(letter: Letter) -> str:
    """Return the text that a letter was first written with; of one that puts another right, what that one was."""
    while letter.replaces:
        letter = letter.replaces
    return letter.history.earliest("sequence").body


def own_paragraphs(body: str, standard: set[str]) -> Iterator[str]:
    """Each paragraph without its standard sentences. A list goes with the words that lead to it."""
    lead = ""
    for block in blocks(without_places(body)):
        words = " ".join(sentence for sentence in split(block.words) if normal(sentence) not in standard)
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
    source = TAG.sub("\n\n", whole_source(letter.letter_kind.template))
    sentences = {sentence for sentence in sentences_of(source) if "{{" not in sentence}
    return sentences | {normal(f"Dear {letter.customer.name}")}


def sentences_of(text: str) -> set[str]:
    return {normal(sentence) for block in blocks(without_places(text)) for sentence in split(block.words)}


def whole_source(template: str) -> str:
    source = Engine.get_default().get_template(template).source
    return INCLUDE.sub(lambda include: f"\n\n{whole_source(include[1])}\n\n", source)


def without_places(text: str) -> str:
    return PLACE.sub(lambda place: "" if place[1] else place[0], text)


def split(text: str) -> list[str]:
    return [sentence for sentence in SENTENCE_END.split(text) if sentence.strip()]


def closed_by_records(letter: Letter) -> dict[Channel, date | None] | None:
    """Return the channels that records of ours close to a letter's reader, each until the last of them ends; None where nothing is decided."""
    found = [
        channels for source in hub.channels_closed_by_decision if (channels := source(letter)) is not None
    ]
    if not found:
        return None
    closed: dict[Channel, date | None] = {}
    for channel, last in (one for channels in found for one in channels.items()):
        known = closed.get(channel, last)
        closed[channel] = max(known, last) if known and last else None
    return closed


def find_in_letter(letter: Letter) -> list[Overreach]:
    """Return what staff wrote of it that reaches further than its records.

    A channel that is closed may be said to be. Said in other words, or of another time, that is read and not refused.
    """
    closed = closed_by_records(letter) or {}
    return [
        replace(found, is_plain=False) if closed and is_closed_anyway(found, closed) else found
        for found in find_overreach([own_words(letter)])
        if found.code not in SAID_TO_STAFF and not restates(found.words, closed)
    ]


def is_closed_anyway(found: Overreach, closed: Mapping[Channel, date | None]) -> bool:
    """Whether it closes no channel but those that are closed."""
    return found.code == "contact" and found.channels <= closed.keys()


def restates(sentence: str, closed: Mapping[Channel, date | None]) -> bool:
    """Whether a sentence asks a customer to leave alone what is closed to them, for no longer than it is, and says nothing else.

    Without a day it asks so for good.
    """
    said = RESTATED.fullmatch(normal(sentence).rstrip(".!"))
    if not said or not (ways := set(find_channels(said["ways"]))) or ways - closed.keys():
        return False
    if not said["day"]:
        return not any(closed[way] for way in ways)
    day, month, year = int(said["day"]), MONTHS.index(said["month"]) + 1, said["year"]
    try:
        until = date(int(year or calendar.today().year), month, day)
    except ValueError:
        return False
    if not year and until < calendar.today():
        until += relativedelta(years=1)
    return all(last is None or until <= last for last in map(closed.__getitem__, ways))


def check_overreach(letter: Letter, found: list[Overreach]) -> Iterator[Refusal]:
    """Refuse what a record does, or nothing may. A notice that waits for nobody says nothing of the kind at all."""
    for overreach in found:
        if overreach.is_plain or (letter.letter_kind.never_waits and overreach.code not in SOFT):
            limit = overreach.limit
            yield Refusal(f"“{overreach.words}” {limit.instead} Take it out.", limit.paragraph, "body")

"""Answer a search: of each kind of records the newest that have all the words, as far as their reader may see them.

Nothing is counted, and no record read, before those that they may not see are left out.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.db.models import Q, QuerySet

from cha_engagement.core.records import leaves_nothing_out
from cha_engagement.core.statements import fill_up, kept_answer, kept_rows
from cha_engagement.customers.interfaces import SearchSource, search_sources
from cha_engagement.staff.models import StaffMember

from .index import word_index
from .rows import stored_rows
from .words import Piece, marked_sentences, typed_words

FEW, PAGE = 5, 20  # records of each kind beside others, and of one kind alone
CANDIDATES = 256  # newest records with the words, of which those are kept that the reader sees
NEWEST = 2**62  # a key behind all that there are: where the first page begins


@dataclass(frozen=True, slots=True)
class FoundRecord:
    """A record that was found: whom and what it is about, where it is, facts about it, and its sentences with the words."""

    heading: str
    url: str
    facts: list[str]
    sentences: list[list[Piece]]


@dataclass(frozen=True, slots=True)
class FoundRecords:
    """What was found of one kind, the newest first. `count` is of all, None where it is not known how many more there are.

    `next_key` is the key behind which the next page begins, None where there is none.
    """

    source: SearchSource
    rows: list[FoundRecord]
    count: int | None
    next_key: int | None


def search(text: str, user: StaffMember) -> list[FoundRecords]:
    """Return what was found of each kind of which there is something."""
    found = (search_source(source, text, user, FEW) for source in search_sources())
    return [records for records in found if records.rows]


def search_source(
    source: SearchSource, text: str, user: StaffMember, size: int, before: int = NEWEST
) -> FoundRecords:
    words = typed_words(text)
    if not words:
        return FoundRecords(source, [], 0, None)
    keys, are_all = word_index().newest(source.model, words, before, CANDIDATES)
    visible = keep_visible(source, user, keys)
    if not are_all and len(visible) <= size:
        # The words are common, but not in what this reader sees.
        visible = list(islice(walk_visible(source, user, words, before), size + 1))
        are_all = len(visible) <= size
    shown = visible[:size]
    return FoundRecords(
        source,
        rows=found_records(source, shown, words),
        count=len(visible) if are_all else None,
        next_key=shown[-1] if len(visible) > size else None,
    )


def keep_visible(source: SearchSource, user: StaffMember, keys: list[int]) -> list[int]:
    """Return the keys of those records that a user sees, the newest first.

    It asks as much where nothing was found: how long an answer takes says nothing of what others may read.
    """
    if kept_answer(sources_seen_whole, user)[source.label]:
        return keys
    return sorted(
        (key for (key,) in kept_rows(visible_search_keys, source.label, user, *fill_up(keys or [0]))),
        reverse=True,
    )


def sources_seen_whole(user: StaffMember) -> dict[str, bool]:
    return {
        source.label: leaves_nothing_out(source.model.objects.visible_to(user)) for source in search_sources()
    }


def find_search_source(label: str) -> SearchSource:
    return next(source for source in search_sources() if source.label == label)


def visible_search_keys(label: str, user: StaffMember, *keys: int) -> QuerySet[Any]:
    """Return which records with these keys a user may see."""
    return (
        find_search_source(label)
        .model.objects.visible_to(user)
        .filter(pk__in=keys)
        .order_by()
        .values_list("pk")
    )


def all_visible_search_keys(label: str, user: StaffMember) -> QuerySet[Any]:
    """Return the keys of all records of a kind that a user may see: for each reason why they read one, by an index of its own."""
    records = find_search_source(label).model.objects.all()
    keys = [part.order_by().values_list("pk") for part in records.visible_by_reason(user)]
    return keys[0].union(*keys[1:]) if keys else records.none().values_list("pk")


def walk_visible(source: SearchSource, user: StaffMember, words: Sequence[str], before: int) -> Iterator[int]:
    """Yield the keys of what a user sees and has the words, the newest first, without looking at anything else."""
    keys = sorted(
        {key for (key,) in kept_rows(all_visible_search_keys, source.label, user) if key < before},
        reverse=True,
    )
    has_words = Q(*(Q(words__contains=f" {word} ") for word in words))
    start, size = 0, CANDIDATES
    while batch := keys[start : start + size]:
        rows = stored_rows(source).filter(has_words, record__in=batch)
        yield from rows.order_by("-record").values_list("record", flat=True)
        start, size = start + size, min(8 * size, 8192)


def found_records(source: SearchSource, keys: Sequence[int], words: Sequence[str]) -> list[FoundRecord]:
    records = source.model._base_manager.select_related(*source.related).in_bulk(keys)
    return [
        FoundRecord(
            heading=source.heading(record),
            url=record.get_absolute_url(),
            facts=[*filter(None, source.facts(record)), record.reference],
            sentences=marked_sentences(source.texts(record), words),
        )
        for key in keys
        if (record := records.get(key))
    ]

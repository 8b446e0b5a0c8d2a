"""Keep a row with the words of each record that a search finds, and the index of these, in step with what records say.

What is found of a kind of records is said by its `SearchSource` alone.
"""

from collections.abc import Collection, Iterator
from itertools import islice
from typing import Any

from django.db import transaction

from cha_engagement.core.records import RecordChanges, made_keys
from cha_engagement.customers.interfaces import SearchSource, search_sources

from ..batches import sorted_batches
from ..models import FollowingLock, SearchRow
from .index import word_index
from .words import join_words

TOGETHER = 1000  # records whose words are compared, or written, with one statement


def expected_words(source: SearchSource, keys: Collection[int]) -> dict[int, str]:
    """Return the words of some records by their keys, of those that have any."""
    records = source.model._base_manager.filter(pk__in=keys).only(*source.fields)
    return words_of_records(source, records)


def words_of_records(source: SearchSource, records: Any) -> dict[int, str]:
    words = {record.pk: join_words(source.texts(record)) for record in records}
    return {key: joined for key, joined in words.items() if joined}


def stored_rows(source: SearchSource) -> Any:
    return SearchRow.objects.filter(model=source.label)


def stored_words(source: SearchSource, keys: Collection[int]) -> dict[int, str]:
    return dict(stored_rows(source).filter(record__in=keys).values_list("record", "words"))


def follow_changes(changes: RecordChanges) -> None:
    """Bring the words in step with records that were written, where what they say has changed."""
    made = made_keys(changes)
    for source in search_sources():
        written = changes.get(source.model, {})
        keys = [key for key, before in written.items() if before is None or before.keys() & {*source.fields}]
        if keys:
            replace_words(source, keys, made=made[source.model])


def replace_words(source: SearchSource, keys: Collection[int], *, made: Collection[int] = ()) -> int:
    """Write the words of some records as they are to be, and return of how many they were not. Of those just `made` nothing is stored yet."""
    known = set(keys).difference(made)
    expected, stored = expected_words(source, keys), stored_words(source, known) if known else {}
    wrong = {key for key in expected.keys() | stored.keys() if expected.get(key) != stored.get(key)}
    old = {key: stored[key] for key in wrong & stored.keys()}
    new = {key: expected[key] for key in wrong & expected.keys()}
    if old:
        word_index().remove(source.model, old)
        stored_rows(source).filter(record__in=old).delete()
    add_words(source, new)
    return len(wrong)


def add_words(source: SearchSource, words: dict[int, str]) -> None:
    rows = (SearchRow(model=source.label, record=key, words=joined) for key, joined in words.items())
    SearchRow.objects.bulk_create(rows, batch_size=TOGETHER)
    word_index().add(source.model, words)


def make_indexes() -> None:
    for source in search_sources():
        word_index().make(source.model)


def rebuild_indexes() -> None:
    """Make the indexes anew from the rows, some seconds for a million: they are right then, and nothing is left in them of what was changed."""
    for source in search_sources():
        word_index().rebuild(source.model)


def rebuild_words() -> None:
    """Make every row anew, and the indexes."""
    SearchRow.objects.all().delete()
    rebuild_indexes()
    for source in search_sources():
        records = source.model._base_manager.only(*source.fields).order_by("pk").iterator(TOGETHER)
        for some in batches_of_records(records):
            add_words(source, words_of_records(source, some))


def batches_of_records(records: Iterator[Any]) -> Iterator[list[Any]]:
    while batch := list(islice(records, TOGETHER)):
        yield batch


def rows_of_unknown_models() -> Any:
    """Return the rows that an older version of this application has left."""
    return SearchRow.objects.exclude(model__in=[source.label for source in search_sources()])


def find_suspected_records(source: SearchSource) -> set[int]:
    """Return the keys of records whose words seem wrong, while others may write: what was written in between seems so too."""
    keys = {*source.model._base_manager.values_list("pk", flat=True)}
    keys |= {*stored_rows(source).values_list("record", flat=True)}
    return {key for some in sorted_batches(keys, TOGETHER) for key in find_differing_records(source, some)}


def find_differing_records(source: SearchSource, keys: Collection[int]) -> set[int]:
    differing = expected_words(source, keys).items() ^ stored_words(source, keys).items()
    return {key for key, _ in differing}


@transaction.atomic
def confirm_wrong_records(source: SearchSource, keys: Collection[int]) -> set[int]:
    """Return which of some records have wrong words while nobody writes any."""
    FollowingLock.take()
    return {key for some in sorted_batches(keys, TOGETHER) for key in find_differing_records(source, some)}


def find_wrong_records(source: SearchSource) -> set[int]:
    """Return the keys of records that would not be found by what they say."""
    suspected = find_suspected_records(source)
    return confirm_wrong_records(source, suspected) if suspected else set()


def mend_words() -> int:
    """Put words right that are not what records say, and return of how many records they were not; make the indexes anew."""
    count = 0
    rows_of_unknown_models().delete()
    for source in search_sources():
        for keys in sorted_batches(find_suspected_records(source), TOGETHER):
            # Others write between two of these.
            with transaction.atomic(durable=True):
                FollowingLock.take()
                count += replace_words(source, keys)
    rebuild_indexes()
    return count

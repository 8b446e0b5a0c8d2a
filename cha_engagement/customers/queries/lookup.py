"""Find the customers meant by what somebody types, by a walk along the index of keys and steps in another from there.

The SQL is written out, as it is asked with each letter: to put these few statements together anew would take longer than to answer
them. They leave a planner little to choose, which keeps an answer quick where a word is common: see decision 9.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from itertools import chain, islice
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from cha_engagement.staff.models import StaffMember

from .. import folding, lookup_keys
from ..models import Customer

SHOWN_FIELDS = ("reference", "name", "known_as", "relationship", "address", "postcode", "deceased_on")
MOST_FOUND = 20  # customers in an answer
SHORTEST = 2  # characters that a look-up needs
LONGEST = 100  # characters that it reads
MOST_WORDS = 8
FEW, MANY = 1_000, 30_000  # keys of a word that are counted
BATCH_SIZE = 2 * MOST_FOUND  # keys read together: most words of a name are a key and begin another

COUNT = (
    "(SELECT COUNT(*) FROM (SELECT 1 FROM customers_lookupkey WHERE key >= %s AND key < %s LIMIT %s) counted)"
)
WALK = """
    SELECT * FROM (SELECT customer_id, key{other_keys} FROM customers_lookupkey walked) found
    WHERE (key, customer_id) > (%s, %s) AND key < %s{conditions} ORDER BY key, customer_id LIMIT %s
"""
OTHER_KEY = """, (
    SELECT key FROM customers_lookupkey same_customer
    WHERE same_customer.customer_id = walked.customer_id AND key >= %s ORDER BY key LIMIT 1
) AS key_{number}"""
OTHER_KEY_CONDITION = " AND key_{number} < %s"


def look_up_customers(text: str, user: StaffMember) -> list[Customer]:
    """Return the customers known to this user that the text may mean, with the fields of one line alone: also those whose case is closed to them."""
    is_exact_by_id = find_matching_ids(text)
    if not is_exact_by_id:
        return []
    customers = Customer.objects.known_to(user).only(*SHOWN_FIELDS)
    return sort_best_first(is_exact_by_id, customers)


def sort_best_first(is_exact_by_id: dict[int, bool], customers: QuerySet[Customer]) -> list[Customer]:
    """Return those of the customers whom `find_matching_ids` found: exact matches first, then by name."""
    return sorted(
        customers.in_bulk(list(is_exact_by_id)).values(),
        key=lambda customer: (
            not is_exact_by_id[customer.pk],
            folding.fold_text(customer.name),
            customer.pk,
        ),
    )


def find_matching_ids(text: str) -> dict[int, bool]:
    """Return the ids of at most `MOST_FOUND` customers whom the text may mean, each with whether it matches exactly.

    It reads names, phones, emails, addresses, tenancies, handles and references. Those merged into others have no keys. Whoever asks
    may see every customer: others would have to be left out before `MOST_FOUND` are found.
    """
    by_house_number, plain = (
        [words[:MOST_WORDS] for words in readings if max(map(len, words)) >= SHORTEST]
        for readings in (
            lookup_keys.house_number_readings(text[:LONGEST]),
            lookup_keys.readings(text[:LONGEST]),
        )
    )
    # Where a house is found, its number and street are not looked for apart among the many who have either.
    return (
        by_house_number and match_readings([*by_house_number, *plain], include_common=False)
    ) or match_readings(plain)


def match_readings(readings: list[list[str]], *, include_common: bool = True) -> dict[int, bool]:
    """Return the ids of customers with keys that begin with all words of a reading; exact matches first where there are too many.

    Readings of several words that many customers have are left out unless `include_common`.
    """
    remaining = readings_rarest_first(readings, include_common=include_common)
    is_exact_by_id: dict[int, bool] = {}
    tried = []
    for words in remaining:
        tried.append(words)
        for customer, is_exact in ids_with_words(words, lookup_keys.prefix_range):
            is_exact_by_id[customer] = is_exact_by_id.get(customer, False) or is_exact
        if len(is_exact_by_id) >= MOST_FOUND:
            break
    exact: dict[int, bool] = {}
    if len(is_exact_by_id) >= MOST_FOUND and not all(is_exact_by_id.values()):
        for words in chain(tried, remaining):
            exact |= ids_with_words(words, lookup_keys.exact_range)
            if len(exact) >= MOST_FOUND:
                break
    return dict(islice((exact | is_exact_by_id).items(), MOST_FOUND))


def readings_rarest_first(readings: list[list[str]], *, include_common: bool) -> Iterator[list[str]]:
    """Yield the readings, that with the rarest word first, and that word first in each; none with a word that begins no key.

    Nothing is counted where there is but one word to look for, and the common readings only when their turn comes.
    """
    words = set(chain.from_iterable(readings))
    if len(words) < 2:
        yield from readings
        return
    counts = count_keys(words, up_to=FEW)
    possible = [reading for reading in readings if all(map(counts.get, reading))]
    common = [
        reading for reading in possible if len(reading) > 1 and all(counts[word] == FEW for word in reading)
    ]
    yield from sort_by_rarity([reading for reading in possible if reading not in common], counts)
    if common and include_common:
        yield from sort_by_rarity(common, count_keys(set(chain.from_iterable(common)), up_to=MANY))


def sort_by_rarity(readings: list[list[str]], counts: Mapping[str, int]) -> list[list[str]]:
    by_rarity = [sorted(reading, key=counts.__getitem__) for reading in readings]
    return sorted(by_rarity, key=lambda reading: counts[reading[0]])


def count_keys(words: Collection[str], up_to: int) -> dict[str, int]:
    """Count the keys that begin with each word, up to a number beyond which it does not matter."""
    ranges = [(*lookup_keys.prefix_range(word), up_to) for word in words]
    (counts,) = run_query(f"SELECT {', '.join([COUNT] * len(ranges))}", [*chain.from_iterable(ranges)])
    return dict(zip(words, counts, strict=True))


def ids_with_words(
    words: list[str], range_of: Callable[[str], lookup_keys.Range]
) -> Iterator[tuple[int, bool]]:
    """Yield the ids of customers with a key in the range of every word, and whether these keys are the very words.

    They come in the order of their keys in the first range, and at least `MOST_FOUND`, where there are so many. That range is walked
    along its index; whether its customers have a key in another is a step in their own, to the next key from its start on. So the
    rarest word bounds how long it takes, if it comes first.
    """
    first, *others = map(range_of, words)
    query = WALK.format(
        other_keys="".join(OTHER_KEY.format(number=number) for number in range(len(others))),
        conditions="".join(OTHER_KEY_CONDITION.format(number=number) for number in range(len(others))),
    )
    starts, stops = [other.start for other in others], [other.stop for other in others]
    last_key, last_customer = first.start, 0
    yielded: set[int] = set()
    while len(yielded) < MOST_FOUND:
        batch = run_query(query, [*starts, last_key, last_customer, first.stop, *stops, BATCH_SIZE])
        for customer, *keys in batch:
            yielded.add(customer)
            yield customer, keys == words
        if len(batch) < BATCH_SIZE:
            return
        last_customer, last_key, *_ = batch[-1]


def run_query(query: str, values: list[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return cursor.fetchall()

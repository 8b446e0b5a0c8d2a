"""Who is meant by what somebody types: a walk along the index of keys, and steps in another from there.

In SQL of its own, as it is asked with each letter: to put these few statements together anew would take longer than to answer
them. They leave a planner little to choose, which keeps an answer quick where a word is common: see decision 9.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from itertools import chain, islice
from typing import Any

from django.db import connection

from . import keys

MOST = 20  # customers in an answer
SHORTEST = 2  # characters that a look-up needs
LONGEST = 100  # characters that it reads
MOST_WORDS = 8
FEW, MANY = 1_000, 30_000  # keys of a word that are counted
AT_ONCE = 2 * MOST  # keys read together: most words of a name are a key and begin another

COUNT = (
    "(SELECT COUNT(*) FROM (SELECT 1 FROM customers_lookupkey WHERE key >= %s AND key < %s LIMIT %s) counted)"
)
WALK = """
    SELECT * FROM (SELECT customer_id, key{reached} FROM customers_lookupkey walked) found
    WHERE (key, customer_id) > (%s, %s) AND key < %s{wanted} ORDER BY key, customer_id LIMIT %s
"""
REACHED = """, (
    SELECT key FROM customers_lookupkey theirs
    WHERE theirs.customer_id = walked.customer_id AND key >= %s ORDER BY key LIMIT 1
) AS key_{number}"""
WANTED = " AND key_{number} < %s"


def meant(text: str) -> dict[int, bool]:
    """The ids of at most `MOST` customers whom what was typed may mean, each with whether they have the very words of a reading.

    By name, phone, email, address, tenancy, handle or reference. Those merged into others have no keys. Whoever asks may see
    every customer: what they may not would have to be left out before `MOST` are found.
    """
    numbered, plain = (
        [words[:MOST_WORDS] for words in readings if max(map(len, words)) >= SHORTEST]
        for readings in (keys.numbered(text[:LONGEST]), keys.readings(text[:LONGEST]))
    )
    # Where a house is found, its number and street are not looked for apart among the many who have either.
    return (numbered and matching([*numbered, *plain], common=False)) or matching(plain)


def matching(readings: list[list[str]], *, common: bool = True) -> dict[int, bool]:
    """Who has keys that begin with all words of a reading; where there are too many, those with the very words first.

    Readings of several words that many customers have are left out unless `common`.
    """
    in_turn = rarest_first(readings, common=common)
    found: dict[int, bool] = {}
    tried = []
    for words in in_turn:
        tried.append(words)
        for customer, is_exact in having(words, keys.prefix):
            found[customer] = found.get(customer, False) or is_exact
        if len(found) >= MOST:
            break
    exact: dict[int, bool] = {}
    if len(found) >= MOST and not all(found.values()):
        for words in chain(tried, in_turn):
            exact |= having(words, keys.exact)
            if len(exact) >= MOST:
                break
    return dict(islice((exact | found).items(), MOST))


def rarest_first(readings: list[list[str]], *, common: bool) -> Iterator[list[str]]:
    """The reading with the rarest word comes first, as does that word in each; without those of which no key begins with a word.

    Nothing is counted where there is but one word to look for, and how common the common are only when their turn comes.
    """
    words = set(chain.from_iterable(readings))
    if len(words) < 2:
        yield from readings
        return
    counts = counted(words, up_to=FEW)
    known = [reading for reading in readings if all(map(counts.get, reading))]
    several = [
        reading for reading in known if len(reading) > 1 and all(counts[word] == FEW for word in reading)
    ]
    yield from ordered([reading for reading in known if reading not in several], counts)
    if several and common:
        yield from ordered(several, counted(set(chain.from_iterable(several)), up_to=MANY))


def ordered(readings: list[list[str]], counts: Mapping[str, int]) -> list[list[str]]:
    by_rarity = [sorted(reading, key=counts.__getitem__) for reading in readings]
    return sorted(by_rarity, key=lambda reading: counts[reading[0]])


def counted(words: Collection[str], up_to: int) -> dict[str, int]:
    """How many keys begin with each, as far as that matters."""
    ranges = [(*keys.prefix(word), up_to) for word in words]
    (counts,) = rows(f"SELECT {', '.join([COUNT] * len(ranges))}", [*chain.from_iterable(ranges)])
    return dict(zip(words, counts, strict=True))


def having(words: list[str], range_of: Callable[[str], keys.Range]) -> Iterator[tuple[int, bool]]:
    """Ids of customers with a key in the range of every word, and whether these keys are the very words.

    In the order of their keys in the first range, and `MOST` customers at least, where there are so many. That range is walked
    along its index; whether its customers have a key in another is a step in theirs, to their next key from its start on. So the
    rarest word bounds how long it takes, if it comes first.
    """
    first, *others = map(range_of, words)
    asked = WALK.format(
        reached="".join(REACHED.format(number=number) for number in range(len(others))),
        wanted="".join(WANTED.format(number=number) for number in range(len(others))),
    )
    starts, stops = [other.start for other in others], [other.stop for other in others]
    last_key, last_customer = first.start, 0
    found: set[int] = set()
    while len(found) < MOST:
        some = rows(asked, [*starts, last_key, last_customer, first.stop, *stops, AT_ONCE])
        for customer, *theirs in some:
            found.add(customer)
            yield customer, theirs == words
        if len(some) < AT_ONCE:
            return
        last_customer, last_key, *_ = some[-1]


def rows(asked: str, values: list[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(asked, values)
        return cursor.fetchall()

"""Who is meant by what somebody types: a walk along the index of keys, and steps in another from there.

In SQL, as it is asked with each letter: to put these few statements together anew would take longer than to answer them. And
no planner has a choice in them, which is what keeps an answer quick where a word is common: see decision 9.
"""

from collections.abc import Callable, Collection, Iterator
from itertools import chain, count, islice
from typing import Any

from django.db import connection

from . import keys

MOST = 20  # customers in an answer
SHORTEST = 2  # characters that a look-up needs
LONGEST = 100  # characters that it reads
MOST_WORDS = 8
FEW, MANY = 1_000, 30_000  # keys of a word that are counted
AT_ONCE = 30  # keys read together: enough for an answer, as hardly anybody has several that begin alike

COUNTED = (
    "(SELECT COUNT(*) FROM (SELECT 1 FROM customers_lookupkey WHERE key >= %s AND key < %s LIMIT %s) counted)"
)
WALKED = """
    SELECT * FROM (SELECT customer_id, key{reached} FROM customers_lookupkey walked) found
    WHERE key >= %s AND key < %s{wanted} ORDER BY key, customer_id LIMIT %s OFFSET %s
"""
REACHED = """, (
    SELECT key FROM customers_lookupkey theirs
    WHERE theirs.customer_id = walked.customer_id AND key >= %s ORDER BY key LIMIT 1
) AS key_{number}"""
WANTED = " AND key_{number} < %s"


def meant(text: str) -> dict[int, bool]:
    """The ids of at most `MOST` customers whom what was typed may mean: by name, phone, email, address, tenancy, handle or reference.

    Whether they have the very words, where others have words that only begin so. Those merged into others have no keys.
    """
    text = text[:LONGEST]
    return having_any(keys.numbered(text)) or having_any(keys.readings(text))


def having_any(readings: list[list[str]]) -> dict[int, bool]:
    """Who has keys that begin with all words of a reading; who has the very words before the others, where there are too many."""
    readings = [words[:MOST_WORDS] for words in readings if max(map(len, words)) >= SHORTEST]
    in_turn = rarest_first(readings)
    begun: dict[int, bool] = {}
    tried = []
    for words in in_turn:
        tried.append(words)
        for pk, very_words in first_having(words, keys.beginning):
            begun[pk] = begun.get(pk, False) or very_words
        if len(begun) >= MOST:
            break
    very: dict[int, bool] = {}
    if len(begun) >= MOST and not all(begun.values()):
        for words in chain(tried, in_turn):
            very |= first_having(words, keys.whole)
            if len(very) >= MOST:
                break
    return dict(islice((very | begun).items(), MOST))


def rarest_first(readings: list[list[str]]) -> Iterator[list[str]]:
    """Those of which fewest keys begin with a word come first, as does that word in each; without those of which no key begins with one.

    Nothing is counted where there is but one word to look for, and how common the common are only when their turn comes.
    """
    words = set(chain.from_iterable(readings))
    if len(words) < 2:
        yield from readings
        return
    held = counted(words, up_to=FEW)
    found = [sorted(reading, key=held.__getitem__) for reading in readings if all(map(held.get, reading))]
    found.sort(key=lambda reading: (held[reading[0]], len(reading)))
    several = [reading for reading in found if held[reading[0]] == FEW and len(reading) > 1]
    yield from found[: len(found) - len(several)]
    if several:
        held = counted(set(chain.from_iterable(several)), up_to=MANY)
        yield from (sorted(reading, key=held.__getitem__) for reading in several)


def counted(words: Collection[str], up_to: int) -> dict[str, int]:
    """How many keys begin with each, as far as that matters."""
    ranges = [(*keys.beginning(word), up_to) for word in words]
    (counts,) = rows(f"SELECT {', '.join([COUNTED] * len(ranges))}", [*chain.from_iterable(ranges)])
    return dict(zip(words, counts, strict=True))


def first_having(words: list[str], range_of: Callable[[str], keys.Range]) -> Iterator[tuple[int, bool]]:
    """Ids of customers with a key in the range of every word, and whether these keys are the very words.

    In the order of their keys in the first, and `MOST` customers at least, where there are so many. That range is walked along its index. Whether its customers have a key in another is a step in theirs, to their next key
    from its beginning on. So the rarest word bounds how long it takes, if it comes first.
    """
    first, *others = map(range_of, words)
    asked = WALKED.format(
        reached="".join(REACHED.format(number=number) for number in range(len(others))),
        wanted="".join(WANTED.format(number=number) for number in range(len(others))),
    )
    values = [*(other.first for other in others), *first, *(other.behind for other in others)]
    found: set[int] = set()
    for start in count(step=AT_ONCE):
        some = rows(asked, [*values, AT_ONCE, start])
        yield from ((customer, theirs == words) for customer, *theirs in some)
        found.update(customer for customer, *_ in some)
        if len(found) >= MOST or len(some) < AT_ONCE:
            return


def rows(asked: str, values: list[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(asked, values)
        return cursor.fetchall()

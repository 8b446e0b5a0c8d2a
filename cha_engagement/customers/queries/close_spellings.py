"""Find the customers whose name is spelt almost as somebody typed it. Asked where nobody's is spelt so: it may find strangers."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from string import ascii_lowercase

from cha_engagement.core.conditions import single_value
from cha_engagement.staff.models import StaffMember

from .. import folding, lookup_keys
from ..enums import KeyKind
from ..models import Customer, LookupKey
from .lookup import MOST_FOUND, SHOWN_FIELDS, sort_best_first

MOST_WORDS = 4
SHORTEST, LONGEST = (
    4,
    20,
)  # letters of a word that may be spelt otherwise: of a shorter one too much is another name
CANDIDATES = 500  # customers with a word, of which those are kept that have the others


def customers_with_close_name(text: str, user: StaffMember) -> list[Customer]:
    """Return those known to this user whose name has every word, each with one letter more, less, other or in the place of its neighbour."""
    words = lookup_keys.pieces(folding.transliterate(text))
    if not all(map(str.isalpha, words)) or not (0 < len(words) <= MOST_WORDS):
        return []
    if max(map(len, words)) < SHORTEST:
        return []
    ids = find_ids([set(close_spellings(word)) for word in sorted(words, key=len, reverse=True)])
    customers = Customer.objects.known_to(user).only(*SHOWN_FIELDS)
    return sort_best_first(dict.fromkeys(ids, False), customers)[:MOST_FOUND]


def find_ids(words: list[set[str]]) -> Collection[int]:
    """Return the ids of customers with one spelling of each word in their name. A word that many have is not begun with."""
    names = LookupKey.objects.filter(kind=KeyKind.NAME)
    ids: set[int] = set()
    for first in words:
        ids = set(names.filter(key__in=single_value(first)).values_list("customer", flat=True)[:CANDIDATES])
        if len(ids) < CANDIDATES:
            break
    others = [spellings for spellings in words if spellings is not first]
    if not (ids and others):
        return ids
    # Their keys are few: the database would go through each customer with each spelling.
    keys: dict[int, set[str]] = defaultdict(set)
    for customer, key in names.filter(customer__in=ids).values_list("customer", "key"):
        keys[customer].add(key)
    return [customer for customer in ids if not any(map(keys[customer].isdisjoint, others))]


def close_spellings(word: str) -> Iterator[str]:
    """Yield a word and, where it is neither short nor long, each spelling that is one slip away."""
    yield word
    if not SHORTEST <= len(word) <= LONGEST:
        return
    for place in range(len(word) + 1):
        before, after = word[:place], word[place:]
        yield from (before + letter + after for letter in ascii_lowercase)
        if after:
            yield before + after[1:]
            yield from (before + letter + after[1:] for letter in ascii_lowercase)
        if len(after) > 1:
            yield before + after[1] + after[0] + after[2:]

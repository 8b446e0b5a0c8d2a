from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.text import capfirst

from cha_engagement.staff.models import StaffMember

from . import keys, merging
from .enums import KeyKind
from .models import Customer, LookupKey

MOST = 20  # customers in an answer
SHORTEST = 2  # characters that a look-up needs
LONGEST = 100  # characters that it reads
MOST_WORDS = 8
MOST_ALIKE = 10  # customers that are shown before one is added


def whole(word: str) -> Q:
    """Keys that are this word."""
    return Q(key=word)


def beginning(word: str) -> Q:
    """Keys that begin with this word."""
    behind = keys.successor(word)
    return Q(key__gte=word, key__lt=behind) if behind else Q(key__gte=word)


def having(customers: QuerySet[Customer], words: list[str], matching: Callable[[str], Q]) -> QuerySet[Any]:
    """The ids of those with a matching key for each word, each word one range of the index."""
    for word in words:
        customers = customers.filter(pk__in=LookupKey.objects.filter(matching(word)).values("customer"))
    return customers.order_by().values_list("pk", flat=True)


def look_up(text: str, user: StaffMember) -> list[Customer]:
    """Customers whom this user may see, as by `meant`. Those merged into others have no keys."""
    return meant(text, Customer.objects.ever_visible_to(user))


def meant(text: str, customers: QuerySet[Customer]) -> list[Customer]:
    """Those that what was typed may mean, best first: by name, phone, email, address, tenancy, handle or reference."""
    readings = [words[:MOST_WORDS] for words in keys.readings(text[:LONGEST])]
    readings = [words for words in readings if max(map(len, words)) >= SHORTEST]
    if not readings:
        return []
    tiers: dict[int, int] = {}
    # Who has the very words comes before who has words that begin so. One query for each: an end to the first of them
    # lets the database stop early, where sorting both together would make it read all.
    for tier, matching in enumerate((whole, beginning)):
        first, *others = [having(customers, words, matching) for words in readings]
        for pk in first.union(*others).order_by("pk")[:MOST]:
            tiers.setdefault(pk, tier)
    found = customers.in_bulk(list(tiers)[:MOST]).values()
    return sorted(found, key=lambda customer: (tiers[customer.pk], keys.fold(customer.name), customer.pk))


def in_household_of(customer: Customer) -> Q:
    """A customer and all others of the same household."""
    first = customer.household_of_id or customer.pk
    return Q(pk=first) | Q(household_of=first) | Q(household_of=customer)


WEIGHTS = {
    KeyKind.PHONE: 3,
    KeyKind.EMAIL: 3,
    KeyKind.TENANCY: 3,
    KeyKind.HANDLE: 3,
    KeyKind.ADDRESS: 2,
    KeyKind.POSTCODE: 2,
    KeyKind.NAME: 1,
}
"""How much it says that two customers share something. Neighbours share a postcode: it only counts beside a name."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """Somebody who may be the same customer, and what both have in common."""

    customer: Customer
    shared: list[KeyKind]

    @property
    def weight(self) -> int:
        return sum(WEIGHTS[kind] for kind in self.shared)

    @property
    def in_words(self) -> str:
        return ", ".join(kind.label.lower() for kind in self.shared)


def alike(customer: Customer, user: StaffMember) -> list[Likeness]:
    """Those who may be the same as this one, who need not be added yet, the likeliest first. Beyond the policy: B16.

    Four queries, however much is known: by what only they have, by name and where they live, and by name alone.
    """
    others = Customer.objects.visible_to(user).exclude(pk=customer.pk)
    ways = keys.signs(customer)
    ways[KeyKind.NAME] = [way[:MOST_WORDS] for way in ways[KeyKind.NAME]]
    by_sign = [
        having(others, way, of_kind(kind))
        for kind in (KeyKind.PHONE, KeyKind.EMAIL, KeyKind.TENANCY, KeyKind.HANDLE)
        for way in ways[kind]
    ]
    named = [having(others, way, of_kind(KeyKind.NAME)) for way in ways[KeyKind.NAME]]
    neighbours = [
        having(others.filter(pk__in=same_name), way, of_kind(kind))
        for kind in (KeyKind.ADDRESS, KeyKind.POSTCODE)
        for way in ways[kind]
        for same_name in named
    ]
    found: dict[int, None] = {}
    for several in (by_sign, neighbours, named):
        found |= dict.fromkeys(any_of(several))
    likenesses = [
        Likeness(other, keys.in_common(ways, theirs)) for other, theirs in held(list(found), ways).items()
    ]
    likenesses.sort(key=lambda one: (-one.weight, keys.fold(one.customer.name), one.customer.pk))
    return likenesses[:MOST_ALIKE]


def held(found: list[int], ways: dict[KeyKind, list[list[str]]]) -> dict[Customer, set[tuple[str, str]]]:
    """Which of these keys each has, by what they are found by: with those of who was merged into them. One query."""
    wanted = {key for several in ways.values() for way in several for key in way}
    theirs: dict[Customer, set[tuple[str, str]]] = {}
    for one in LookupKey.objects.filter(customer__in=found, key__in=wanted).select_related("customer"):
        theirs.setdefault(one.customer, set()).add((one.kind, one.key))
    return theirs


def of_kind(kind: KeyKind) -> Callable[[str], Q]:
    """Keys of a kind that are a word."""
    return lambda word: Q(kind=kind, key=word)


def any_of(several: list[QuerySet[Any]]) -> Iterable[int]:
    if not several:
        return []
    first, *others = several
    return first.union(*others).order_by("pk")[:MOST_ALIKE]


def holdings(kept: Customer, other: Customer, user: StaffMember) -> list[tuple[str, int, int]]:
    """What is recorded about two customers, as far as this user sees it: what, and how many of each. One query for each kind."""
    counts = []
    for pointer in merging.pointers():
        if pointer.model is Customer:
            continue  # whom they live with or speak for is not recorded about them
        records = pointer.model._default_manager
        seen = records.visible_to(user) if hasattr(records, "visible_to") else records.all()
        of = dict(
            seen.filter(**{f"{pointer.name}__in": [kept, other]})
            .order_by()
            .values_list(pointer.name)
            .annotate(Count("pk", distinct=True))
        )
        if of:
            what = pointer.model._meta.verbose_name_plural
            counts.append((str(capfirst(what)), of.get(kept.pk, 0), of.get(other.pk, 0)))
    return counts


def household(customer: Customer) -> QuerySet[Customer]:
    """The others in a customer's household."""
    together = Customer.objects.filter(in_household_of(customer), merged_into=None)
    return together.exclude(pk=customer.pk).order_by("name", "pk")

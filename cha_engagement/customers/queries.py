from collections.abc import Callable
from typing import Any

from django.db.models import Q, QuerySet

from cha_engagement.staff.models import StaffMember

from . import keys
from .models import Customer, LookupKey

MOST = 20  # customers in an answer
SHORTEST = 2  # characters that a look-up needs
LONGEST = 100  # characters that it reads
MOST_WORDS = 8


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
    """Customers whom this user may see, as by `meant`."""
    return meant(text, Customer.objects.visible_to(user))


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


def household(customer: Customer) -> QuerySet[Customer]:
    """The others in a customer's household."""
    together = Customer.objects.filter(in_household_of(customer))
    return together.exclude(pk=customer.pk).order_by("name", "pk")

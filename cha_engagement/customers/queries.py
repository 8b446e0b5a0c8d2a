from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.text import capfirst

from cha_engagement.core import hub
from cha_engagement.core.records import SHORT
from cha_engagement.staff.models import StaffMember

from . import keys, merging
from .enums import KeyKind
from .lookup import MOST_WORDS, meant
from .models import Customer, LookupKey

SHOWN = ("reference", "name", "known_as", "relationship", "address", "postcode", "deceased_on")
MOST_ALIKE = 10  # customers that are shown before one is added


def flagged(customers: QuerySet[Customer]) -> QuerySet[Customer]:
    """With what is said of each at once, by `flags_of`: no query more, however many are found."""
    return customers.annotate(**{f"flag_{code}": flag.where() for code, flag in hub.flags.items()})


def flags_of(customer: Customer) -> list[str]:
    """In words, of somebody who is `flagged`."""
    return [flag.words for code, flag in hub.flags.items() if getattr(customer, f"flag_{code}")]


def is_warned_of(customer: Customer) -> bool:
    """Whether a warning, an interim measure or a restriction stands."""
    warned = reduce(or_, (flag.where() for flag in hub.flags.values() if flag.warns), Q(pk__in=[]))
    return Customer.objects.filter(warned, pk=customer.pk).exists()


def look_up(text: str, user: StaffMember) -> list[Customer]:
    """Those whom this user may see that what was typed may mean, `flagged`, with no more than a line about each says."""
    found = meant(text)
    return best_first(found, flagged(Customer.objects.ever_visible_to(user)).only(*SHOWN)) if found else []


def best_first(found: dict[int, bool], customers: QuerySet[Customer]) -> list[Customer]:
    """Those of them who are `meant`: who has the very words that were typed comes first, then by name."""
    return sorted(
        customers.in_bulk(list(found)).values(),
        key=lambda customer: (not found[customer.pk], keys.fold(customer.name), customer.pk),
    )


def with_email(address: str) -> list[Customer]:
    """Those who have this very address, in whatever case, be it in a record that is merged into theirs."""
    key = keys.fold(address)[:SHORT]
    alike = Customer.objects.filter(lookup_keys__kind=KeyKind.EMAIL, lookup_keys__key=key)
    return [
        customer
        for customer in alike.prefetch_related("merged")
        if address.casefold()
        in (email.casefold() for one in [customer, *customer.merged.all()] for email in one.emails)
    ]


def in_household_of(customer: Customer) -> Q:
    """A customer and all others of the same household."""
    first = customer.household_of_id or customer.pk
    return Q(pk=first) | Q(household_of=first) | Q(household_of=customer)


def live_together(customer: Customer, other: Customer) -> bool:
    """Whether both are recorded in one household, whoever of it comes first."""
    both = ((customer, other), (other, customer))
    return any(Customer.objects.filter(in_household_of(one), pk=two.pk).exists() for one, two in both)


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
        having(others, way, kind)
        for kind in (KeyKind.PHONE, KeyKind.EMAIL, KeyKind.TENANCY, KeyKind.HANDLE)
        for way in ways[kind]
    ]
    named = [having(others, way, KeyKind.NAME) for way in ways[KeyKind.NAME]]
    neighbours = [
        having(others.filter(pk__in=same_name), way, kind)
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


def having(customers: QuerySet[Customer], words: list[str], kind: KeyKind) -> QuerySet[Any]:
    """The ids of those who have each of these words as a key of this kind."""
    for word in words:
        theirs = LookupKey.objects.filter(kind=kind, key=word)
        customers = customers.filter(pk__in=theirs.values("customer"))
    return customers.order_by().values_list("pk", flat=True)


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

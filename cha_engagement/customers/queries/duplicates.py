"""Find likely duplicates of a customer. Beyond the policy: B16."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from cha_engagement.staff.models import StaffMember

from .. import folding, lookup_keys
from ..enums import KeyKind
from ..models import Customer, LookupKey
from .lookup import MOST_WORDS

MOST_DUPLICATES = 10  # customers that are shown before one is added

WEIGHTS = {
    KeyKind.PHONE: 3,
    KeyKind.EMAIL: 3,
    KeyKind.TENANCY: 3,
    KeyKind.HANDLE: 3,
    KeyKind.ADDRESS: 2,
    KeyKind.POSTCODE: 2,
    KeyKind.NAME: 1,
}
"""The weight of what two customers share. Neighbours share a postcode: it only counts beside a name."""


@dataclass(frozen=True, slots=True)
class LikelyDuplicate:
    """Somebody who may be the same customer, and the kinds of keys that both share."""

    customer: Customer
    shared_kinds: list[KeyKind]

    @property
    def weight(self) -> int:
        return sum(WEIGHTS[kind] for kind in self.shared_kinds)

    @property
    def description(self) -> str:
        return ", ".join(kind.label.lower() for kind in self.shared_kinds)


def likely_duplicates(customer: Customer, user: StaffMember) -> list[LikelyDuplicate]:
    """Return those who may be the same as this customer, who need not be added yet, the likeliest first. Beyond the policy: B16.

    It takes four queries, however much is known: by what only they have, by name and where they live, and by name alone.
    """
    others = Customer.objects.visible_to(user).exclude(pk=customer.pk)
    signs = lookup_keys.identifying_keys(customer)
    signs[KeyKind.NAME] = [keys[:MOST_WORDS] for keys in signs[KeyKind.NAME]]
    by_sign = [
        ids_with_keys(others, keys, kind)
        for kind in (KeyKind.PHONE, KeyKind.EMAIL, KeyKind.TENANCY, KeyKind.HANDLE)
        for keys in signs[kind]
    ]
    by_name = [ids_with_keys(others, keys, KeyKind.NAME) for keys in signs[KeyKind.NAME]]
    by_name_and_place = [
        ids_with_keys(others.filter(pk__in=same_name), keys, kind)
        for kind in (KeyKind.ADDRESS, KeyKind.POSTCODE)
        for keys in signs[kind]
        for same_name in by_name
    ]
    ids: dict[int, None] = {}
    for querysets in (by_sign, by_name_and_place, by_name):
        ids |= dict.fromkeys(first_ids(querysets))
    duplicates = [
        LikelyDuplicate(other, lookup_keys.shared_kinds(signs, keys))
        for other, keys in keys_among(list(ids), signs).items()
    ]
    duplicates.sort(
        key=lambda duplicate: (
            -duplicate.weight,
            folding.fold_text(duplicate.customer.name),
            duplicate.customer.pk,
        )
    )
    return duplicates[:MOST_DUPLICATES]


def keys_among(ids: list[int], signs: dict[KeyKind, list[list[str]]]) -> dict[Customer, set[tuple[str, str]]]:
    """Return which keys of `signs` each customer has, with those of who was merged into them. It takes one query."""
    wanted = {key for alternatives in signs.values() for keys in alternatives for key in keys}
    keys_by_customer: dict[Customer, set[tuple[str, str]]] = {}
    for row in LookupKey.objects.filter(customer__in=ids, key__in=wanted).select_related("customer"):
        keys_by_customer.setdefault(row.customer, set()).add((row.kind, row.key))
    return keys_by_customer


def ids_with_keys(customers: QuerySet[Customer], keys: list[str], kind: KeyKind) -> QuerySet[Any]:
    """Return the ids of those who have each of these keys, of this kind."""
    for key in keys:
        rows = LookupKey.objects.filter(kind=kind, key=key)
        customers = customers.filter(pk__in=rows.values("customer"))
    return customers.order_by().values_list("pk", flat=True)


def first_ids(querysets: list[QuerySet[Any]]) -> Iterable[int]:
    """Return the lowest ids of several querysets together, at most `MOST_DUPLICATES`."""
    if not querysets:
        return []
    first, *others = querysets
    return first.union(*others).order_by("pk")[:MOST_DUPLICATES]

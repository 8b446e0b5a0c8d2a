"""Compare two records of one customer, and find what points to them. Beyond the policy: B16."""

from collections.abc import Collection, Iterable, Iterator
from itertools import pairwise
from operator import attrgetter
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import Count
from django.utils.text import capfirst
from simple_history.models import HistoricalChanges

from cha_engagement.core.records import DerivedRow
from cha_engagement.staff.interfaces import keep_readers
from cha_engagement.staff.models import StaffMember

from ..enums import CustomerEvent
from ..models import Customer, Merge

JOINED_LISTS = ("phones", "emails", "online_handles")
"""Lists of which the kept customer has the items of both, each once."""
JOINED_TEXTS = ("accessibility_needs", "vulnerability")
"""Texts that stand below each other where both customers have one."""
CONFIRMATION = ("needs_confirmed_on", "needs_confirmed_with", "needs_confirmed_how", "needs_confirmed_by")
"""Fields that stay as they are only where one of the two says nothing of needs: with more than was asked about, nothing is confirmed."""
CHOSEN_FIELDS = (
    ("name",),
    ("known_as",),
    ("is_organisation",),
    ("relationship",),
    ("under_contract",),
    ("tenancy_reference", "tenancy_ended_on"),
    ("speaks_for",),
    ("address", "postcode"),
    ("preferred_language",),
    ("preferred_format",),
    ("emergency_route",),
    ("under_18",),
    ("assigned_to",),
    ("household_of",),
    ("deceased_on", "death_source"),
)
"""Fields that are taken from one customer or the other; some only make sense together."""


def has_nothing_to_add(customer: Customer, other: Customer, fields: Collection[str]) -> bool:
    """Return whether another customer has all the values that this one has in some fields, or more."""
    values = {name: value for name in fields if (value := getattr(customer, name)) not in (None, "")}
    return all(getattr(other, name) == value for name, value in values.items())


def fields_to_choose(kept: Customer, other: Customer) -> list[tuple[str, ...]]:
    """Return the fields in which both customers have different values, so that somebody has to choose."""
    return [
        fields
        for fields in CHOSEN_FIELDS
        if not has_nothing_to_add(kept, other, fields) and not has_nothing_to_add(other, kept, fields)
    ]


def merged_values(kept: Customer, other: Customer, taken_from_other: Collection[str]) -> dict[str, Any]:
    """Return the values that the kept customer has from the merge on.

    `taken_from_other` are the choices, by their first field, that fell on the other: no choice takes away what one of them alone has.
    """
    values: dict[str, Any] = {
        name: list(dict.fromkeys([*getattr(kept, name), *getattr(other, name)])) for name in JOINED_LISTS
    }
    values |= {
        name: "\n".join(dict.fromkeys(filter(None, (getattr(kept, name), getattr(other, name)))))
        for name in JOINED_TEXTS
    }
    for fields in CHOSEN_FIELDS:
        is_chosen = fields[0] in taken_from_other and not has_nothing_to_add(other, kept, fields)
        is_other = is_chosen or has_nothing_to_add(kept, other, fields)
        source = other if is_other else kept
        values |= {name: getattr(source, name) for name in fields}
    if has_recorded_needs(kept) and has_recorded_needs(other):
        return values | {
            "needs_confirmed_on": None,
            "needs_confirmed_with": "",
            "needs_confirmed_how": "",
            "needs_confirmed_by": None,
        }
    source = other if has_recorded_needs(other) or not kept.needs_confirmed_on else kept
    return values | {name: getattr(source, name) for name in CONFIRMATION}


def has_recorded_needs(customer: Customer) -> bool:
    return bool(customer.current_needs or customer.accessibility_needs)


def values_by_column(customer: Customer) -> dict[str, Any]:
    """Return the values of a customer that a merge can change, as plain data by column."""
    names = (
        *JOINED_LISTS,
        *JOINED_TEXTS,
        *CONFIRMATION,
        *(name for fields in CHOSEN_FIELDS for name in fields),
    )
    fields = map(Customer._meta.get_field, names)
    return {field.attname: field.value_from_object(customer) for field in fields}  # type: ignore[union-attr]


def unmerged_values(merge: Merge, kept: Customer) -> dict[str, Any]:
    """Return the values that the kept customer has again, by column, once a merge is undone. Later changes stay."""
    values: dict[str, Any] = {}
    for name, after in merge.kept_after.items():
        before, now = merge.kept_before[name], getattr(kept, name)
        if isinstance(now, list):
            values[name] = [item for item in now if item in before or item not in after]
        elif now == (field := Customer._meta.get_field(name)).to_python(after):  # type: ignore[union-attr]
            values[name] = field.to_python(before)  # type: ignore[union-attr]
    return values


def history_without_merges(customer: Customer) -> list[Any]:
    """Return the rows of history of a customer, without those between a merge and its undoing.

    A customer into whom others were merged has a row for each of these merges and unmerges, in their order.
    """
    rows = list(customer.history.order_by("sequence"))
    merges = list(Merge.objects.filter(kept=customer).order_by("pk"))
    starts = [row.sequence for row in rows if row.event == CustomerEvent.MERGE and not row.merged_into_id]
    stops = [
        row.sequence
        for before, row in pairwise(rows)
        if row.event == CustomerEvent.UNMERGE and not before.merged_into_id
    ]
    start_by_merge = {merge.pk: sequence for merge, sequence in zip(merges, starts, strict=False)}
    undone = sorted((merge for merge in merges if merge.undone_at), key=attrgetter("undone_at"))
    while_merged = {
        sequence
        for merge, stop in zip(undone, stops, strict=False)
        for sequence in range(start_by_merge.get(merge.pk, stop), stop)
    }
    return [row for row in rows if row.sequence not in while_merged]


def pointers_to_customers() -> Iterator[models.ForeignKey]:
    """Yield every foreign key of every app to a customer, but for those of history and of merges, which stay, and of what follows."""
    for model in apps.get_models():
        if not issubclass(model, HistoricalChanges | DerivedRow) and model is not Merge:
            for field in model._meta.concrete_fields:
                if isinstance(field, models.ForeignKey) and field.related_model is Customer:
                    yield field


def people_reading_about(
    customers: Iterable[Customer], people: Iterable[StaffMember], user: StaffMember
) -> list[StaffMember]:
    """Return which of these people may read about customers of whom a user reads: of a case for few its readers. Beyond the policy: B33."""
    people = list(people)
    for customer in customers:
        if customer.pk in user.customers_for_few:
            readers = keep_readers(customer.reference, people, is_task=False)
            people = [person for person in people if person in readers]
    return people


def count_records(kept: Customer, other: Customer, user: StaffMember) -> list[tuple[str, int, int]]:
    """Count the records about two customers that this user sees: their kind, and the number of each. One query for each kind."""
    counts = []
    for pointer in pointers_to_customers():
        if pointer.model is Customer:
            continue  # whom they live with or speak for is not recorded about them
        records = pointer.model._default_manager
        visible = records.visible_to(user) if hasattr(records, "visible_to") else records.all()
        count_by_customer = dict(
            visible.filter(**{f"{pointer.name}__in": [kept, other]})
            .order_by()
            .values_list(pointer.name)
            .annotate(Count("pk", distinct=True))
        )
        if count_by_customer:
            kind = str(capfirst(pointer.model._meta.verbose_name_plural))
            counts.append((kind, count_by_customer.get(kept.pk, 0), count_by_customer.get(other.pk, 0)))
    return counts

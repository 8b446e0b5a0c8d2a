"""What two records of one customer hold, and how they become one. Beyond the policy: B16."""

from collections.abc import Collection, Iterator
from itertools import pairwise
from operator import attrgetter
from typing import Any

from django.apps import apps
from django.db import IntegrityError, models, transaction
from simple_history.models import HistoricalChanges

from cha_engagement.core.records import ChainedRecord, writing
from cha_engagement.staff.models import StaffMember

from .models import Customer, LookupKey, Merge

LISTS = ("phones", "emails", "online_handles", "cannot_use")
"""What the kept one has of both, each once."""
TEXTS = ("accessibility_needs", "vulnerability")
"""What stands below each other where both say something."""
CHOSEN = (
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
    ("deceased_on",),
)
"""What is taken from one or the other; some answers only make sense together."""


def says_no_more(one: Customer, other: Customer, names: Collection[str]) -> bool:
    """Whether another says all that one does, or more."""
    said = {name: value for name in names if (value := getattr(one, name)) not in (None, "")}
    return all(getattr(other, name) == value for name, value in said.items())


def differing(kept: Customer, other: Customer) -> list[tuple[str, ...]]:
    """What both say, and not alike, so that somebody has to choose."""
    return [
        names
        for names in CHOSEN
        if not says_no_more(kept, other, names) and not says_no_more(other, kept, names)
    ]


def united(kept: Customer, other: Customer, taken: Collection[str]) -> dict[str, Any]:
    """What the kept one says from then on. `taken` are the choices, by their first field, that fell on the other."""
    said: dict[str, Any] = {
        name: list(dict.fromkeys([*getattr(kept, name), *getattr(other, name)])) for name in LISTS
    }
    said |= {
        name: "\n".join(dict.fromkeys(filter(None, (getattr(kept, name), getattr(other, name)))))
        for name in TEXTS
    }
    for names in CHOSEN:
        source = other if names[0] in taken or says_no_more(kept, other, names) else kept
        said |= {name: getattr(source, name) for name in names}
    return said


def columns(customer: Customer) -> dict[str, Any]:
    """What a customer says, as plain data by column."""
    names = (*LISTS, *TEXTS, *(name for names in CHOSEN for name in names))
    fields = map(Customer._meta.get_field, names)
    return {field.attname: field.value_from_object(customer) for field in fields}  # type: ignore[union-attr]


def parted(merge: Merge, kept: Customer) -> dict[str, Any]:
    """What the kept one says again, by column, once they are parted: what was changed since stays."""
    said: dict[str, Any] = {}
    for name, after in merge.kept_after.items():
        before, now = merge.kept_before[name], getattr(kept, name)
        if isinstance(now, list):
            said[name] = [one for one in now if one in before or one not in after]
        elif now == (field := Customer._meta.get_field(name)).to_python(after):  # type: ignore[union-attr]
            said[name] = field.to_python(before)  # type: ignore[union-attr]
    return said


def history_of_one(customer: Customer) -> list[Any]:
    """What the history says of a customer alone: between a merge and its parting it spoke of another person too.

    One that others were merged into has a row for each of these merges and partings, in their order.
    """
    rows = list(customer.history.order_by("sequence"))
    merges = list(Merge.objects.filter(kept=customer).order_by("pk"))
    begun = [row.sequence for row in rows if row.event == "merge" and not row.merged_into_id]
    ended = [
        row.sequence for before, row in pairwise(rows) if row.event == "part" and not before.merged_into_id
    ]
    start = {merge.pk: sequence for merge, sequence in zip(merges, begun, strict=False)}
    undone = sorted((merge for merge in merges if merge.undone_at), key=attrgetter("undone_at"))
    of_both = {
        sequence
        for merge, stop in zip(undone, ended, strict=False)
        for sequence in range(start.get(merge.pk, stop), stop)
    }
    return [row for row in rows if row.sequence not in of_both]


def pointers() -> Iterator[models.ForeignKey]:
    """Every column of every app that points to a customer. What is written down stays: history, and merges themselves."""
    for model in apps.get_models():
        if not issubclass(model, HistoricalChanges) and model not in (LookupKey, Merge):
            for field in model._meta.concrete_fields:
                if isinstance(field, models.ForeignKey) and field.related_model is Customer:
                    yield field


def rows(pointer: models.ForeignKey, **which: Any) -> models.QuerySet[Any]:
    """Rows with such a column, locked: whoever changes one meanwhile is not overwritten."""
    return pointer.model._base_manager.select_for_update(no_key=True).filter(**which).order_by("pk")


def hand_over(
    merged: Customer, kept: Customer, first: Customer, *, by: StaffMember | None, reason: str
) -> list[list[Any]]:
    """Let everything that points to one customer point to another; `first` is whom their household points to.

    What was moved, as `Merge.moved`. What the kept one has already, where there can only be one, stays where it is.
    """
    moved = []
    for pointer in pointers():
        for row in rows(pointer, **{pointer.name: merged}):
            target = first if pointer.name == "household_of" and row != first else kept
            if point(row, pointer, target.pk, by=by, reason=reason):
                moved.append([row._meta.label_lower, pointer.name, row.pk, target.pk])
    return moved


def give_back(merge: Merge, *, by: StaffMember, reason: str) -> None:
    """Let what was moved point to whom it did before, where it still is as it was left."""
    by_pointer: dict[tuple[str, str, int], list[int]] = {}
    for label, name, pk, target in merge.moved:
        by_pointer.setdefault((label, name, target), []).append(pk)
    for (label, name, target), keys in by_pointer.items():
        pointer = apps.get_model(label)._meta.get_field(name)
        for row in rows(pointer, **{"pk__in": keys, name: target}):
            point(row, pointer, merge.merged_id, by=by, reason=reason)


def point(
    row: models.Model, pointer: models.ForeignKey, target: int, *, by: StaffMember | None, reason: str
) -> bool:
    """Whether a row could be made to point to a customer: not where another says the same of them, and only one may."""
    try:
        with transaction.atomic():
            if isinstance(row, ChainedRecord):
                writing.save_record(row, by=by, reason=reason, values={pointer.attname: target})
            else:
                setattr(row, pointer.attname, target)
                row.save(update_fields=[pointer.attname])
    except IntegrityError:
        return False
    return True

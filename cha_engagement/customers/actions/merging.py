"""Make two records of one customer one, and for a day two again. Beyond the policy: B16."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import IntegrityError, models, transaction
from django.utils import timezone

from cha_engagement.core.interfaces import desks
from cha_engagement.core.reasons import check_reason
from cha_engagement.core.records import (
    ChainedRecord,
    Stale,
    atomic_action,
    has_changed,
    idempotent,
    lock_record,
    writing,
)
from cha_engagement.core.refusals import raise_if_incomplete, raise_if_refused
from cha_engagement.staff.actions import record_wider_access
from cha_engagement.staff.models import AccessGrounds, StaffMember

from .. import notifications, queries, rules
from ..enums import CustomerEvent
from ..interfaces import CustomerRules, MergeFollowers, check_contradictions
from ..models import Customer, Merge
from .lookup_keys import write_lookup_keys
from .needs import write_consequences

NOT_ASKED: dict[str, Any] = {"merge_asked": None, "merge_asked_by": None, "merge_asked_why": ""}


@atomic_action()
def ask_merge(
    *,
    kept: Customer,
    other: Customer,
    by: StaffMember,
    why: str,
    kept_version: int | None = None,
    **ignored: Any,
) -> Customer:
    """Ask a second manager whether two records are of one customer, where something was decided about either. Beyond the policy: B16.

    Whoever confirms it compares both themselves, and chooses which answers are right.
    """
    raise_if_refused(rules.may_merge_customers(by))
    raise_if_incomplete(*rules.check_other_customer(kept, other, "other"))
    kept, other = lock_both(kept, other)
    for customer in (kept, other):
        if customer.merged_into_id:
            raise Stale(customer)
    raise_if_incomplete(*rules.check_merge(kept, other), *check_reason(Merge, "why", why))
    asked = writing.save_record(
        kept,
        by=by,
        reason=f"Asked whether {describe(other)} is the same: {why}",
        values={"merge_asked": other, "merge_asked_by": by, "merge_asked_why": why},
    )
    notifications.notify_of_merge_asked(asked, other, by=by)
    return asked


@atomic_action()
def decline_merge(
    *, kept: Customer, by: StaffMember, why: str, kept_version: int | None = None, **ignored: Any
) -> Customer:
    """Say, or take back, that two records are not of one customer. Beyond the policy: B16."""
    raise_if_refused(rules.may_merge_customers(by))
    current = lock_record(kept, kept_version)
    raise_if_incomplete(*check_reason(Merge, "why", why))
    return writing.save_record(current, by=by, reason=f"Not merged: {why}", values=NOT_ASKED)


@idempotent(Merge)
def merge_customers(
    *,
    kept: Customer,
    other: Customer,
    by: StaffMember,
    submission: UUID,
    why: str,
    taken_from_other: Collection[str] = (),
    kept_version: int | None = None,
    other_version: int | None = None,
) -> Merge:
    """Let one record of a customer take all that is recorded about them in another. Beyond the policy: B2, B16.

    `taken_from_other` are the choices that fell on the other, as in `queries.merged_values`.
    """
    raise_if_refused(rules.may_merge_customers(by))
    raise_if_incomplete(*rules.check_other_customer(kept, other, "other"))
    kept, other = lock_both(kept, other)
    for customer, version in ((kept, kept_version), (other, other_version)):
        if customer.merged_into_id or has_changed(customer, version):
            raise Stale(customer)
    raise_if_incomplete(
        *rules.check_merge(kept, other),
        *(refusal for desk in desks(CustomerRules) for refusal in desk.check_merge(kept, other)),
        *rules.check_second_manager(by, kept, other),
    )
    values = queries.merged_values(kept, other, taken_from_other)
    before = queries.values_by_column(kept)
    assigned_before = {kept.assigned_to_id, other.assigned_to_id}
    # A form that was opened on the other and is sent on to the kept one is never taken for up to date.
    kept.version = max(kept.version, other.version)
    writing.save_record(
        kept,
        by=by,
        reason=f"{describe(other)} is merged into this",
        event=CustomerEvent.MERGE,
        values=values | NOT_ASKED,
    )
    writing.save_record(
        other,
        by=by,
        reason=f"Merged into {describe(kept)}",
        event=CustomerEvent.MERGE,
        merged_into=kept,
        values=NOT_ASKED,
    )
    moved = hand_over_rows(other, kept, by=by, reason=f"About {kept}, into which {other} is merged")
    for desk in desks(MergeFollowers):
        desk.follow_merge(kept, other, by)
    write_consequences(kept, by=by, reason=f"Needs recorded of {other}, which is merged into this")
    after = queries.values_by_column(kept)
    changed = [name for name in after if after[name] != before[name]]
    write_lookup_keys(other)
    write_lookup_keys(kept)
    if kept.assigned_to and assigned_before != {kept.assigned_to_id}:
        record_wider_access(readers=[kept.assigned_to], by=by, record=kept, grounds=AccessGrounds.MERGED)
    letters = (getattr(kept, name) for name in rules.LETTERS_FIELDS)
    raise_if_incomplete(
        *rules.check_needs(queries.notes_by_need(kept), *letters), *check_contradictions(kept)
    )
    notifications.notify_of_merge(kept, other, by=by)
    if "deceased_on" in changed:
        notifications.notify_of_death(kept, by=by)
    return writing.create_record(
        Merge,
        by=by,
        values={"by": by},
        reason=f"{other} is merged into {kept}",
        event=CustomerEvent.MERGE,
        submission=submission,
        kept=kept,
        merged=other,
        why=why,
        moved=moved,
        kept_before={name: before[name] for name in changed},
        kept_after={name: after[name] for name in changed},
    )


@atomic_action()
def ask_unmerge(*, merge: Merge, by: StaffMember, version: int, undo_why: str) -> Merge:
    """Ask a second manager to undo a merge that was more than a day ago. Beyond the policy: B16."""
    merge.kept.reload_locked()
    current = lock_record(merge, version)
    if current.undone_at or current.undo_asked_by_id:
        raise Stale(current)
    raise_if_refused(rules.may_ask_unmerge(by, current))
    raise_if_incomplete(*check_reason(Merge, "undo_why", undo_why))
    asked = writing.save_record(
        current, by=by, reason=f"Asked that it is undone: {undo_why}", undo_asked_by=by, undo_why=undo_why
    )
    notifications.notify_of_unmerge_asked(asked, by=by)
    return asked


@atomic_action()
def unmerge_customers(*, merge: Merge, by: StaffMember, version: int) -> Merge:
    """Undo a merge: the rows that were moved go back, and what was recorded since about the kept one stays there. B16."""
    kept, other = lock_both(merge.kept, merge.merged)
    current = lock_record(merge, version)
    if current.undone_at:
        raise Stale(current)
    current.kept, current.merged = kept, other
    raise_if_refused(rules.may_unmerge_customers(by, current))
    kept.version = max(kept.version, other.version)
    writing.save_record(
        kept,
        by=by,
        reason=f"Merge with {describe(other)} undone",
        event=CustomerEvent.UNMERGE,
        values=queries.unmerged_values(current, kept),
    )
    writing.save_record(
        other,
        by=by,
        reason=f"Merge with {describe(kept)} undone",
        event=CustomerEvent.UNMERGE,
        merged_into=None,
    )
    give_back_rows(current, by=by, reason=f"About {other} again: its merge with {kept} was undone")
    for desk in desks(MergeFollowers):
        desk.follow_unmerge(kept, other, by)
    for customer in (kept, other):
        write_consequences(customer, by=by, reason="Needs are about this one alone again")
    undone = writing.save_record(current, by=by, reason="Undone", undone_at=timezone.now(), undone_by=by)
    write_lookup_keys(kept)
    write_lookup_keys(other)
    raise_if_incomplete(
        *(refusal for customer in (kept, other) for refusal in check_contradictions(customer))
    )
    return undone


@atomic_action()
def move_records_of_merged_customers() -> int:
    """Move records made about a customer at the very moment of their merge into another. Return the number moved."""
    merged = Customer.objects.exclude(merged_into=None)
    moved = 0
    if not merged.exists():
        return moved
    for pointer in queries.pointers_to_customers():
        if pointer.model is not Customer:
            for row in lock_rows(pointer, **{f"{pointer.name}__in": merged}):
                kept = getattr(row, pointer.name).merged_into
                moved += point_row(row, pointer, kept.pk, by=None, reason=f"About {kept}, by a merge")
    return moved


def describe(customer: Customer) -> str:
    return f"{customer.name} ({customer})"


def lock_both(customer: Customer, other: Customer) -> tuple[Customer, Customer]:
    """Return both as they now are, locked in one order: two people who merge them either way round never wait for each other."""
    locked = Customer.objects.select_for_update(no_key=True).filter(pk__in=[customer.pk, other.pk])
    by_key = {row.pk: row for row in locked.order_by("pk")}
    return by_key[customer.pk], by_key[other.pk]


def lock_rows(pointer: models.ForeignKey, **filters: Any) -> models.QuerySet[Any]:
    """Lock rows that point to a customer, so that whoever changes one meanwhile is not overwritten."""
    return pointer.model._base_manager.select_for_update(no_key=True).filter(**filters).order_by("pk")


def hand_over_rows(
    merged: Customer, kept: Customer, *, by: StaffMember | None, reason: str
) -> list[list[Any]]:
    """Let every row that points to one customer point to another, and those of a household to its head.

    Return the rows that were moved, as `Merge.moved`. Where there can be only one and the kept customer has it already, a row stays.
    """
    moved = []
    head = queries.head_of_household(kept) or kept
    for pointer in queries.pointers_to_customers():
        for row in lock_rows(pointer, **{pointer.name: merged}):
            target = head if pointer.name == "household_of" and row != head else kept
            if point_row(row, pointer, target.pk, by=by, reason=reason):
                moved.append([row._meta.label_lower, pointer.name, row.pk, target.pk])
    return moved


def give_back_rows(merge: Merge, *, by: StaffMember, reason: str) -> None:
    """Let the rows that were moved point back, where they are as the merge left them."""
    keys_by_pointer: dict[tuple[str, str, int], list[int]] = {}
    for label, name, pk, target in merge.moved:
        keys_by_pointer.setdefault((label, name, target), []).append(pk)
    for (label, name, target), keys in keys_by_pointer.items():
        pointer = apps.get_model(label)._meta.get_field(name)
        for row in lock_rows(pointer, **{"pk__in": keys, name: target}):
            point_row(row, pointer, merge.merged_id, by=by, reason=reason)


def point_row(
    row: models.Model, pointer: models.ForeignKey, target: int, *, by: StaffMember | None, reason: str
) -> bool:
    """Let a row point to a customer. Return whether it could: not where only one may, and another does already."""
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

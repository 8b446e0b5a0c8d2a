"""What is recorded about customers, and the keys they are found by."""

from collections.abc import Collection
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from cha_engagement.core import hub
from cha_engagement.core.records import Stale, has_changed, idempotent, lock_record, writing
from cha_engagement.core.refusals import Refusal, ask, require
from cha_engagement.core.templatetags.ui import uk_date
from cha_engagement.organisation.models import AdviceOrganisation
from cha_engagement.staff.actions import record_wider_access, refuse_assignment
from cha_engagement.staff.models import AccessGrounds, StaffMember

from . import emergencies, keys, merging, notifications, queries, rules, wording
from .enums import KeyKind
from .models import Adjustment, Customer, LookupKey, Merge, Signposting

KEPT = (KeyKind.NAME, KeyKind.ADDRESS, KeyKind.POSTCODE)
"""Of what somebody was found by before, what stays theirs while something warns of them. A number they gave up is soon another's."""


@idempotent(Customer)
def add(
    *,
    by: StaffMember,
    submission: UUID,
    household_of: Customer | None = None,
    ruled_out: Collection[str] | None = None,
    **fields: Any,
) -> Customer:
    """A new customer, who can be looked up at once.

    `ruled_out` are the references of those whom somebody who adds one has seen and found to be others: whoever else may be the
    same is shown to them first. Beyond the policy: B16. None where nobody is there to look.
    """
    ask(rules.may_add(by))
    refuse_assignment(fields)
    first = first_of_household(household_of)
    if ruled_out is not None:
        require(rules.may_be_here(by, Customer(**fields), ruled_out))
    require(
        rules.names_one(fields["name"], fields.get("is_organisation", False)),
        *emergencies.check_route(fields.get("emergency_route", "")),
        *wording.check_words(fields),
    )
    customer = writing.create_record(
        Customer, by=by, reason="Added", event="add", submission=submission, household_of=first, **fields
    )
    write_keys(customer)
    notifications.changed_by_another(customer, {}, by=by, may_deny_right=wording.may_deny_right(fields))
    return customer


@transaction.atomic
def change(
    *, customer: Customer, by: StaffMember, version: int, household_of: Customer | None = None, **fields: Any
) -> Customer:
    ask(rules.may_change(by, customer))
    refuse_assignment(fields)
    first = first_of_household(household_of)
    speaks_for = fields.get("speaks_for")
    require(somebody_else(customer, first, "household_of"), somebody_else(customer, speaks_for, "speaks_for"))
    before = customer.locked()
    who = [fields.get(name, getattr(before, name)) for name in ("name", "is_organisation")]
    if who != [before.name, before.is_organisation]:
        require(rules.names_one(*who))
    require(*wording.check_words(fields, before))
    if (route := fields.get("emergency_route", "")) != before.emergency_route:
        require(*emergencies.check_route(route))
    fields["household_of"] = first
    changed = writing.edit_record(customer, by=by, reason="Details changed", version=version, **fields)
    write_keys(changed)
    said = {field.attname: str(field.verbose_name) for field in Customer._meta.fields if field.name in fields}
    differs = {name: words for name, words in said.items() if getattr(changed, name) != getattr(before, name)}
    may_deny_right = wording.may_deny_right(fields, before)
    notifications.changed_by_another(changed, differs, by=by, may_deny_right=may_deny_right)
    return changed


@transaction.atomic
def assign(*, customer: Customer, by: StaffMember, version: int, assigned_to: StaffMember | None) -> Customer:
    """Say who looks after a customer. They read the incidents and letters about them from then on. Policy §65."""
    ask(rules.may_assign(by))
    before = customer.assigned_to
    if assigned_to not in (before, by):
        people = {"assigned_to": assigned_to}
        require(*(refusal for spares in hub.spared for refusal in spares(customer, people)))
    reason = f"Assigned to {assigned_to}" if assigned_to else "Assigned to nobody"
    assigned = writing.edit_record(customer, by=by, reason=reason, version=version, assigned_to=assigned_to)
    if assigned_to and assigned_to != before:
        notifications.customer_assigned(assigned, by=by)
        record_wider_access(
            readers=[assigned_to], by=by, record=assigned, grounds=AccessGrounds.CUSTOMER_ASSIGNED
        )
    return assigned


@transaction.atomic
def ask_assignment(*, customer: Customer, by: StaffMember) -> None:
    """Ask one's line manager, or else every manager at work, to be assigned a customer. Policy §65."""
    ask(rules.may_ask_for(by, customer))
    notifications.assignment_asked(customer, by=by)


def first_of_household(member: Customer | None) -> Customer | None:
    """The one whom all others of a household point to."""
    return member and (member.household_of or member)


def somebody_else(customer: Customer, other: Customer | None, field: str) -> Refusal | None:
    if other == customer:
        return Refusal(
            "This leads back to the same customer. Name somebody else, or leave it empty.", field=field
        )
    return None


def write_keys(customer: Customer) -> None:
    """Make the look-up keys those of the customer as they now are, and of all who are merged into them; those have none.

    While something warns of them, what they were called and where they lived finds them still: no change of a name hides a warning.
    Beyond the policy: B1.
    """
    wanted: set[tuple[str, str]] = set()
    if not customer.merged_into_id:
        said = [customer, *customer.merged.all()]
        wanted = wanted.union(*map(keys.of, said))
        if queries.is_warned_of(customer):
            before = (keys.of(row) for one in said for row in merging.history_of_one(one))
            wanted |= {(kind, key) for theirs in before for kind, key in theirs if kind in KEPT}
    held = {(key.kind, key.key): key.pk for key in customer.lookup_keys.all()}
    LookupKey.objects.filter(pk__in=[pk for pair, pk in held.items() if pair not in wanted]).delete()
    LookupKey.objects.bulk_create(
        LookupKey(customer=customer, kind=kind, key=key) for kind, key in sorted(wanted - held.keys())
    )


@idempotent(Merge)
def merge(
    *,
    kept: Customer,
    other: Customer,
    by: StaffMember,
    submission: UUID,
    why: str,
    taken: Collection[str] = (),
    kept_version: int | None = None,
    other_version: int | None = None,
) -> Merge:
    """Let one record of a customer take all that is recorded about them in another. Beyond the policy: B2, B16.

    `taken` is what the kept one says as the other did, as in `merging.united`.
    """
    ask(rules.may_merge(by))
    require(somebody_else(kept, other, "other"))
    kept, other = both_locked(kept, other)
    for one, version in ((kept, kept_version), (other, other_version)):
        if one.merged_into_id or has_changed(one, version):
            raise Stale(one)
    require(*rules.check_merge(kept, other), *(check(kept, other) for check in hub.merge_checks))
    said, before = merging.united(kept, other, taken), merging.columns(kept)
    assigned_before = {kept.assigned_to_id, other.assigned_to_id}
    # A form that was opened on the other and is sent on to the kept one is never taken for up to date.
    kept.version = max(kept.version, other.version)
    writing.save_record(kept, by=by, reason=f"{named(other)} is merged into this", event="merge", values=said)
    writing.save_record(other, by=by, reason=f"Merged into {named(kept)}", event="merge", merged_into=kept)
    reason = f"About {kept}, into which {other} is merged"
    moved = merging.hand_over(other, kept, first_of_household(kept) or kept, by=by, reason=reason)
    after = merging.columns(kept)
    changed = [name for name in after if after[name] != before[name]]
    write_keys(other)
    write_keys(kept)
    if kept.assigned_to and assigned_before != {kept.assigned_to_id}:
        record_wider_access(readers=[kept.assigned_to], by=by, record=kept, grounds=AccessGrounds.MERGED)
    require(*(contradicts(kept) for contradicts in hub.contradictions))
    notifications.customers_merged(kept, other, by=by)
    return writing.create_record(
        Merge,
        by=by,
        values={"by": by},
        reason=f"{other} is merged into {kept}",
        event="merge",
        submission=submission,
        kept=kept,
        merged=other,
        why=why,
        moved=moved,
        kept_before={name: before[name] for name in changed},
        kept_after={name: after[name] for name in changed},
    )


@transaction.atomic
def part(*, merge: Merge, by: StaffMember, version: int) -> Merge:
    """Undo a merge: what was moved goes back, and what was recorded since about the kept one stays there. B16."""
    kept, other = both_locked(merge.kept, merge.merged)
    current = lock_record(merge, version)
    if current.undone_at:
        raise Stale(current)
    current.kept, current.merged = kept, other
    ask(rules.may_part(by, current))
    kept.version = max(kept.version, other.version)
    writing.save_record(
        kept,
        by=by,
        reason=f"{named(other)} is parted from this again",
        event="part",
        values=merging.parted(current, kept),
    )
    writing.save_record(
        other, by=by, reason=f"Parted from {named(kept)} again", event="part", merged_into=None
    )
    merging.give_back(current, by=by, reason=f"About {other} again, which is parted from {kept}")
    undone = writing.save_record(
        current, by=by, reason="Parted again", undone_at=timezone.now(), undone_by=by
    )
    write_keys(kept)
    write_keys(other)
    require(*(contradicts(one) for contradicts in hub.contradictions for one in (kept, other)))
    return undone


@transaction.atomic
def follow_merges() -> int:
    """Move what somebody recorded about a customer at the very moment in which they were merged into another; how many."""
    merged = Customer.objects.exclude(merged_into=None)
    moved = 0
    if not merged.exists():
        return moved
    for pointer in merging.pointers():
        if pointer.model is not Customer:
            for row in merging.rows(pointer, **{f"{pointer.name}__in": merged}):
                kept = getattr(row, pointer.name).merged_into
                moved += merging.point(row, pointer, kept.pk, by=None, reason=f"About {kept}, by a merge")
    return moved


def named(customer: Customer) -> str:
    return f"{customer.name} ({customer})"


def both_locked(one: Customer, other: Customer) -> tuple[Customer, Customer]:
    """Both as they now are, locked in one order: two who merge them either way round do not wait for each other for ever."""
    locked = Customer.objects.select_for_update(no_key=True).filter(pk__in=[one.pk, other.pk])
    found = {customer.pk: customer for customer in locked.order_by("pk")}
    return found[one.pk], found[other.pk]


@idempotent(Adjustment)
def agree_adjustment(
    *, customer: Customer, by: StaffMember, submission: UUID, what: str, **fields: Any
) -> Adjustment:
    """Policy §9, 18."""
    ask(rules.may_change(by, customer))
    require(*wording.check_words({"what": what}))
    customer = customer.locked()
    may_deny_right = wording.may_deny_right({"what": what})
    notifications.changed_by_another(
        customer, {"what": "an adjustment"}, by=by, may_deny_right=may_deny_right
    )
    return writing.create_record(
        Adjustment,
        by=by,
        reason=what,
        event="agree",
        submission=submission,
        customer=customer,
        agreed_by=by,
        what=what,
        **fields,
    )


@transaction.atomic
def end_adjustment(*, adjustment: Adjustment, by: StaffMember, version: int, ends_on: date) -> Adjustment:
    """It holds to the end of `ends_on`, which may lie ahead."""
    ask(rules.may_change(by, adjustment.customer))
    if ends_on < adjustment.agreed_on:
        sentence = f"The last day cannot be before it was agreed, {uk_date(adjustment.agreed_on)}."
        require(Refusal(sentence, field="ends_on"))
    current = lock_record(adjustment, version)
    reason = f"{current.what}: until {uk_date(ends_on)}"
    notifications.changed_by_another(current.customer, {"ends_on": "an adjustment"}, by=by)
    return writing.save_record(current, by=by, reason=reason, event="end", ends_on=ends_on)


@idempotent(Signposting)
def signpost(
    *,
    customer: Customer,
    by: StaffMember,
    submission: UUID,
    organisation: AdviceOrganisation,
    on: date,
    event: str = "signpost",
) -> Signposting:
    """Somebody told the customer of somebody independent who can help. Policy §8.

    An empty `event` keeps it out of the timeline, where what told them, such as a letter, stands already.
    """
    ask(rules.may_change(by, customer))
    customer = customer.locked()
    return writing.create_record(
        Signposting,
        by=by,
        values={"by": by},
        reason=f"Told of {organisation} on {uk_date(on)}",
        event=event,
        submission=submission,
        customer=customer,
        organisation=organisation,
        on=on,
    )

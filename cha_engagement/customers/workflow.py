"""What is recorded about customers, and the keys they are found by."""

from collections.abc import Collection
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction

from cha_engagement import moves, records
from cha_engagement.organisation.models import AdviceOrganisation
from cha_engagement.policy import Refusal, ask, require
from cha_engagement.records import once
from cha_engagement.staff.models import StaffMember
from cha_engagement.templatetags.ui import uk_date

from . import keys, policy
from .models import Adjustment, Customer, LookupKey, Signposting


@once(Customer)
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
    ask(policy.may_add(by))
    first = first_of_household(household_of)
    if ruled_out is not None:
        require(policy.may_be_here(by, Customer(**fields), ruled_out))
    customer = records.create(
        Customer, by=by, reason="Added", move="add", submission=submission, household_of=first, **fields
    )
    write_keys(customer)
    return customer


@transaction.atomic
def change(
    *, customer: Customer, by: StaffMember, version: int, household_of: Customer | None = None, **fields: Any
) -> Customer:
    ask(policy.may_change(by, customer))
    first = first_of_household(household_of)
    speaks_for = fields.get("speaks_for")
    require(somebody_else(customer, first, "household_of"), somebody_else(customer, speaks_for, "speaks_for"))
    changed = moves.edit(
        customer, by=by, reason="Details changed", version=version, household_of=first, **fields
    )
    write_keys(changed)
    return changed


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
    """Make the look-up keys those of the customer as they now are."""
    wanted = keys.of(customer)
    held = {(key.kind, key.key): key.pk for key in customer.lookup_keys.all()}
    LookupKey.objects.filter(pk__in=[pk for pair, pk in held.items() if pair not in wanted]).delete()
    LookupKey.objects.bulk_create(
        LookupKey(customer=customer, kind=kind, key=key) for kind, key in sorted(wanted - held.keys())
    )


@once(Adjustment)
def agree_adjustment(
    *, customer: Customer, by: StaffMember, submission: UUID, what: str, **fields: Any
) -> Adjustment:
    """Policy §9, 18."""
    ask(policy.may_change(by, customer))
    return records.create(
        Adjustment,
        by=by,
        reason=what,
        move="agree",
        submission=submission,
        customer=customer,
        agreed_by=by,
        what=what,
        **fields,
    )


@transaction.atomic
def end_adjustment(*, adjustment: Adjustment, by: StaffMember, version: int, ends_on: date) -> Adjustment:
    """It holds to the end of `ends_on`, which may lie ahead."""
    ask(policy.may_change(by, adjustment.customer))
    if ends_on < adjustment.agreed_on:
        sentence = f"The last day cannot be before it was agreed, {uk_date(adjustment.agreed_on)}."
        require(Refusal(sentence, field="ends_on"))
    current = moves.current(adjustment, version)
    reason = f"{current.what}: until {uk_date(ends_on)}"
    return records.write(current, by=by, reason=reason, move="end", ends_on=ends_on)


@once(Signposting)
def signpost(
    *,
    customer: Customer,
    by: StaffMember,
    submission: UUID,
    organisation: AdviceOrganisation,
    on: date,
    move: str = "signpost",
) -> Signposting:
    """Somebody told the customer of somebody independent who can help. Policy §8.

    An empty `move` keeps it out of the timeline, where what told them, such as a letter, stands already.
    """
    ask(policy.may_change(by, customer))
    return records.create(
        Signposting,
        by=by,
        reason=f"Told of {organisation} on {uk_date(on)}",
        move=move,
        submission=submission,
        customer=customer,
        organisation=organisation,
        on=on,
    )

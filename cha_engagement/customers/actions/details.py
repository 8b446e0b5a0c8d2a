"""Add customers, change what is recorded about them, and say who looks after them."""

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from cha_engagement.core.records import Stale, atomic_action, has_changed, idempotent, writing
from cha_engagement.core.refusals import raise_if_incomplete, raise_if_refused
from cha_engagement.core.templatetags.ui import uk_date
from cha_engagement.staff.actions import record_wider_access, refuse_assignment
from cha_engagement.staff.models import AccessGrounds, StaffMember

from .. import notifications, queries, rules
from ..enums import CustomerEvent
from ..interfaces import check_people
from ..models import Customer
from .lookup_keys import write_lookup_keys
from .needs import confirmation, take_how_confirmed, write_needs


@idempotent(Customer)
def add_customer(
    *,
    by: StaffMember,
    submission: UUID,
    household_of: Customer | None = None,
    ruled_out: Collection[str] | None = None,
    needs: Mapping[str, str] | None = None,
    needs_confirmed_with: str | None = None,
    **fields: Any,
) -> Customer:
    """Add a customer, who can be looked up at once.

    `needs` are the words beside each of their needs, by its code; `needs_confirmed_with` is with whom these and what is said of them in
    words were confirmed, None where nobody is there to say; how, when and by whom is among the `fields`. `ruled_out` are the references of likely duplicates whom somebody has seen and found to be others: whoever else may be the same is
    shown to them first. Beyond the policy: B16. It is None where nobody is there to look.
    """
    raise_if_refused(rules.may_add_customer(by))
    refuse_assignment(fields)
    needs, how = needs or {}, take_how_confirmed(fields)
    head = queries.head_of_household(household_of)
    if ruled_out is not None:
        raise_if_incomplete(*rules.check_duplicates(by, Customer(**fields), ruled_out))
    raise_if_incomplete(
        *rules.check_name(fields["name"], fields.get("is_organisation", False)),
        *rules.check_emergency_route(fields.get("emergency_route", "")),
        *rules.check_card_texts(fields | {"needs": needs}),
        *rules.check_death(by, Customer(), fields),
        *rules.check_needs(needs, *(getattr(Customer(**fields), name) for name in rules.LETTERS_FIELDS)),
        *(
            rules.check_confirmation(needs_confirmed_with)
            if needs or fields.get("accessibility_needs")
            else []
        ),
        *rules.check_how_confirmed(needs_confirmed_with, how),
    )
    customer = writing.create_record(
        Customer,
        by=by,
        reason="Added",
        event=CustomerEvent.ADD,
        submission=submission,
        household_of=head,
        **fields,
        **queries.consequences_of_needs(needs),
        **confirmation(needs_confirmed_with, how, by=by),
    )
    write_needs(customer, needs, by=by)
    notifications.notify_who_checked(customer, None, by=by)
    write_lookup_keys(customer)
    can_limit = rules.can_limit(fields | {"needs": needs})
    notifications.notify_of_change(customer, {}, by=by, can_limit=can_limit)
    if customer.deceased_on:
        notifications.notify_of_death(customer, by=by)
    return customer


@atomic_action()
def change_customer(
    *,
    customer: Customer,
    by: StaffMember,
    version: int,
    needs: Mapping[str, str] | None = None,
    needs_confirmed_with: str | None = None,
    details_reason: str = "",
    **fields: Any,
) -> Customer:
    """Change what is recorded about a customer. `needs` and how they were confirmed are as in `add_customer`; without needs, theirs stay.

    `details_reason` is why a way in which we reach somebody under a decision goes.

    Needs that were changed are no longer confirmed, unless somebody says with whom they were.
    """
    raise_if_refused(rules.may_change_customer(by, customer))
    refuse_assignment(fields)
    if "household_of" in fields:
        fields["household_of"] = queries.head_of_household(fields["household_of"])
    raise_if_incomplete(
        *rules.check_other_customer(customer, fields.get("household_of"), "household_of"),
        *rules.check_other_customer(customer, fields.get("speaks_for"), "speaks_for"),
    )
    before = customer.reload_locked()
    if has_changed(before, version):
        raise Stale(before)  # before anything is asked about what somebody else has written
    name_and_kind = [fields.get(field, getattr(before, field)) for field in ("name", "is_organisation")]
    if name_and_kind != [before.name, before.is_organisation]:
        raise_if_incomplete(*rules.check_name(*name_and_kind))
    recorded = queries.notes_by_need(before)
    needs = recorded if needs is None else needs
    raise_if_incomplete(*rules.check_card_texts(fields | {"needs": needs}, before))
    if (route := fields.get("emergency_route", "")) != before.emergency_route:
        raise_if_incomplete(*rules.check_emergency_route(route))
    letters = [fields.get(name, getattr(before, name)) for name in rules.LETTERS_FIELDS]
    if needs != recorded or letters != [getattr(before, name) for name in rules.LETTERS_FIELDS]:
        raise_if_incomplete(*rules.check_needs(needs, *letters))
    words = fields.get("accessibility_needs", before.accessibility_needs)
    has_other_needs = needs != recorded or words != before.accessibility_needs
    if has_other_needs:
        raise_if_incomplete(*rules.check_confirmation(needs_confirmed_with))
    how = take_how_confirmed(fields)
    raise_if_incomplete(
        *rules.check_how_confirmed(needs_confirmed_with, how, before),
        *rules.check_death(by, before, fields),
        *rules.check_details_replaced(before, fields, details_reason),
    )
    event, reason = describe_change(before, fields, details_reason)
    if event == CustomerEvent.TAKE_BACK_DEATH:
        fields["death_source"] = ""
    if needs_confirmed_with or has_other_needs:
        fields |= confirmation(needs_confirmed_with, how, by=by)
    if needs != recorded:
        fields |= queries.consequences_of_needs(needs)
    changed = writing.edit_record(customer, by=by, reason=reason, version=version, event=event, **fields)
    if needs_confirmed_with or has_other_needs:
        write_needs(changed, needs, by=by)
        notifications.notify_who_checked(changed, before, by=by)
    write_lookup_keys(changed)
    changes = {
        field.attname: str(field.verbose_name)
        for field in Customer._meta.fields
        if field.name in fields and getattr(changed, field.attname) != getattr(before, field.attname)
    }
    if needs != recorded:
        changes["needs"] = "what they need"
    if "deceased_on" in changes:
        changes["deceased_on"] = (
            "that they died" if changed.deceased_on else "that they have not died after all"
        )
        notifications.notify_of_death(changed, by=by, informed=notifications.overseers(changed, by=by))
    can_limit = rules.can_limit(fields | {"needs": needs}, before)
    notifications.notify_of_change(changed, changes, by=by, can_limit=can_limit)
    return changed


def describe_change(before: Customer, fields: dict[str, Any], details_reason: str) -> tuple[str, str]:
    """Return the event of a change of details, the gravest where there are two, and what is said of each."""
    died_on = fields.get("deceased_on", before.deceased_on)
    source = fields.get("death_source", "")
    events: dict[str, str] = {}
    if died_on != before.deceased_on and died_on:
        events[CustomerEvent.RECORD_DEATH] = f"They died on {uk_date(died_on)}: {source}"
    elif died_on != before.deceased_on:
        events[CustomerEvent.TAKE_BACK_DEATH] = f"They have not died: {source}"
    if rules.replaced_details(before, fields) and rules.is_under_decision(before):
        events[CustomerEvent.REPLACE_DETAILS] = f"How we reach them changed: {details_reason}"
    return next(iter(events), ""), "\n\n".join(events.values()) or "Details changed"


@atomic_action()
def assign_customer(
    *, customer: Customer, by: StaffMember, version: int, assigned_to: StaffMember | None
) -> Customer:
    """Say who looks after a customer. They read the incidents and letters about them from then on. Policy §65."""
    raise_if_refused(rules.may_assign_customer(by))
    before = customer.assigned_to
    if assigned_to not in (before, by):
        people = {"assigned_to": assigned_to}
        raise_if_incomplete(*check_people(customer, people))
    reason = f"Assigned to {assigned_to}" if assigned_to else "Assigned to nobody"
    assigned = writing.edit_record(customer, by=by, reason=reason, version=version, assigned_to=assigned_to)
    if assigned_to and assigned_to != before:
        notifications.notify_assigned_colleague(assigned, by=by)
        record_wider_access(
            readers=[assigned_to], by=by, record=assigned, grounds=AccessGrounds.CUSTOMER_ASSIGNED
        )
    return assigned


@atomic_action()
def request_assignment(*, customer: Customer, by: StaffMember) -> None:
    """Ask one's line manager, or else every manager at work, to be assigned a customer. Policy §65."""
    raise_if_refused(rules.may_request_assignment(by, customer))
    notifications.notify_of_assignment_request(customer, by=by)

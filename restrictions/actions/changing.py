"""A restriction in force becomes another version of itself, or names other people."""

from collections.abc import Mapping
from typing import Any

from cha_engagement.core.reasons import check_reason
from cha_engagement.core.records import Stale, atomic_action, lock_record, writing
from cha_engagement.core.refusals import raise_if_incomplete, raise_if_refused
from cha_engagement.customers.models import Customer
from cha_engagement.staff.models import StaffMember
from restrictions import rules
from restrictions.enums import RestrictionEvent
from restrictions.models import Restriction

from .beginning import beginning_of_version, beginning_once_told_anew, first_day_changed
from .imposing import annual_look_date, complete_restriction, describe_event, put_in_force
from .named_people import notify_named_of_change

CARRIED_OVER = (
    "kind",
    "decision",
    "reason",
    "review_circumstances",
    "easing_conditions",
    "other_route",
    "open_channels_reason",
    "not_notified_reason",
    "unnotified_request",
    "unnotified_requested_by",
    "unnotified_requested_at",
    "unnotified_reader",
    "unnotified_confirmed_by",
    "unnotified_answer",
    "read_receipts_requested",
)
"""Fields that a new version takes from the one before it, where whoever makes it says nothing else."""


@atomic_action()
def vary_restriction(
    *,
    restriction: Restriction,
    by: StaffMember,
    terms: dict[str, Any],
    status_reason: str,
    version: int | None = None,
    **changes: Any,
) -> Restriction:
    """Replace it by a new version, of which its customer must be told anew. Policy §22, 23; beyond the policy: B2, B4.

    `changes` are fields of `Restriction`; what they leave out is as before, its last day and its people excepted.
    """
    customer = restriction.customer.reload_locked()
    raise_if_refused(rules.may_vary(by, restriction.reload_locked()))
    old = writing.change_status(
        restriction,
        RestrictionEvent.VARY,
        by=by,
        version=version,
        reason=describe_event("Replaced by a new version", restriction),
        status_reason=status_reason,
    )
    return write_new_version(old, customer, terms, by=by, **changes)


@atomic_action()
def ease_on_appeal(
    *,
    restriction: Restriction,
    by: StaffMember,
    terms: dict[str, Any],
    status_reason: str,
    **changes: Any,
) -> Restriction:
    """Replace it by the version that a panel eased it to, given as in `vary_restriction`. Policy §22; beyond the policy: B2, B4."""
    customer = restriction.customer.reload_locked()
    raise_if_refused(rules.may_change_on_appeal(by, restriction.reload_locked()))
    old = writing.change_status(
        restriction,
        RestrictionEvent.VARY,
        by=by,
        reason=describe_event("Replaced by a new version", restriction),
        status_reason=status_reason,
    )
    return write_new_version(old, customer, terms, by=by, **changes)


def write_new_version(
    old: Restriction, customer: Customer, terms: dict[str, Any], *, by: StaffMember, **changes: Any
) -> Restriction:
    """Write the version that comes after one that was just replaced, and put it in force."""
    facts = carry_over(old, changes) | {"customer": customer, "terms": terms}
    if by.pk == old.imposed_by_id:  # whoever had a part in it has not less of one in its version
        facts["involvement_reason"] = old.involvement_reason
    incidents, evidence = list(old.incidents.all()), list(old.evidence.all())
    facts |= complete_restriction(Restriction(**facts), incidents, evidence, old)
    new = writing.create_record(
        Restriction,
        by=by,
        reason="New version written",
        links={"incidents": incidents, "evidence": evidence},
        unchanged=rules.unchanged_reasons(Restriction(**facts), old),
        supersedes=old,
        proposed_by=by,
        values=facts,
    )
    return put_in_force(new, by=by)


def carry_over(old: Restriction, changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of its new version: the changes that are given, and of the rest what goes on."""
    facts = {name: getattr(old, name) for name in CARRIED_OVER} | {
        name: value for name, value in changes.items() if value is not None
    }
    if not facts.get("first_review_on"):
        facts.setdefault("no_review_reason", old.no_review_reason)
        facts.setdefault("review_months", old.review_months)
    facts["lasts_months"] = old.length_of_version(facts.get("ends_on"))
    return facts | beginning_of_version(old)


@atomic_action()
def replace_people(
    *,
    restriction: Restriction,
    by: StaffMember,
    version: int,
    status_reason: str,
    **people: StaffMember | None,
) -> Restriction:
    """Name others in the place of those whom its terms name; the customer is told anew. Policy §21.1; beyond the policy: B2.

    Nothing else changes, so that it stays the restriction that is reviewed, suspended or under appeal.
    """
    restriction.customer.reload_locked()
    current = lock_record(restriction, version)
    raise_if_refused(rules.may_replace_people(by, current))
    if not current.can(RestrictionEvent.VARY):
        raise Stale(current)
    named_before = current.people
    for name, person in people.items():
        setattr(current, name, person)
    raise_if_incomplete(
        *check_reason(current, "status_reason", status_reason),
        *current.kind_rules.check_terms(current),
        *rules.check_people_named(current),
    )
    renamed = writing.save_record(
        current,
        by=by,
        reason=describe_event("Somebody else is named", current),
        event=RestrictionEvent.RENAME,
        status_reason=status_reason,
        customer_notified_on=None,
        talked_on=None,
        explained_to="",
        how_explained="",
        **beginning_once_told_anew(current),
    )
    first_day_changed.send(sender=Restriction, restriction=renamed, by=by)
    notify_named_of_change(named_before, renamed, by=by)
    return renamed


@atomic_action()
def keep_without_review(
    *, restriction: Restriction, by: StaffMember, version: int, stays_reason: str
) -> Restriction:
    """Record that one without reviews stays, looked at once a year. Policy §23."""
    current = lock_record(restriction, version)
    raise_if_refused(rules.may_look_again(by, current))
    if not (current.can(RestrictionEvent.LIFT) and current.look_again_on):
        raise Stale(current)
    raise_if_incomplete(*check_reason(current, "stays_reason", stays_reason))
    return writing.save_record(
        current,
        by=by,
        reason=describe_event("Looked at, and it stays", current),
        event=RestrictionEvent.LOOK_AGAIN,
        stays_reason=stays_reason,
        look_again_on=annual_look_date(),
    )

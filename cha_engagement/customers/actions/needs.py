"""Record what customers need of us, and that it was confirmed with them. Policy §9, 18; beyond the policy: B2."""

from collections.abc import Mapping
from typing import Any

from cha_engagement.core.records import atomic_action, writing
from cha_engagement.core.refusals import raise_if_refused
from cha_engagement.organisation import calendar
from cha_engagement.staff.models import StaffMember

from .. import notifications, queries, rules
from ..enums import CONFIRMED, HOW_CONFIRMED, CustomerEvent, NeedCode, NeedEvent
from ..models import Customer, Need

NOT_CONFIRMED: dict[str, Any] = {
    "needs_confirmed_on": None,
    "needs_confirmed_with": "",
    "needs_confirmed_how": "",
    "needs_confirmed_by": None,
}


def take_how_confirmed(fields: dict[str, Any]) -> dict[str, Any]:
    """Take how, when and by whom needs were confirmed out of the fields of a record, and return it."""
    return {name: fields.pop(name, None) for name in HOW_CONFIRMED}


def confirmation(confirmed_with: str | None, how: Mapping[str, Any], *, by: StaffMember) -> dict[str, Any]:
    """Return the fields of a customer that say that their needs are confirmed, or are not.

    `how` says how, when and by whom: today and `by` whoever records it, where it leaves that out.
    """
    if confirmed_with not in CONFIRMED:
        return NOT_CONFIRMED
    return {
        "needs_confirmed_on": how.get("needs_confirmed_on") or calendar.today(),
        "needs_confirmed_with": confirmed_with,
        "needs_confirmed_how": how.get("needs_confirmed_how") or "",
        "needs_confirmed_by": how.get("needs_confirmed_by") or by,
    }


@atomic_action()
def confirm_needs(
    *, customer: Customer, by: StaffMember, confirmed_with: str, how: Mapping[str, Any] | None = None
) -> Customer:
    """Record that all that is known of a customer's needs was confirmed with somebody, or that nobody could be asked.

    `how` is as in `confirmation`; what it leaves out is no news of a day on which the same was confirmed already.
    """
    raise_if_refused(rules.may_change_customer(by, customer))
    current = customer.reload_locked()
    said = {name for name, answer in (how or {}).items() if answer}
    values = confirmation(confirmed_with, how or {}, by=by)
    compared = said.union(("needs_confirmed_on", "needs_confirmed_with"))
    if any(getattr(current, name) != values[name] for name in compared):
        writing.save_record(
            current,
            by=by,
            reason="Needs confirmed" if values["needs_confirmed_on"] else "Nobody could be asked about needs",
            event=CustomerEvent.CONFIRM_NEEDS,
            values=values,
        )
        notifications.notify_who_checked(current, None, by=by)
    write_needs(current, queries.notes_by_need(current), by=by)
    return current


def write_needs(customer: Customer, notes_by_need: Mapping[str, str], *, by: StaffMember) -> None:
    """Let these be the needs of a customer, each with the words beside it, confirmed where the customer's record says so."""
    confirmed: dict[str, Any] = {
        "confirmed_on": customer.needs_confirmed_on,
        "confirmed_with": customer.needs_confirmed_with,
    }
    missing = dict(notes_by_need)
    for need in customer.needs.current().select_for_update(no_key=True).order_by("pk"):
        note = missing.pop(need.code, None)
        if note is None:
            writing.save_record(need, by=by, reason=str(need), event=NeedEvent.END, ended_on=calendar.today())
            continue
        is_changed = need.note != note
        values = {"note": note} | (confirmed if is_changed or customer.needs_confirmed_on else {})
        if any(getattr(need, name) != value for name, value in values.items()):
            reason = f"{need.get_code_display()}: {note}" if is_changed else "Confirmed"
            event = NeedEvent.CHANGE if is_changed else ""
            writing.save_record(need, by=by, reason=reason, event=event, values=values)
    for code, note in missing.items():
        writing.create_record(
            Need,
            by=by,
            reason=f"{NeedCode(code).label}: {note}" if note else str(NeedCode(code).label),
            event=NeedEvent.RECORD,
            customer=customer,
            code=code,
            note=note,
            **confirmed,
        )
    customer.__dict__.pop("current_needs", None)


def write_consequences(customer: Customer, *, by: StaffMember | None, reason: str) -> None:
    """Let a customer's record say what follows from their needs, where these have come or gone with another record."""
    customer.__dict__.pop("current_needs", None)
    values = queries.consequences_of_needs([need.code for need in customer.current_needs])
    if any(getattr(customer, name) != value for name, value in values.items()):
        writing.save_record(customer, by=by, reason=reason, values=values)

"""Customers are told of restrictions, and staff confirm that they have read them."""

from collections.abc import Collection
from datetime import date
from operator import attrgetter

from django.dispatch import Signal

from cha_engagement.core.reasons import check_reason
from cha_engagement.core.records import Stale, atomic_action, lock_record, writing
from cha_engagement.core.refusals import raise_if_incomplete, raise_if_refused
from cha_engagement.customers.models import Customer
from cha_engagement.letters.models import Letter
from cha_engagement.staff.models import StaffMember
from restrictions import notifications, rules
from restrictions.enums import STANDING, RestrictionEvent
from restrictions.models import ReadReceipt, Restriction
from restrictions.queries import is_renamed_since, restrictions_in

from .beginning import (
    beginning_once_undone,
    days_when_told,
    first_day_changed,
    later_versions,
)
from .imposing import describe_event
from .unnotified import NOT_ASKED, NOT_CONFIRMED

notification_undone = Signal()
"""Sent when a customer counts as not told of a restriction after all, or as told later: with the `restriction`, and `by` whom."""


@atomic_action()
def notify_customer(
    *, restriction: Restriction, on: date, by: StaffMember, letter: Letter | None = None
) -> Restriction:
    """Record that the customer was told of it on a day, by a letter or otherwise. The first day stays. Policy §12, 23; B23.

    A letter in the post is overtaken by one that is handed over meanwhile. Nobody who had died by then was told.
    """
    restriction.customer.reload_locked()
    current = restriction.reload_locked()
    is_told_before = bool(current.customer_notified_on and current.customer_notified_on <= on)
    if is_told_before and not letter:
        return current
    first_day = current.starts_on
    links = {"letters": [*current.letters.all(), letter]} if letter else {}
    if is_told_before or current.customer.has_died_by(on):
        reason = (
            "The customer was written to again" if is_told_before else "Written after the customer’s death"
        )
        return writing.save_record(current, by=by, reason=reason, links=links)
    told = writing.save_record(
        current,
        by=by,
        reason=describe_event("Told", restriction),
        event=RestrictionEvent.TELL,
        links=links,
        customer_notified_on=on,
        not_notified_reason="",
        values=NOT_CONFIRMED | days_when_told(current, on),
    )
    first_day_changed.send(sender=Restriction, restriction=told, by=by)
    if told.starts_on != first_day:
        notifications.notify_of_first_day(told, by=by)
    return told


@atomic_action()
def record_talk(
    *,
    restriction: Restriction,
    by: StaffMember,
    version: int,
    talked_on: date,
    explained_to: str,
    how_explained: str,
    also_explained: Collection[Restriction] = (),
) -> Restriction:
    """Record that somebody explained it to the customer, or to one who speaks for them, in a talk. It stands beside the letter and tells of no right to appeal. Policy §12, 23.

    `also_explained` are others of its decision that the same talk explained. Nobody asks any more that they are not told.
    """
    restriction.customer.reload_locked()
    current = lock_record(restriction, version)
    others = [other.reload_locked() for other in sorted(also_explained, key=attrgetter("pk"))]
    refused = [
        *rules.check_explained_to(current, explained_to, talked_on),
        *check_reason(current, "how_explained", how_explained),
    ]
    for explained in (current, *others):
        raise_if_refused(rules.may_record_talk(by, explained))
        if not explained.can(RestrictionEvent.LIFT):
            raise Stale(explained)
        refused += rules.check_talked_on(explained, talked_on)
    raise_if_incomplete(*refused, *rules.check_also_explained(current, others))
    for explained in (*others, current):
        recorded = writing.save_record(
            explained,
            by=by,
            reason=describe_event("Explained in a talk", explained),
            event=RestrictionEvent.TALK,
            talked_on=talked_on,
            explained_to=explained_to,
            how_explained=how_explained,
            **NOT_ASKED,
        )
    return recorded


@atomic_action()
def request_read_receipts(*, restriction: Restriction, by: StaffMember, version: int) -> Restriction:
    """Have each member of staff confirm that they have read it, the next time they see the card. Beyond the policy: B1."""
    current = lock_record(restriction, version)
    raise_if_refused(rules.may_request_read_receipts(by, current))
    if current.read_receipts_requested or not current.can(RestrictionEvent.LIFT):
        raise Stale(current)
    return writing.save_record(
        current,
        by=by,
        reason=describe_event("Staff are asked to confirm that they have read it", current),
        event=RestrictionEvent.ASK_READING,
        read_receipts_requested=True,
    )


@atomic_action()
def confirm_reading(*, customer: Customer, by: StaffMember, shown: Collection[str]) -> None:
    """Record that they have read what they are asked to; of that, what was `shown`, by reference. Beyond the policy: B1."""
    raise_if_refused(rules.may_confirm_reading(by))
    customer.reload_locked()
    for restriction in customer.restrictions.unread_by(by).filter(reference__in=shown):
        writing.create_record(ReadReceipt, by=by, values={"by": by}, reason="Read", restriction=restriction)


def notify_customer_by_letter(letter: Letter, on: date, by: StaffMember) -> None:
    """Record that the customer was told of what the letter tells, as far as it still stands and names whom it named."""
    for restriction in restrictions_in(letter):
        if restriction.status in STANDING and not is_renamed_since(restriction, letter):
            notify_customer(restriction=restriction, on=on, by=by, letter=letter)


def undo_notification_by_letter(letter: Letter, on: date, by: StaffMember) -> None:
    """Undo that the customer was told by a letter that came back, which counted as received on a day. Beyond the policy: B23.

    What another letter told of stays told. A later version that goes on from what this one alone told of waits too.
    """
    letter.customer.reload_locked()
    for restriction in restrictions_in(letter):
        for version in [restriction, *later_versions(restriction)]:
            undo_notification(version.reload_locked(), on, by)


def undo_notification(restriction: Restriction, on: date, by: StaffMember) -> None:
    told_on = restriction.customer_notified_on
    if told_on == on:
        reaching = (
            letter
            for letter in restriction.letters.filter_sent()
            if not is_renamed_since(restriction, letter)
        )
        told_on = min(filter(None, (letter.received_on for letter in reaching)), default=None)
    changes = {"customer_notified_on": told_on, **beginning_once_undone(restriction, told_on)}
    if all(getattr(restriction, name) == value for name, value in changes.items()):
        return
    first_day = restriction.starts_on
    undone = writing.save_record(
        restriction,
        by=by,
        reason=describe_event("Not told: the letter came back", restriction),
        event=RestrictionEvent.UNTELL,
        values=changes,
    )
    first_day_changed.send(sender=Restriction, restriction=undone, by=by)
    if undone.starts_on != first_day:
        notifications.notify_of_first_day(undone, by=by)
    notification_undone.send(sender=Restriction, restriction=undone, by=by)

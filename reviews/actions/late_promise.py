"""What is late for long goes to the Management Team, is put off once or suspended, and is settled once it is held. Beyond the policy: B25."""

from datetime import date
from typing import Any
from uuid import uuid4

from django.db.models import Q
from django.dispatch import receiver

from cha_engagement.core.reasons import check_reason
from cha_engagement.core.records import Stale, atomic_action, lock_record, status_changed, writing
from cha_engagement.core.refusals import raise_if_incomplete, raise_if_refused
from cha_engagement.core.templatetags.ui import uk_date
from cha_engagement.customers.models import Customer
from cha_engagement.letters.actions import draft_letter, leave_draft
from cha_engagement.letters.enums import LetterStatus
from cha_engagement.letters.models import Letter
from cha_engagement.organisation.calendar import add_working_days, today
from cha_engagement.staff.models import StaffMember
from restrictions import actions as restriction_actions
from restrictions.enums import RestrictionEvent
from restrictions.models import Restriction

from .. import notifications, queries, rules
from ..enums import (
    OPEN_LATE,
    OPEN_STATUSES,
    AppealEvent,
    LateAnswer,
    LatePromiseEvent,
    LetterCode,
    ReviewEvent,
    ReviewStatus,
)
from ..models import Appeal, AppealedRestriction, LatePromise, Review


@atomic_action()
def pass_up(*, about: Review | Appeal) -> LatePromise:
    """Have the Management Team answer for what is late by the set time. Raises `Stale` where that is done, or it was held."""
    about.customer.reload_locked()
    current = about.reload_locked()
    which: dict[str, Any]
    if isinstance(current, Review):
        is_open = current.status == ReviewStatus.SCHEDULED
        which, promised_on = {"review": current}, current.due_on
    else:
        is_open = current.status in OPEN_STATUSES
        which, promised_on = {"appeal": current}, current.decide_by
    if not is_open or LatePromise.objects.filter(**which).exists():
        raise Stale(current)
    promise = writing.create_record(
        LatePromise,
        by=None,
        reason="Passed up to the Management Team",
        event=LatePromiseEvent.PASS_UP,
        customer=current.customer,
        promised_on=promised_on,
        passed_up_on=today(),
        answer_by=add_working_days(today(), rules.WORKING_DAYS_TO_ANSWER),
        **which,
    )
    notifications.notify_passed_up(promise)
    return promise


@atomic_action()
def answer_late_promise(
    *,
    promise: LatePromise,
    by: StaffMember,
    version: int,
    answer: str,
    answer_reason: str,
    put_off_to: date | None = None,
) -> LatePromise:
    """Answer for what is late: it is put off, once, or suspended from the next working day on. Its review is held elsewhere."""
    promise.customer.reload_locked()
    current = lock_record(promise, version)
    raise_if_refused(rules.may_answer_late(by, current))
    if not current.can(LatePromiseEvent.SUSPEND):
        raise Stale(current)
    is_put_off = answer == LateAnswer.PUT_OFF
    raise_if_incomplete(
        *(rules.check_put_off(current, put_off_to) if is_put_off else rules.check_suspension(current)),
        *check_reason(current, "answer_reason", answer_reason),
    )
    if is_put_off and put_off_to:
        return put_off(current, put_off_to, by=by, answer_reason=answer_reason)
    decided = writing.save_record(
        current,
        by=by,
        reason="To be suspended until it is held",
        event=LatePromiseEvent.DECIDE,
        answered_by=by,
        answer_reason=answer_reason,
    )
    return tell_staff_of_suspension(decided, by=by)


def put_off(promise: LatePromise, day: date, *, by: StaffMember, answer_reason: str) -> LatePromise:
    """Put it off to another day. Staff who were told that it will be suspended are told that it is not."""
    if promise.suspends_on:
        restrictions = rules.restrictions_to_suspend(promise)
        notifications.notify_staff_of_suspension(promise, restrictions, "is not suspended after all")
    return writing.change_status(
        promise,
        LatePromiseEvent.PUT_OFF,
        by=by,
        reason=f"Put off to {uk_date(day)}",
        put_off_to=day,
        answer_by=day,
        answered_by=by,
        answer_reason=answer_reason,
        suspends_on=None,
    )


@atomic_action()
def announce_suspension(*, promise: LatePromise) -> LatePromise:
    """Have staff told that it is suspended from the next working day on, once the days to answer are over."""
    promise.customer.reload_locked()
    current = promise.reload_locked()
    is_open = current.can(LatePromiseEvent.SUSPEND) and not current.suspends_on
    if not is_open or not rules.restrictions_to_suspend(current):
        raise Stale(current)
    return tell_staff_of_suspension(current, by=None)


def tell_staff_of_suspension(promise: LatePromise, *, by: StaffMember | None) -> LatePromise:
    """Tell staff that it is suspended from the next working day on, so that nobody learns of it from the customer."""
    day = add_working_days(today(), 1)
    restrictions = rules.restrictions_to_suspend(promise)
    notifications.notify_staff_of_suspension(
        promise, restrictions, f"is suspended from {uk_date(day)} unless what is late is held before"
    )
    return writing.save_record(
        promise,
        by=by,
        reason=f"Staff told that it is suspended from {uk_date(day)}",
        event=LatePromiseEvent.TELL,
        suspends_on=day,
    )


@atomic_action()
def take_back_suspension(*, promise: LatePromise) -> LatePromise:
    """Tell staff that it is not suspended on the day of which they were told: it was switched off. Switched on again, they are told anew."""
    promise.customer.reload_locked()
    current = promise.reload_locked()
    if not current.suspends_on or not current.can(LatePromiseEvent.SUSPEND):
        raise Stale(current)
    restrictions = rules.restrictions_to_suspend(current)
    notifications.notify_staff_of_suspension(current, restrictions, "is not suspended after all")
    return writing.save_record(
        current,
        by=None,
        reason="Staff told that it is not suspended: it was switched off",
        event=LatePromiseEvent.TAKE_BACK,
        suspends_on=None,
    )


@atomic_action()
def suspend_until_held(*, promise: LatePromise) -> LatePromise:
    """Suspend what it is about, from the day on of which staff were told, and leave the letter to the customer with a manager.

    Where the job was skipped on that day, it is suspended from today on: until then it applied.
    """
    promise.customer.reload_locked()
    current = promise.reload_locked()
    restrictions = rules.restrictions_to_suspend(current)
    if not current.suspends_on or current.suspends_on > today() or not restrictions:
        raise Stale(current)
    suspended = writing.change_status(
        current,
        LatePromiseEvent.SUSPEND,
        by=None,
        reason="Suspended until it is held",
        suspends_on=today(),
        links={"suspended": restrictions},
    )
    for restriction in restrictions:
        suspend_restriction(suspended, restriction)
    notifications.notify_suspended(suspended)
    if holder := queries.letter_writer(suspended):
        leave_draft(customer=suspended.customer, kind=LetterCode.LATE_PROMISE, about=suspended, holder=holder)
    return suspended


def suspend_restriction(promise: LatePromise, restriction: Restriction) -> None:
    """Suspend one that an appeal has not suspended already; an appeal knows of it."""
    if restriction.can(RestrictionEvent.SUSPEND):
        restriction_actions.suspend_late_restriction(restriction=restriction)
    for appealed in AppealedRestriction.objects.filter(
        appeal=promise.appeal_id, restriction=restriction, suspended=False
    ):
        writing.save_record(appealed, by=None, reason="Suspended: the hearing is late", suspended=True)


@receiver(status_changed, sender=Review)
@receiver(status_changed, sender=Appeal)
def settle_late_promise(
    sender: Any, record: Review | Appeal, transition: str, by: StaffMember | None, **kwargs: Any
) -> None:
    """Settle a late promise once the review or the hearing was held, or there is nothing left to hold."""
    is_held = transition in (ReviewEvent.HOLD, AppealEvent.DECIDE)
    if not is_held and transition not in (ReviewEvent.CANCEL, AppealEvent.WITHDRAW):
        return
    which = {"review" if sender is Review else "appeal": record}
    for promise in LatePromise.objects.filter(**which, status__in=OPEN_LATE):
        writing.change_status(
            promise,
            LatePromiseEvent.HOLD if is_held else LatePromiseEvent.DROP,
            by=by,
            reason="Held at last" if is_held else "There is nothing left to hold",
        )


def follow_unmerge(kept: Customer, other: Customer, *, by: StaffMember) -> None:
    """Give a customer back what of theirs became late for long while their record was one with another. Beyond the policy: B16."""
    since = LatePromise.objects.filter(Q(review__customer=other) | Q(appeal__customer=other), customer=kept)
    for promise in since.order_by("pk"):
        writing.save_record(promise, by=by, reason=f"About {other}, as what is late is", customer=other)


@atomic_action()
def write_late_letter(*, promise: LatePromise, by: StaffMember) -> Letter:
    """Return the letter about what is late: the one that says how it is now, or a new draft."""
    promise = promise.reload_locked()
    raise_if_refused(rules.may_write_late_letter(by, promise))
    letter = promise.letters.exclude(status=LetterStatus.VOID).order_by("-pk").first()
    if letter and letter.letter_kind.check_still_true(letter):
        letter = None
    return letter or draft_letter(
        customer=promise.customer, kind=LetterCode.LATE_PROMISE, about=promise, by=by, submission=uuid4()
    )

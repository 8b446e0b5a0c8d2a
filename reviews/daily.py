"""What becomes of promises that are late for long. Beyond the policy: B25."""

from datetime import date
from itertools import repeat

from cha_engagement.core.records import Stale
from cha_engagement.organisation.models import Organisation

from . import actions, queries, rules
from .enums import LatePromiseStatus
from .models import Appeal, LatePromise, Review


def keep_promises(today: date) -> str:
    """Pass up what is late for long and, once the Management Team had the time to answer, tell staff and then suspend. Beyond the policy: B25.

    However late it runs, each comes a working day after the one before at the earliest. Nothing happens until the committee has adopted it;
    where that is withdrawn, staff are told that what they were told of is not suspended.
    """
    if not Organisation.current().suspends_late_promises:
        taken_back = sum(map(take_back_if_told, [*queries.open_late_promises()]))
        return f"Late promises: the committee has not adopted that they suspend, {taken_back} taken back."
    suspended = sum(map(suspend_if_due, [*queries.open_late_promises()], repeat(today)))
    passed_up = sum(map(pass_up_if_late, [*queries.promises_to_pass_up(today)]))
    return f"Late promises: {passed_up} passed up to the Management Team, {suspended} suspended."


def pass_up_if_late(about: Review | Appeal) -> bool:
    try:
        actions.pass_up(about=about)
    except Stale:  # it was held meanwhile
        return False
    return True


def suspend_if_due(promise: LatePromise, today: date) -> bool:
    """Suspend what staff were told of before today; tell them of what nobody has answered for until now, or is decided."""
    if promise.status == LatePromiseStatus.SUSPENDED or not rules.restrictions_to_suspend(promise):
        return False
    try:
        if promise.suspends_on is None:
            if promise.answer_by <= today or queries.is_suspension_decided(promise):
                actions.announce_suspension(promise=promise)
            return False
        if promise.suspends_on <= today:
            actions.suspend_until_held(promise=promise)
            return True
    except Stale:  # it was held or answered for meanwhile
        return False
    return False


def take_back_if_told(promise: LatePromise) -> bool:
    try:
        actions.take_back_suspension(promise=promise)
    except Stale:  # nobody was told, or it is suspended already
        return False
    return True

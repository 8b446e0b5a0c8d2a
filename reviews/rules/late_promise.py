"""Who answers for a review or a hearing that is late for long, and what they can answer. Beyond the policy: B25."""

from datetime import date

from cha_engagement.core.permissions import Permission
from cha_engagement.core.refusals import Refusal
from cha_engagement.core.templatetags.ui import uk_date
from cha_engagement.letters.models import Letter
from cha_engagement.organisation.calendar import add_working_days, is_working_day, today
from cha_engagement.organisation.models import Organisation
from cha_engagement.staff.models import StaffMember
from restrictions.models import Restriction
from restrictions.rules import may_vary, protects_from_danger

from .. import queries
from ..enums import LateAnswer, LatePromiseEvent, LatePromiseStatus, Protection
from ..models import LatePromise

WORKING_DAYS_TO_ANSWER = 5
WORKING_DAYS_PUT_OFF = 20
"""The most by which it is put off."""


def may_answer_late(user: StaffMember, promise: LatePromise) -> Refusal | None:
    """Leave it to the Management Team, of whom any may answer while the committee has adopted it; each on the kinds that they may use. Policy §54; beyond the policy: B25."""
    if not user.has_perm(Permission.RECEIVE_ESCALATIONS):
        return Refusal("Only a Management Team member answers for what is late for long.", "B25")
    if promise.customer.deceased_on:
        return Refusal("The customer has died, so nobody answers for it. End what still applies.", "B25")
    if not Organisation.current().suspends_late_promises:
        return Refusal("That what is late suspends is switched off. Have it held.", "B25")
    refusals = (may_vary(user, restriction) for restriction in queries.promised_restrictions(promise))
    return next(filter(None, refusals), None)


def may_write_late_letter(
    user: StaffMember, promise: LatePromise, letter: Letter | None = None
) -> Refusal | None:
    if not user.has_perm(Permission.HOLD_REVIEWS):
        return Refusal("Only a manager writes to the customer about what is late.", "B25")
    if letter is None and promise.status not in (LatePromiseStatus.PUT_OFF, LatePromiseStatus.SUSPENDED):
        return Refusal("There is nothing to write of yet: nobody has answered for it.", "B25")
    return None


def restrictions_to_suspend(promise: LatePromise) -> list[Restriction]:
    """Return what a late promise suspends: never what protects from violence, threats or harassment."""
    restrictions = queries.promised_restrictions(promise)
    return [restriction for restriction in restrictions if not protects_from_danger(restriction)]


def protection_of(promise: LatePromise) -> Protection:
    """Return how much of what it is about is not suspended, since it protects; where nothing of that stands any more, none does."""
    restrictions = queries.promised_restrictions(promise)
    protecting = sum(map(protects_from_danger, restrictions))
    if not protecting:
        return Protection.NONE
    return Protection.ALL if protecting == len(restrictions) else Protection.PART


def open_late_answers(promise: LatePromise) -> list[LateAnswer]:
    """Return what the Management Team can still answer, besides having it held."""
    if not promise.can(LatePromiseEvent.SUSPEND):
        return []
    answers = []
    if not check_may_still_put_off(promise):
        answers.append(LateAnswer.PUT_OFF)
    if not check_suspension(promise):
        answers.append(LateAnswer.SUSPEND)
    return answers


def check_may_still_put_off(promise: LatePromise) -> list[Refusal]:
    """Let it be put off once, within the days to answer, unless it is decided that it is suspended."""
    if queries.was_put_off_before(promise):
        return [Refusal("It was put off once already, and is not again.", "B25", "answer")]
    if queries.is_suspension_decided(promise):
        return [Refusal("It is decided that it is suspended.", "B25", "answer")]
    if today() > promise.answer_by:
        sentence = f"It could be put off until {uk_date(promise.answer_by)}. Have it held, or suspend the restriction."
        return [Refusal(sentence, "B25", "answer")]
    return []


def check_put_off(promise: LatePromise, day: date | None) -> list[Refusal]:
    """Check a day to which it is put off: a working day that is near, and while something is restricted."""
    field = "put_off_to"
    if refusals := check_may_still_put_off(promise):
        return refusals
    if day is None:
        return [Refusal("Say by which day it will be held.", "B25", field)]
    latest = add_working_days(today(), WORKING_DAYS_PUT_OFF)
    ends = [restriction.ends_on for restriction in queries.promised_restrictions(promise)]
    if ends and all(ends):
        latest = min(latest, max(filter(None, ends)))
    if not today() < day <= latest:
        return [Refusal(f"Choose a day after today, up to {uk_date(latest)}.", "B25", field)]
    if not is_working_day(day):
        return [Refusal("Choose a working day: nobody is there to hold it.", "B25", field)]
    return []


def check_suspension(promise: LatePromise) -> list[Refusal]:
    """Refuse to suspend what protects somebody, what does not apply any more, and what is to be suspended anyhow."""
    if protection_of(promise) == Protection.ALL:
        sentence = "This protects from violence, threats or harassment, so that it is late suspends nothing. Have it held: it can be eased or end."
        return [Refusal(sentence, "B25", "answer")]
    if not restrictions_to_suspend(promise):
        return [Refusal("Nothing that it is about applies any more. Have it held.", "B25", "answer")]
    if promise.suspends_on:
        return [Refusal(f"It is suspended from {uk_date(promise.suspends_on)} anyhow.", "B25", "answer")]
    return []


def check_late_letter_still_true(letter: Letter) -> list[Refusal]:
    """Refuse a letter of what has changed since it was issued, or is over: it was held meanwhile."""
    promise = letter.late_promises.get()
    events = promise.history.exclude(event="").order_by("-sequence")
    has_changed = letter.issued_at and events.values_list("history_date", flat=True)[0] > letter.issued_at
    if not has_changed and promise.status in (LatePromiseStatus.PUT_OFF, LatePromiseStatus.SUSPENDED):
        return []
    sentence = "What is late was held since, or something else applies now. Withdraw this letter, and write about how it is now."
    return [Refusal(sentence, "12")]

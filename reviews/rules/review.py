"""Who may hold a review, and what is wrong or missing before one is held."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from cha_engagement.core.permissions import Permission
from cha_engagement.core.refusals import Refusal
from cha_engagement.core.templatetags.ui import uk_date
from cha_engagement.organisation.calendar import add_months, today
from cha_engagement.organisation.models import Organisation
from cha_engagement.staff.models import StaffMember
from restrictions.enums import Heard
from restrictions.models import Restriction
from restrictions.rules import check_alive, check_their_side, may_vary

from .. import queries
from ..enums import ReviewOutcome
from ..models import Review
from .version import (
    CHANGEABLE_FIELDS,
    check_instruction_kept,
    check_request,
    check_still_restricts,
    check_version,
    has_changed_in,
    unsaved_version,
)

ONLY_A_FRESH_DECISION = "Only a fresh decision takes more away."


def may_hold_review(user: StaffMember, review: Review) -> Refusal | None:
    """A manager; for the complaints process, the Management Team alone. Policy §23, 54."""
    if not user.has_perm(Permission.HOLD_REVIEWS):
        return Refusal("Only a manager reviews a restriction.", "23")
    return may_vary(user, review.restriction)


def check_review(review: Review, changes: Mapping[str, Any]) -> list[Refusal]:
    """Check that what goes on is looked at again in time, takes no more away, and is not varied under appeal. Policy §14, 22, 23; B28.

    What their customer says of it is asked first (B24). Whatever is lifted needs none of that.
    """
    restriction, outcome, next_review_on = review.restriction, review.outcome, review.next_review_on
    if outcome == ReviewOutcome.LIFT:
        return []
    ends_on = restriction.ends_on if outcome == ReviewOutcome.CONTINUE else None
    if died := check_alive(restriction.customer):
        return [replace(died[0], field="outcome", sentence=f"{died[0].sentence} End this restriction.")]
    refusals = check_their_side(review)
    refusals += check_next_review(ends_on, next_review_on, restriction.review_months)
    if outcome == ReviewOutcome.VARY:
        refusals += check_not_under_appeal(restriction) or check_says_something_new(restriction, changes)
        refusals += check_takes_no_more(restriction, changes)
        refusals += check_asker_was_heard(review, changes)
    return refusals


def check_asker_was_heard(review: Review, changes: Mapping[str, Any]) -> list[Refusal]:
    """Refuse that a customer asked for a change and, on the same form, was not asked or has not answered. Beyond the policy: B24, B28."""
    if not changes.get("customer_request") or review.heard != Heard.NOT_HEARD:
        return []
    sentence = "They asked for this, and you say above that they were not asked or have not answered. Say there what they told us."
    return [Refusal(sentence, "B24", "heard")]


def check_next_review(ends_on: date | None, day: date | None, months: int | None) -> list[Refusal]:
    """Check that it lies ahead, within the interval that was set, and while the restriction lasts. Policy §23.

    On the last day of the restriction there is no more to come.
    """
    field = "next_review_on"
    longest = Organisation.current().longest_review_months
    months = min(months or longest, longest)
    interval = add_months(today(), months)
    latest = min(filter(None, (ends_on, interval)))
    if latest <= today():
        if day is None:
            return []
        return [Refusal("It ends today, so leave the next review empty.", "23", field)]
    if day is None:
        return [Refusal("Say when it is looked at again.", "23", field)]
    if day <= today():
        return [Refusal("The next review must be in the future. Choose a day after today.", "23", field)]
    if day > latest:
        why = "It ends before that" if latest == ends_on else f"It is looked at every {months} months"
        return [Refusal(f"{why}. Choose a day up to {uk_date(latest)}.", "23", field)]
    return []


def check_not_under_appeal(restriction: Restriction) -> list[Refusal]:
    """Leave alone what a panel is about to decide on, though it may be lifted."""
    if not queries.open_appeals(restriction).exists():
        return []
    return [
        Refusal(
            "This restriction is under appeal, so a review cannot vary it. Continue or lift it, or wait for the appeal.",
            "22",
            "outcome",
        )
    ]


def check_says_something_new(restriction: Restriction, changes: Mapping[str, Any]) -> list[Refusal]:
    """Refuse a new version that says the same: its customer is told of it, and can appeal against it. Beyond the policy: B4."""
    version = unsaved_version(restriction, changes)
    if has_changed_in(
        restriction, version, {*CHANGEABLE_FIELDS, "terms", "easing_conditions"} & changes.keys()
    ):
        return []
    return [
        Refusal(
            "Nothing is changed. Change something, or choose that it continues as it is.", "23", "outcome"
        )
    ]


def check_takes_no_more(restriction: Restriction, changes: Mapping[str, Any]) -> list[Refusal]:
    """Let a review keep, ease or end: only a fresh decision takes more away. Policy §14; beyond the policy: B28."""
    version = unsaved_version(restriction, {"review_months": restriction.review_months} | dict(changes))
    refusals = check_still_restricts(version, ReviewOutcome.LIFT) + check_request(restriction, changes)
    refusals += [
        replace(refusal, sentence=f"{refusal.sentence} {ONLY_A_FRESH_DECISION}")
        for refusal in check_version(restriction, version)
    ]
    refusals += [
        Refusal(
            f"A review leaves these words as they are: nobody can tell whether others would restrict more. {ONLY_A_FRESH_DECISION}",
            "14",
            name,
        )
        for name in restriction.kind_rules.free_texts
        if version.terms.get(name) != restriction.terms.get(name)
    ]
    return refusals + check_instruction_kept(restriction, version, changes)

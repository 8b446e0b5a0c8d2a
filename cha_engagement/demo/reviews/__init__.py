"""The appeals and reviews of the demonstration, and the letters that end them: all invented."""

from collections.abc import Mapping
from datetime import date
from functools import partial
from typing import Any

from cha_engagement.demo.customers import customer
from cha_engagement.demo.demonstration import Demonstration
from cha_engagement.demo.letters import issue, post
from cha_engagement.demo.staff import person
from cha_engagement.organisation.calendar import add_months, today
from cha_engagement.staff.models import StaffMember
from restrictions.models import Restriction
from reviews import actions
from reviews.enums import LETTER_AFTER, LetterCode
from reviews.models import Appeal, Review

from .script import APPEALS, REVIEWS, Appealed, Held

CHAIR = "executive"


def plan(demonstration: Demonstration) -> None:
    for appealed in APPEALS:
        plan_appeal(demonstration, appealed)
    for held in REVIEWS:
        demonstration.plan(held.ago, "13:30", partial(hold, demonstration, held))


def plan_appeal(demonstration: Demonstration, appealed: Appealed) -> None:
    demonstration.plan(appealed.ago, "11:15", partial(log, demonstration, appealed))
    if appealed.acknowledged:
        demonstration.plan(appealed.acknowledged, "09:50", partial(acknowledge, demonstration, appealed))
    if appealed.suspends:
        demonstration.plan(appealed.suspends, "14:20", partial(suspend, demonstration, appealed))
    if appealed.verdicts:
        demonstration.plan(appealed.decided, "15:00", partial(decide, demonstration, appealed))
    if appealed.withdrawn:
        demonstration.plan(appealed.withdrawn, "12:10", partial(withdraw, demonstration, appealed))


def log(demonstration: Demonstration, appealed: Appealed) -> None:
    demonstration.made[appealed.name] = actions.log_appeal(
        customer=customer(appealed.customer),
        by=person(appealed.by),
        submission=demonstration.submission(),
        received_on=today(),
        restrictions=[demonstration.recall(name) for name in appealed.restrictions],
        channel=appealed.channel,
        lodged_by=appealed.lodged_by or appealed.customer,
        grounds=appealed.grounds,
        passed_to=appealed.passed_to,
        added_to=demonstration.recall(appealed.added_to) if appealed.added_to else None,
    )


def acknowledge(demonstration: Demonstration, appealed: Appealed) -> None:
    appeal: Appeal = demonstration.recall(appealed.name)
    chair = person(CHAIR)
    actions.acknowledge_appeal(appeal=appeal, by=chair, version=appeal.version, acknowledged_on=today())
    write(demonstration.recall(appealed.name), LETTER_AFTER["acknowledged"], by=chair)


def suspend(demonstration: Demonstration, appealed: Appealed) -> None:
    appeal: Appeal = demonstration.recall(appealed.name)
    suspended = [demonstration.recall(name) for name in appealed.suspended]
    actions.suspend_restrictions(
        appeal=appeal, by=person(CHAIR), version=appeal.version, restrictions=suspended
    )
    write(demonstration.recall(appealed.name), LetterCode.APPEAL_MEANWHILE, by=person(CHAIR))


def decide(demonstration: Demonstration, appealed: Appealed) -> None:
    appeal: Appeal = demonstration.recall(appealed.name)
    verdicts: dict[str, dict[str, Any]] = {}
    for name, verdict in appealed.verdicts.items():
        restriction = demonstration.recall(name)
        changes = changed(demonstration, restriction, verdict["changes"]) if "changes" in verdict else None
        verdicts[restriction.reference] = dict(verdict) | {"changes": changes}
    actions.decide_appeal(
        appeal=appeal, by=person(CHAIR), version=appeal.version, heard_on=today(), verdicts=verdicts
    )
    follow_versions(demonstration, appealed.restrictions)
    write(demonstration.recall(appealed.name), LETTER_AFTER["decided"], by=person(CHAIR))


def changed(
    demonstration: Demonstration, restriction: Restriction, terms: Mapping[str, Any]
) -> dict[str, Any]:
    """An eased version: its people and its next review stay as they are."""
    changes = {"terms": dict(terms), "named_contact": restriction.named_contact, "deputy": restriction.deputy}
    due_on = restriction.reviews.get(status="scheduled").due_on
    return changes | {"first_review_on": due_on, "review_months": restriction.review_months}


def follow_versions(demonstration: Demonstration, names: tuple[str, ...]) -> None:
    """From now on the script means the version that replaced the one it named."""
    for name in names:
        newer = Restriction.objects.filter(supersedes=demonstration.made[name]).first()
        demonstration.made[name] = newer or demonstration.made[name]


def withdraw(demonstration: Demonstration, appealed: Appealed) -> None:
    appeal: Appeal = demonstration.recall(appealed.name)
    actions.withdraw_appeal(
        appeal=appeal,
        by=person(CHAIR),
        version=appeal.version,
        withdrawn_on=today(),
        withdrawn_by=appealed.lodged_by or appealed.customer,
    )
    if appealed.suspended:
        write(demonstration.recall(appealed.name), LETTER_AFTER["withdrawn"], by=person(CHAIR))


def hold(demonstration: Demonstration, held: Held) -> None:
    restriction = demonstration.recall(held.restriction)
    review: Review = restriction.reviews.get(status="scheduled")
    by = person(held.by)
    review = actions.hold_review(
        review=review,
        by=by,
        version=review.version,
        findings=held.findings,
        outcome=held.outcome,
        reasons=held.reasons,
        next_review_on=None if held.outcome == "lift" else next_review(demonstration, held, restriction),
        changes={"terms": dict(held.terms)} if held.terms else None,
    )
    follow_versions(demonstration, (held.restriction,))
    write(review, "review_outcome", by=by)


def next_review(demonstration: Demonstration, held: Held, restriction: Restriction) -> date:
    """The day in the script, or the last one within the interval where months are short."""
    return min(demonstration.day(held.following), add_months(today(), restriction.review_months or 1))


def write(about: Appeal | Review, kind: str, *, by: StaffMember) -> None:
    letter = actions.write_letter(about=about, kind=kind, by=by)
    post(issue(letter, by=by), by=by)

"""The appeals and reviews of the demonstration, and the letters that end them: all invented."""

from collections.abc import Mapping
from datetime import date
from functools import partial
from typing import Any

from cha_engagement.demo.customers import customer
from cha_engagement.demo.demonstration import Demonstration
from cha_engagement.demo.letters import issue_letter, post_letter
from cha_engagement.demo.staff import person
from cha_engagement.organisation.calendar import add_months, add_working_days, today
from cha_engagement.staff.models import StaffMember
from restrictions.enums import Heard
from restrictions.models import Restriction
from reviews import actions
from reviews.enums import LateAnswer, LetterCode, ReviewOutcome, ReviewStatus
from reviews.models import Appeal, LatePromise, Review

from .script import APPEALS, REVIEWS, AppealScript, ReviewScript

CHAIR = "executive"
PUT_OFF = 2
"""The day on which the one review that is late by the set time is put off, in days of the script."""
THEIR_SIDE = {
    "heard": Heard.TOLD_US,
    "their_side": "You told us that you would like answers sooner. We have looked at how long you wait, and answer within five working days now.",
}


def plan(demonstration: Demonstration) -> None:
    for script in APPEALS:
        plan_appeal(demonstration, script)
    for review in REVIEWS:
        demonstration.plan(review.ago, "13:30", partial(hold_review, demonstration, review))
    demonstration.plan(PUT_OFF, "10:20", put_off_late_review)


def plan_appeal(demonstration: Demonstration, script: AppealScript) -> None:
    demonstration.plan(script.ago, "11:15", partial(log_appeal, demonstration, script))
    if script.acknowledged:
        demonstration.plan(script.acknowledged, "09:50", partial(acknowledge_appeal, demonstration, script))
    if script.suspends:
        demonstration.plan(script.suspends, "14:20", partial(suspend_restrictions, demonstration, script))
    if script.verdicts:
        demonstration.plan(script.decided, "15:00", partial(decide_appeal, demonstration, script))
    if script.withdrawn:
        demonstration.plan(script.withdrawn, "12:10", partial(withdraw_appeal, demonstration, script))


def log_appeal(demonstration: Demonstration, script: AppealScript) -> None:
    demonstration.records[script.name] = actions.log_appeal(
        customer=customer(script.customer),
        by=person(script.by),
        submission=demonstration.submission(),
        received_on=today(),
        restrictions=[demonstration.recall(name) for name in script.restrictions],
        channel=script.channel,
        lodged_by=script.lodged_by or script.customer,
        grounds=script.grounds,
        passed_to=script.passed_to,
        added_to=demonstration.recall(script.added_to) if script.added_to else None,
    )


def acknowledge_appeal(demonstration: Demonstration, script: AppealScript) -> None:
    appeal: Appeal = demonstration.recall(script.name)
    chair = person(CHAIR)
    actions.acknowledge_appeal(appeal=appeal, by=chair, version=appeal.version, acknowledged_on=today())
    write_letter(demonstration.recall(script.name), LetterCode.APPEAL_RECEIVED, by=chair)


def suspend_restrictions(demonstration: Demonstration, script: AppealScript) -> None:
    appeal: Appeal = demonstration.recall(script.name)
    suspended = [demonstration.recall(name) for name in script.suspended]
    actions.suspend_restrictions(
        appeal=appeal, by=person(CHAIR), version=appeal.version, restrictions=suspended
    )
    write_letter(demonstration.recall(script.name), LetterCode.APPEAL_MEANWHILE, by=person(CHAIR))


def decide_appeal(demonstration: Demonstration, script: AppealScript) -> None:
    appeal: Appeal = demonstration.recall(script.name)
    verdicts: dict[str, dict[str, Any]] = {}
    for name, verdict in script.verdicts.items():
        restriction = demonstration.recall(name)
        changes = (
            eased_version(demonstration, restriction, verdict["changes"]) if "changes" in verdict else None
        )
        verdicts[restriction.reference] = dict(verdict) | {"changes": changes}
    actions.decide_appeal(
        appeal=appeal,
        by=person(CHAIR),
        version=appeal.version,
        heard_on=today(),
        attended_by=f"{appeal.customer.name}, with a friend",
        verdicts=verdicts,
    )
    follow_versions(demonstration, script.restrictions)
    write_letter(demonstration.recall(script.name), LetterCode.APPEAL_OUTCOME, by=person(CHAIR))


def eased_version(
    demonstration: Demonstration, restriction: Restriction, terms: Mapping[str, Any]
) -> dict[str, Any]:
    """Return an eased version: its people and its next review stay as they are."""
    changes = {"terms": dict(terms), "named_contact": restriction.named_contact, "deputy": restriction.deputy}
    due_on = restriction.reviews.get(status=ReviewStatus.SCHEDULED).due_on
    return changes | {"first_review_on": due_on, "review_months": restriction.review_months}


def follow_versions(demonstration: Demonstration, names: tuple[str, ...]) -> None:
    """Let the script mean, from now on, the version that replaced the one it named."""
    for name in names:
        new_version = Restriction.objects.filter(supersedes=demonstration.records[name]).first()
        demonstration.records[name] = new_version or demonstration.records[name]


def withdraw_appeal(demonstration: Demonstration, script: AppealScript) -> None:
    appeal: Appeal = demonstration.recall(script.name)
    actions.withdraw_appeal(
        appeal=appeal,
        by=person(CHAIR),
        version=appeal.version,
        withdrawn_on=today(),
        withdrawn_by=script.lodged_by or script.customer,
    )
    if script.suspended:
        write_letter(demonstration.recall(script.name), LetterCode.APPEAL_WITHDRAWN, by=person(CHAIR))


def hold_review(demonstration: Demonstration, script: ReviewScript) -> None:
    restriction = demonstration.recall(script.restriction)
    review: Review = restriction.reviews.get(status=ReviewStatus.SCHEDULED)
    by = person(script.by)
    review = actions.hold_review(
        review=review,
        by=by,
        version=review.version,
        findings=script.findings,
        **({} if script.outcome == ReviewOutcome.LIFT else THEIR_SIDE),
        outcome=script.outcome,
        reasons=script.reasons,
        next_review_on=None
        if script.outcome == ReviewOutcome.LIFT
        else next_review_day(demonstration, script, restriction),
        changes=varied_version(restriction, script) if script.terms else None,
    )
    follow_versions(demonstration, (script.restriction,))
    write_letter(review, LetterCode.REVIEW_OUTCOME, by=by)


def put_off_late_review() -> None:
    """Have the Management Team put off the review that is late for long, and write to the customer."""
    promise, by = LatePromise.objects.get(), person("management")
    promise = actions.answer_late_promise(
        promise=promise,
        by=by,
        version=promise.version,
        answer=LateAnswer.PUT_OFF,
        put_off_to=add_working_days(today(), 8),
        answer_reason="The manager who would hold it is back next week, and has the whole of it in view.",
    )
    letter = actions.write_late_letter(promise=promise, by=by)
    post_letter(issue_letter(letter, by=by), by=by)


def varied_version(restriction: Restriction, script: ReviewScript) -> dict[str, Any]:
    people = {"named_contact": restriction.named_contact, "deputy": restriction.deputy}
    request = {"customer_requested_on": today(), "customer_request": script.request} if script.request else {}
    return {"terms": dict(script.terms), **people, **request}


def next_review_day(demonstration: Demonstration, script: ReviewScript, restriction: Restriction) -> date:
    """Return the day in the script, or the last one within the interval where months are short."""
    return min(demonstration.day(script.following), add_months(today(), restriction.review_months or 1))


def write_letter(about: Appeal | Review, kind: str, *, by: StaffMember) -> None:
    letter = actions.write_letter(about=about, kind=kind, by=by)
    post_letter(issue_letter(letter, by=by), by=by)

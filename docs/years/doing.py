"""Do tasks as people do them, in words that fit any case, so that what is done has letters, reviews and appeals after it."""

from collections.abc import Callable
from random import Random
from typing import Any

from cha_engagement.core.records import Stale
from cha_engagement.customers.actions import assign_customer
from cha_engagement.demo.demonstration import Demonstration
from cha_engagement.demo.incidents.background import responses
from cha_engagement.demo.letters import ADVISER, fill_in_sections, post_letter
from cha_engagement.demo.restrictions import ANSWERS, restriction_facts
from cha_engagement.demo.restrictions.script import NO_STEPS, channel_restriction, decision_answers
from cha_engagement.demo.reviews import THEIR_SIDE
from cha_engagement.letters import actions as letters
from cha_engagement.letters.models import Letter
from cha_engagement.letters.queries.second_reader import current_digest, is_waiting
from cha_engagement.letters.rules.second_reader import check_read
from cha_engagement.letters.wording.own_words import find_letter_overreach
from cha_engagement.organisation.calendar import add_months, today
from cha_engagement.organisation.models import AdviceOrganisation
from cha_engagement.staff.models import StaffMember
from incidents import actions as incidents
from incidents.conversations import actions as conversations
from incidents.enums import Outcome
from incidents.restorative import actions as restorative
from incidents.restorative.enums import RestorativeOutcome
from restrictions import actions as restrictions
from restrictions.blocks import actions as blocks
from restrictions.breaches import actions as breaches
from restrictions.enums import STANDING
from restrictions.second_looks import actions as second_looks
from restrictions.second_looks.enums import Answer
from reviews import actions as reviews
from reviews.enums import AppealOutcome, LetterCode, ReviewOutcome

Do = Callable[[Any, StaffMember], Any]
"""Do a task about a record."""

REASON = "We have looked at it with care, and have asked everybody who was part of it."
TO_CUSTOMER = "We have looked at this with care, and tell you here what we have found and what happens next."
ONE_IN = 6
"""Of so many incidents one leads to a decision on active management."""

chance = Random(400)  # noqa: S311 -- chance, not secrets: every run is alike


def begin() -> Demonstration:
    """Return a script of today alone, by which the demonstration's own steps are taken."""
    return Demonstration([today()], chance)


def assess(incident: Any, by: StaffMember) -> None:
    outcome, reasons = chance.choice(responses(incident.channel, tuple(sorted(incident.category_codes))))
    if incident.customer and chance.randrange(ONE_IN) == 0:
        outcome, reasons = Outcome.ACTIVE_MANAGEMENT, "It has gone on for weeks, and talking has not helped."
    incidents.assess_incident(
        incident=incident,
        by=by,
        version=incident.version,
        outcome=outcome,
        reasons=reasons,
        involvement_reason=REASON,
    )


def decide(customer: Any, about: list[Any], by: StaffMember) -> None:
    """Decide on active management, and draft the letter about it; close a channel, where nothing stands yet."""
    demonstration = begin()
    decision = restrictions.decide_management(
        customer=customer,
        by=by,
        submission=demonstration.submission(),
        incidents=about,
        restorative_actions=[],
        involvement_reason=REASON,
        **ANSWERS
        | decision_answers(
            "A colleague could not go on, and others waited behind these calls.",
            "Social media alone is closed; every other way stays open.",
            **NO_STEPS,
            **({"safeguarding_considered": REASON} if customer.under_18 else {}),
        ),
    )
    if customer.restrictions.filter(status__in=STANDING).exists():
        restrictions.draft_explanation(decision=decision, by=by)
        return
    closed = channel_restriction(
        "",
        "social_media",
        "phone letter email office",
        "You wrote about our colleagues by name, and insulted them.",
    )
    restrictions.impose_restriction(
        decision=decision,
        by=by,
        submission=demonstration.submission(),
        incidents=about,
        involvement_reason=REASON,
        **restriction_facts(demonstration, closed),
        **({"other_route": REASON} if customer.speaks_for_others else {}),
    )
    restrictions.draft_decision_letter(decision=decision, by=by)


def finish_letter(letter: Letter, by: StaffMember) -> None:
    """Write below each empty heading what only its writer can say, and issue and post it; or have somebody else read it first.

    What tells of something that has changed since is withdrawn.
    """
    if is_waiting(letter):
        raise Stale(letter)
    lines = [line for line in letter.body.splitlines() if line]
    empty = [
        line.removeprefix("## ")
        for line, following in zip(lines, [*lines[1:], "## "], strict=True)
        if line.startswith("## ") and following.startswith("## ")
    ]
    if empty:
        letter = letters.edit_draft(
            letter=letter,
            by=by,
            version=letter.version,
            body=fill_in_sections(letter.body, dict.fromkeys(empty, TO_CUSTOMER)),
            advice=AdviceOrganisation.objects.filter(name=ADVISER),
            signed_as=letter.signed_as,
            signatory=letter.signatory,
        )
    if letter.letter_kind.check_still_true(letter):
        letters.void_letter(letter=letter, by=by, version=letter.version, void_reason=REASON)
        return
    if check_read(letter, find_letter_overreach(letter)):
        letters.ask_second_reader(letter=letter, by=by, version=letter.version)
        return
    letter = letters.issue_letter(letter=letter, by=by, version=letter.version)
    if not is_waiting(letter):
        post_letter(letter, by=by)


def read_letter(letter: Letter, by: StaffMember) -> None:
    digest = current_digest(letter)
    letters.finish_reading(letter=letter, by=by, version=letter.version, digest=digest, is_ready=True)


def hold_review(review: Any, by: StaffMember) -> None:
    is_over = chance.randrange(3) == 0
    goes_on: dict[str, Any] = THEIR_SIDE | {
        "next_review_on": add_months(today(), review.restriction.review_months or 3)
    }
    reviews.hold_review(
        review=review,
        by=by,
        version=review.version,
        findings="There was no contact in anger since the last time.",
        outcome=ReviewOutcome.LIFT if is_over else ReviewOutcome.CONTINUE,
        reasons="It has done what it was for."
        if is_over
        else "It helps both sides, and they have kept to it.",
        **({} if is_over else goes_on),
    )


def decide_appeal(appeal: Any, by: StaffMember) -> None:
    appealed = appeal.appealed.select_related("restriction")
    outcomes = (AppealOutcome.UPHELD, AppealOutcome.NOT_UPHELD)
    reviews.decide_appeal(
        appeal=appeal,
        by=by,
        version=appeal.version,
        heard_on=today(),
        verdicts={
            each.restriction.reference: {"outcome": chance.choice(outcomes), "reasons": REASON}
            for each in appealed
        },
    )


def write_about(kind: str) -> Do:
    return lambda about, by: reviews.write_letter(about=about, kind=kind, by=by)


def answer(action: Any, name: str, **answers: Any) -> Do:
    """Return the doing of what one action does, whose record has this name there."""
    return lambda record, by: action(**{name: record}, by=by, version=record.version, **answers)


def hold_late(promise: Any, by: StaffMember) -> None:
    if promise.appeal:  # the Executive Team has that task
        raise Stale(promise)
    hold_review(promise.review, by)


DO: dict[str, Do] = {
    "incident.assess": assess,
    "incident.decide": lambda incident, by: decide(incident.customer, [incident], by),
    "incident.write": lambda incident, by: incidents.write_letter(incident=incident, by=by),
    "incident.close": answer(incidents.close_incident, "incident"),
    "incident.danger": answer(incidents.confirm_danger, "incident", reason=REASON),
    "conversation.hold": lambda talk, by: conversations.hold_conversation(conversation=talk, by=by),
    "restorative.reengage": answer(restorative.complete_pause, "pause", outcome=RestorativeOutcome.RESTORED),
    "letter.finish": finish_letter,
    "letter.read": read_letter,
    "letter.confirm": read_letter,
    "letter.send": lambda letter, by: post_letter(letter, by=by),
    "letter.send_again": lambda letter, by: post_letter(letter, by=by),
    "customer.assign": lambda customer, by: assign_customer(
        customer=customer, by=by, version=customer.version, assigned_to=None
    ),
    "restriction.settle": answer(restrictions.decline_proposal, "restriction", status_reason=REASON),
    "restriction.tell": lambda record, by: restrictions.draft_decision_letter(decision=record.decision, by=by),
    "restriction.tell_end": lambda record, by: restrictions.draft_end_letter(restriction=record, by=by),
    "restriction.died": answer(restrictions.lift_restriction, "restriction", status_reason=REASON),
    "restriction.look_again": answer(restrictions.keep_without_review, "restriction", stays_reason=REASON),
    "restriction.unnotified": answer(restrictions.refuse_not_to_notify, "record", unnotified_answer=REASON),
    "decision.unnotified": answer(restrictions.refuse_not_to_notify, "record", unnotified_answer=REASON),
    "decision.explain": lambda decision, by: restrictions.draft_explanation(decision=decision, by=by),
    "interim.tell": lambda interim, by: restrictions.draft_interim_letter(interim=interim, by=by),
    "interim.decide": lambda interim, by: decide(interim.customer, [*interim.incidents.all()], by),
    "interim.lapsed": lambda interim, by: decide(interim.customer, [*interim.incidents.all()], by),
    "block.block": answer(blocks.mark_blocked, "block"),
    "block.unblock": answer(blocks.mark_unblocked, "block"),
    "breach.settle": lambda breach, by: breaches.dismiss_breach(breach=breach, by=by),
    "breach.tell": lambda breach, by: breaches.draft_notice(customer=breach.contact.customer, by=by),
    "secondlook.answer": answer(second_looks.answer_second_look, "look", answer=Answer.CONFIRM, reason=REASON),
    "review.hold": hold_review,
    "review.write": write_about(LetterCode.REVIEW_OUTCOME),
    "appeal.acknowledge": lambda appeal, by: reviews.acknowledge_appeal(
        appeal=appeal, by=by, version=appeal.version, acknowledged_on=today()
    ),
    "appeal.confirm": write_about(LetterCode.APPEAL_RECEIVED),
    "appeal.tell": write_about(LetterCode.APPEAL_MEANWHILE),
    "appeal.decide": decide_appeal,
    "appeal.close": write_about(LetterCode.APPEAL_WITHDRAWN),
    "appeal.write": write_about(LetterCode.APPEAL_OUTCOME),
    "late.answer": hold_late,
    "late.hold": hold_late,
    "late.write": lambda promise, by: reviews.write_late_letter(promise=promise, by=by),
}  # fmt: skip
"""How tasks are done, by their kind. Of the others nothing comes by itself in a year: they stay."""

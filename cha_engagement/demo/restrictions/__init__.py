"""The decisions of the demonstration, what was restricted under them, and the letters that say so: all invented."""

from functools import partial
from typing import Any

from cha_engagement.customers.enums import ConfirmedWith
from cha_engagement.demo.customers import customer
from cha_engagement.demo.demonstration import Demonstration
from cha_engagement.demo.letters import fill_in_sections, issue_letter, post_letter
from cha_engagement.demo.staff import person
from cha_engagement.letters.actions import record_come_back
from cha_engagement.organisation.calendar import add_months, today
from incidents.agreements.actions import answer_agreement, ask_agreement
from incidents.agreements.queries import colleagues_to_spare
from restrictions import actions
from restrictions.actions import (
    draft_decision_letter,
    draft_end_letter,
    draft_explanation,
    draft_interim_letter,
)
from restrictions.blocks.actions import mark_blocked
from restrictions.breaches.actions import confirm_breach, draft_notice
from restrictions.enums import Basis, Begins, Explained, Heard, NormalOperation, YesNoUnknown

from .script import (
    DECISIONS,
    INTERIM,
    PROPOSALS,
    PlannedDecision,
    PlannedInterim,
    PlannedProposal,
    PlannedRestriction,
)

ANSWERS = {
    "basis": Basis.TRIED_AND_FAILED,
    "needs_confirmed_with": ConfirmedWith.CUSTOMER,
    "needs_considered": "None are known to us. We asked in our last call, and looked at what the repairs team knows.",
    "disability": YesNoUnknown.NOT_KNOWN,
    "vulnerability": YesNoUnknown.NO,
    "heard": Heard.TOLD_US,
    "their_side": "You told us that you wait too long for answers and that nobody rings back. We have looked into that by itself. It does not make what was said to our colleagues all right.",
    "normal_operation": NormalOperation.STILL_TOO_MUCH,
    "training_need": "No. The recordings show colleagues who stayed calm and clear.",
    "explained": Explained.BY_LETTER,
}
"""Answers of a decision where the script says nothing else."""
BREACH_DAY = 3
"""The day of the script on which a contact goes above what is allowed, and is said to."""
READING = ("chloe-visits", ("officer2", "manager2"))
"""The restriction that staff are asked to confirm that they have read, and those who have; the others are still asked on the card."""
EASING_CONDITIONS = "Three months in which our contact stays calm would be enough to ease this. Ask Customer Services, or anybody you deal with."


def plan(demonstration: Demonstration) -> None:
    for decision in DECISIONS:
        demonstration.plan(decision.ago, "11:00", partial(decide_on_management, demonstration, decision))
        for restriction_plan in decision.restrictions:
            demonstration.plan(
                decision.ago, "11:40", partial(impose_restriction, demonstration, decision, restriction_plan)
            )
            if restriction_plan.kind in ("block_email", "block_account"):
                demonstration.plan(
                    decision.ago, "16:30", partial(block_first, demonstration, decision, restriction_plan)
                )
            if restriction_plan.name == READING[0]:
                demonstration.plan(decision.ago, "15:00", partial(have_staff_read, demonstration, decision))
            if restriction_plan.ends:
                demonstration.plan(
                    restriction_plan.ends - 2,
                    "10:20",
                    partial(send_end_letter, demonstration, decision, restriction_plan),
                )
        if decision.letter:
            demonstration.plan(decision.ago, "14:00", partial(draft_letter, demonstration, decision))
        if decision.letter in ("issued", "sent", "came_back"):
            demonstration.plan(
                decision.ago - 1, "09:30", partial(issue_decision_letter, demonstration, decision)
            )
        if decision.letter in ("sent", "came_back"):
            demonstration.plan(
                decision.ago - 1, "15:30", partial(send_decision_letter, demonstration, decision)
            )
        if decision.letter == "came_back":
            demonstration.plan(0, "08:50", partial(return_decision_letter, demonstration, decision))
    for interim in INTERIM:
        demonstration.plan(interim.ago, "16:45", partial(set_interim_measure, demonstration, interim))
        if interim.letter_says:
            demonstration.plan(interim.ago - 1, "09:20", partial(send_interim_letter, demonstration, interim))
    demonstration.plan(BREACH_DAY, "17:20", partial(confirm_first_breach, demonstration))
    demonstration.plan(BREACH_DAY - 1, "09:40", send_notice_of_breach)
    for proposal in PROPOSALS:
        demonstration.plan(proposal.ago, "11:20", partial(propose_restriction, demonstration, proposal))
        if proposal.settled:
            demonstration.plan(proposal.settled, "10:40", partial(settle_proposal, demonstration, proposal))


def confirm_first_breach(demonstration: Demonstration) -> None:
    """Of two contacts above what is allowed, one has been answered; the other waits."""
    contact = demonstration.records[f"stuart-call-{BREACH_DAY}-5"]
    confirm_breach(breach=contact.breaches.get(), by=contact.by)


def send_notice_of_breach() -> None:
    """Tell the customer that the first one counts."""
    by = person("manager2")
    letter = draft_notice(customer=customer("Stuart Pollock"), by=by)
    post_letter(issue_letter(letter, by=by), by=by)


def decide_on_management(demonstration: Demonstration, decision: PlannedDecision) -> None:
    demonstration.records[decision.name] = actions.decide_management(
        customer=customer(decision.customer),
        by=person(decision.by),
        submission=demonstration.submission(),
        incidents=[demonstration.recall(name) for name in decision.incidents],
        restorative_actions=[demonstration.recall(name) for name in decision.steps],
        **ANSWERS | dict(decision.answers),
    )


def restriction_facts(demonstration: Demonstration, restriction_plan: PlannedRestriction) -> dict[str, Any]:
    """Return a planned restriction as fields; its first review is in three months where the script says nothing else."""
    review = (
        add_months(today(), 3)
        if restriction_plan.review is None
        else demonstration.day(restriction_plan.review)
    )
    people = {role: person(username) for role, username in restriction_plan.people.items()}
    return {
        "kind": restriction_plan.kind,
        "terms": {
            name: demonstration.day(value).isoformat() if isinstance(value, int) else value
            for name, value in restriction_plan.terms.items()
        },
        "reason": restriction_plan.reason,
        "evidence": [],
        "begins": Begins.FOR_SAFETY if restriction_plan.at_once else Begins.WHEN_TOLD,
        "at_once_reason": restriction_plan.at_once,
        "first_review_on": review,
        "review_months": 3,
        "ends_on": None if restriction_plan.ends is None else demonstration.day(restriction_plan.ends),
        "easing_conditions": EASING_CONDITIONS,
        "staff_instruction": restriction_plan.instruction,
        **people,
    }


def obtain_agreements(demonstration: Demonstration, about: str, restriction_plan: PlannedRestriction) -> None:
    """Those of its people whom the customer harmed are asked, and agree themselves."""
    harmed = (
        colleagues_to_spare(customer(about), len(restriction_plan.people)) if restriction_plan.people else []
    )
    for username in restriction_plan.people.values():
        if (colleague := person(username)) in harmed:
            agreement = ask_agreement(
                customer=customer(about),
                by=person("manager"),
                submission=demonstration.submission(),
                person=colleague,
            )
            answer_agreement(agreement=agreement, by=colleague, version=agreement.version, agrees=True)


def impose_restriction(
    demonstration: Demonstration, decision: PlannedDecision, restriction_plan: PlannedRestriction
) -> None:
    obtain_agreements(demonstration, decision.customer, restriction_plan)
    demonstration.records[restriction_plan.name] = actions.impose_restriction(
        decision=demonstration.recall(decision.name),
        by=person(restriction_plan.by or decision.by),
        submission=demonstration.submission(),
        incidents=[demonstration.recall(name) for name in decision.incidents],
        **restriction_facts(demonstration, restriction_plan),
    )


def block_first(
    demonstration: Demonstration, decision: PlannedDecision, restriction_plan: PlannedRestriction
) -> None:
    """The first of them is blocked on the day; what else there is waits."""
    first = demonstration.recall(restriction_plan.name).blocks.order_by("pk")[0]
    mark_blocked(block=first, by=person(decision.by), version=first.version)


def have_staff_read(demonstration: Demonstration, decision: PlannedDecision) -> None:
    name, readers = READING
    asked = demonstration.recall(name)
    asked = actions.request_read_receipts(restriction=asked, by=person(decision.by), version=asked.version)
    for username in readers:
        actions.confirm_reading(customer=asked.customer, by=person(username), shown=[asked.reference])


def draft_letter(demonstration: Demonstration, decision: PlannedDecision) -> None:
    verb = draft_decision_letter if decision.restrictions else draft_explanation
    demonstration.records[decision.letter_name] = verb(
        decision=demonstration.recall(decision.name), by=person(decision.by)
    )


def issue_decision_letter(demonstration: Demonstration, decision: PlannedDecision) -> None:
    letter = demonstration.recall(decision.letter_name)
    issue_letter(letter, by=person(decision.by), body=fill_in_sections(letter.body, decision.letter_says))


def send_decision_letter(demonstration: Demonstration, decision: PlannedDecision) -> None:
    post_letter(demonstration.recall(decision.letter_name), by=person(decision.by))


def return_decision_letter(demonstration: Demonstration, decision: PlannedDecision) -> None:
    letter = demonstration.recall(decision.letter_name)
    letter.refresh_from_db()
    record_come_back(
        letter=letter,
        by=person(decision.by),
        version=letter.version,
        came_back_on=today(),
        came_back_reason="The envelope came back: nobody there by that name. Her daughter says that the bell has none on it.",
    )


def send_end_letter(
    demonstration: Demonstration, decision: PlannedDecision, restriction_plan: PlannedRestriction
) -> None:
    """Its last day has passed, and the daily job has ended it."""
    by = person(decision.by)
    letter = draft_end_letter(restriction=demonstration.recall(restriction_plan.name), by=by)
    post_letter(issue_letter(letter, by=by), by=by)


def set_interim_measure(demonstration: Demonstration, interim: PlannedInterim) -> None:
    demonstration.records[f"{interim.customer}-interim"] = actions.set_interim_measure(
        customer=customer(interim.customer),
        by=person(interim.by),
        submission=demonstration.submission(),
        incidents=[demonstration.recall(name) for name in interim.incidents],
        staff_instruction=interim.staff_instruction,
        closed=interim.closed.split(),
        needs_confirmed_with=interim.needs_confirmed_with,
        affected_matters=["none"],
        reason=interim.reason,
        how_notified=interim.how_notified,
        letter_follows=True,
    )


def send_interim_letter(demonstration: Demonstration, interim: PlannedInterim) -> None:
    by = person(interim.by)
    letter = draft_interim_letter(interim=demonstration.recall(f"{interim.customer}-interim"), by=by)
    post_letter(issue_letter(letter, by=by, body=fill_in_sections(letter.body, interim.letter_says)), by=by)


def propose_restriction(demonstration: Demonstration, proposal: PlannedProposal) -> None:
    obtain_agreements(demonstration, proposal.customer, proposal.restriction)
    demonstration.records[proposal.restriction.name] = actions.propose_restriction(
        customer=customer(proposal.customer),
        by=person(proposal.by),
        submission=demonstration.submission(),
        incidents=[demonstration.recall(name) for name in proposal.incidents],
        **restriction_facts(demonstration, proposal.restriction),
    )


def settle_proposal(demonstration: Demonstration, proposal: PlannedProposal) -> None:
    restriction = demonstration.recall(proposal.restriction.name)
    if proposal.declined:
        by, reason = person("manager"), proposal.declined
        actions.decline_proposal(
            restriction=restriction, by=by, version=restriction.version, status_reason=reason
        )
    else:
        actions.withdraw_proposal(
            restriction=restriction, by=person(proposal.by), version=restriction.version
        )

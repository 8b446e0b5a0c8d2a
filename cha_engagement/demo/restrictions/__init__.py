"""The decisions of the demonstration, what was restricted under them, and the letters that say so: all invented."""

from functools import partial
from typing import Any

from cha_engagement.demo.customers import customer
from cha_engagement.demo.demonstration import Demonstration
from cha_engagement.demo.letters import fill_in_sections, issue_letter, post_letter
from cha_engagement.demo.staff import person
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
from restrictions.breaches.actions import confirm_breach

from .script import DECISIONS, INTERIM, PROPOSALS, Decided, Interim, Measure, Proposed

ANSWERS = {
    "basis": "tried_and_failed",
    "needs_considered": "None are known to us. We asked in our last call, and looked at what the repairs team knows.",
    "disability": "not_known",
    "vulnerability": "no",
    "normal_operation": "No. It would be the same in an ordinary week with a full team.",
    "training_need": "No. The recordings show colleagues who stayed calm and clear.",
    "alternatives_considered": "A talk and a letter about what we expect were tried. Going on as before would leave colleagues to bear it.",
    "explained": "by_letter",
}
"""What a decision answers where the script says nothing else."""
ABOVE = 3
"""On which day of the script a contact goes above what is allowed and is said to."""
READ = ("chloe-visits", ("officer2", "manager2"))
"""What staff are asked to confirm that they have read, and who has; the others are still asked on the card."""
EASING = "Three months in which our contact stays calm would be enough to ease this. Ask Customer Services, or anybody you deal with."


def plan(demonstration: Demonstration) -> None:
    for decided in DECISIONS:
        demonstration.plan(decided.ago, "11:00", partial(decide, demonstration, decided))
        for measure in decided.measures:
            demonstration.plan(decided.ago, "11:40", partial(restrict, demonstration, decided, measure))
            if measure.kind in ("block_email", "block_account"):
                demonstration.plan(decided.ago, "16:30", partial(block, demonstration, decided, measure))
            if measure.name == READ[0]:
                demonstration.plan(decided.ago, "15:00", partial(have_read, demonstration, decided))
            if measure.ends:
                demonstration.plan(
                    measure.ends - 2, "10:20", partial(tell_end, demonstration, decided, measure)
                )
        if decided.letter:
            demonstration.plan(decided.ago, "14:00", partial(draft, demonstration, decided))
        if decided.letter in ("issued", "sent"):
            demonstration.plan(decided.ago - 1, "09:30", partial(issue, demonstration, decided))
        if decided.letter == "sent":
            demonstration.plan(decided.ago - 1, "15:30", partial(send, demonstration, decided))
    for interim in INTERIM:
        demonstration.plan(interim.ago, "16:45", partial(set_interim, demonstration, interim))
        if interim.letter_says:
            demonstration.plan(interim.ago - 1, "09:20", partial(tell_interim, demonstration, interim))
    demonstration.plan(ABOVE, "17:20", partial(confirm, demonstration))
    for proposed in PROPOSALS:
        demonstration.plan(proposed.ago, "11:20", partial(propose, demonstration, proposed))
        if proposed.settled:
            demonstration.plan(proposed.settled, "10:40", partial(settle, demonstration, proposed))


def confirm(demonstration: Demonstration) -> None:
    """Of two contacts above what is allowed, one has been answered; the other waits."""
    contact = demonstration.records[f"stuart-call-{ABOVE}-5"]
    confirm_breach(breach=contact.breaches.get(), by=contact.by)


def decide(demonstration: Demonstration, decided: Decided) -> None:
    demonstration.records[decided.name] = actions.decide_management(
        customer=customer(decided.customer),
        by=person(decided.by),
        submission=demonstration.submission(),
        incidents=[demonstration.recall(name) for name in decided.incidents],
        restorative_actions=[demonstration.recall(name) for name in decided.steps],
        **ANSWERS | dict(decided.answers),
    )


def facts(demonstration: Demonstration, measure: Measure) -> dict[str, Any]:
    """A measure as fields of a restriction; its first review is in three months where the script says nothing else."""
    review = add_months(today(), 3) if measure.review is None else demonstration.day(measure.review)
    people = {role: person(username) for role, username in measure.people.items()}
    return {
        "kind": measure.kind,
        "terms": {
            name: demonstration.day(said).isoformat() if isinstance(said, int) else said
            for name, said in measure.terms.items()
        },
        "reason": measure.reason,
        "evidence": [],
        "first_review_on": review,
        "review_months": 3,
        "ends_on": None if measure.ends is None else demonstration.day(measure.ends),
        "easing_conditions": EASING,
        "staff_instruction": measure.instruction,
        **people,
    }


def have_agree(demonstration: Demonstration, about: str, measure: Measure) -> None:
    """Those of its people whom the customer harmed are asked, and agree themselves."""
    harmed = colleagues_to_spare(customer(about), len(measure.people)) if measure.people else []
    for username in measure.people.values():
        if (colleague := person(username)) in harmed:
            agreement = ask_agreement(
                customer=customer(about),
                by=person("manager"),
                submission=demonstration.submission(),
                person=colleague,
            )
            answer_agreement(agreement=agreement, by=colleague, version=agreement.version, agrees=True)


def restrict(demonstration: Demonstration, decided: Decided, measure: Measure) -> None:
    have_agree(demonstration, decided.customer, measure)
    demonstration.records[measure.name] = actions.impose_restriction(
        decision=demonstration.recall(decided.name),
        by=person(measure.by or decided.by),
        submission=demonstration.submission(),
        incidents=[demonstration.recall(name) for name in decided.incidents],
        **facts(demonstration, measure),
    )


def block(demonstration: Demonstration, decided: Decided, measure: Measure) -> None:
    """The first of them is blocked on the day; what else there is waits."""
    first = demonstration.recall(measure.name).blocks.order_by("pk")[0]
    mark_blocked(block=first, by=person(decided.by), version=first.version)


def have_read(demonstration: Demonstration, decided: Decided) -> None:
    name, readers = READ
    asked = demonstration.recall(name)
    asked = actions.request_read_receipts(restriction=asked, by=person(decided.by), version=asked.version)
    for username in readers:
        actions.confirm_reading(customer=asked.customer, by=person(username), shown=[asked.reference])


def draft(demonstration: Demonstration, decided: Decided) -> None:
    verb = draft_decision_letter if decided.measures else draft_explanation
    demonstration.records[decided.letter_name] = verb(
        decision=demonstration.recall(decided.name), by=person(decided.by)
    )


def issue(demonstration: Demonstration, decided: Decided) -> None:
    letter = demonstration.recall(decided.letter_name)
    issue_letter(letter, by=person(decided.by), body=fill_in_sections(letter.body, decided.letter_says))


def send(demonstration: Demonstration, decided: Decided) -> None:
    post_letter(demonstration.recall(decided.letter_name), by=person(decided.by))


def tell_end(demonstration: Demonstration, decided: Decided, measure: Measure) -> None:
    """Its last day has passed, and the daily job has ended it."""
    by = person(decided.by)
    letter = draft_end_letter(restriction=demonstration.recall(measure.name), by=by)
    post_letter(issue_letter(letter, by=by), by=by)


def set_interim(demonstration: Demonstration, interim: Interim) -> None:
    demonstration.records[f"{interim.customer}-interim"] = actions.set_interim_measure(
        customer=customer(interim.customer),
        by=person(interim.by),
        submission=demonstration.submission(),
        incidents=[demonstration.recall(name) for name in interim.incidents],
        staff_instruction=interim.staff_instruction,
        closed=interim.closed.split(),
        affected_matters=["none"],
        reason=interim.reason,
        how_notified=interim.how_notified,
        letter_follows=True,
    )


def tell_interim(demonstration: Demonstration, interim: Interim) -> None:
    by = person(interim.by)
    letter = draft_interim_letter(interim=demonstration.recall(f"{interim.customer}-interim"), by=by)
    post_letter(issue_letter(letter, by=by, body=fill_in_sections(letter.body, interim.letter_says)), by=by)


def propose(demonstration: Demonstration, proposed: Proposed) -> None:
    have_agree(demonstration, proposed.customer, proposed.measure)
    demonstration.records[proposed.measure.name] = actions.propose_restriction(
        customer=customer(proposed.customer),
        by=person(proposed.by),
        submission=demonstration.submission(),
        incidents=[demonstration.recall(name) for name in proposed.incidents],
        **facts(demonstration, proposed.measure),
    )


def settle(demonstration: Demonstration, proposed: Proposed) -> None:
    restriction = demonstration.recall(proposed.measure.name)
    if proposed.declined:
        by, reason = person("manager"), proposed.declined
        actions.decline_proposal(
            restriction=restriction, by=by, version=restriction.version, status_reason=reason
        )
    else:
        actions.withdraw_proposal(
            restriction=restriction, by=person(proposed.by), version=restriction.version
        )

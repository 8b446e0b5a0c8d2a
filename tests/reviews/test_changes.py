"""A letter after a change says what is less, then what is more, then what stays, as the page did before the step."""

import pytest

from cha_engagement.customers.enums import CHANNEL_PHRASES
from cha_engagement.letters.rendering import placeholders
from restrictions import actions as restrictions
from restrictions.actions import draft_end_letter
from restrictions.contact_plan import PlannedStep, plan_changes
from restrictions.models import Restriction
from reviews import actions
from reviews.enums import AppealOutcome, LetterCode, ReviewOutcome

from .. import factories
from ..restrictions.test_volume import terms
from .conftest import acknowledge_appeal, hold_review, suspend_restrictions

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.policy("61.3"),
    pytest.mark.beyond("B28", "B29"),
    pytest.mark.usefixtures("adviser"),
]
HEADINGS = {"less": "**Less than before:** ", "more": "**More than before:** ", "same": "**As before:** "}


def told(letter):
    """Return what a letter says is less, more and as before, in the order in which it says so."""
    lines = placeholders.filled_text(letter).splitlines()
    return {
        part: line.removeprefix(heading)
        for line in lines
        for part, heading in HEADINGS.items()
        if line.startswith(heading)
    }


def channels_in(text):
    """Return the channels that begin an item."""
    items = text.rstrip(".").split("; ") if text else []
    return {
        channel for channel, phrase in CHANNEL_PHRASES.items() for item in items if item.startswith(phrase)
    }


def named(planned_channels, plan):
    return {
        planned.channel
        for planned in planned_channels
        if planned.closed_by or planned.channel in plan.usable_channels
    }


def write_review_letter(review, manager, outcome, **facts):
    held = hold_review(review, manager, outcome, **facts)
    return actions.write_letter(about=held, kind=LetterCode.REVIEW_OUTCOME, by=manager)


@pytest.mark.parametrize(
    ("kind", "before", "after"),
    [
        (
            "channel",
            {"closed": ["phone", "office"], "open": ["letter"]},
            {"closed": ["phone"], "open": ["letter"]},
        ),
        (
            "volume",
            terms(limited=["phone", "email"], contacts=2, every="week"),
            terms(limited=["phone"], contacts=2, every="week"),
        ),
    ],
)
def test_letter_and_page_agree_on_what_a_review_changes(manager, decision, customer, kind, before, after):
    restriction = factories.restriction(by=manager, decision=decision, kind=kind, terms=before)
    facts = {"starts_on": restriction.starts_on, "ends_on": restriction.ends_on}
    eased = Restriction(customer=customer, kind=kind, terms=after, **facts)
    changes = plan_changes(customer, PlannedStep(adding=(eased,), without=(restriction,)))
    review = restriction.reviews.get()
    parts = told(write_review_letter(review, manager, ReviewOutcome.VARY, changes={"terms": after}))
    for part in HEADINGS:
        expected = named(getattr(changes, part), changes.after)
        assert channels_in(parts.get(part, "")) == expected, part
    assert changes.more


def test_letter_and_page_agree_on_what_ends(manager, decision, customer):
    restriction = factories.restriction(
        by=manager, decision=decision, terms={"closed": ["phone", "home_visit"], "open": ["letter"]}
    )
    changes = plan_changes(customer, PlannedStep(without=(restriction,)))
    restrictions.notify_customer(restriction=restriction, on=restriction.earliest_first_day, by=manager)
    restriction.refresh_from_db()
    lifted = restrictions.lift_restriction(restriction=restriction, by=manager, status_reason="It went well.")
    parts = told(draft_end_letter(restriction=lifted, by=manager))
    assert parts["more"] == "by phone; on home visits."
    assert channels_in(parts["same"]) == named(changes.same, changes.after)
    assert [*parts] == ["more", "same"]


def test_an_appeal_says_first_what_is_less_then_what_is_more_then_what_stays(
    manager, decision, log_appeal, executive, decide_appeal
):
    phone = factories.restriction(
        by=manager, decision=decision, terms={"closed": ["phone"], "open": ["letter", "email"]}
    )
    office = factories.restriction(
        by=manager, decision=decision, terms={"closed": ["office"], "open": ["letter", "email"]}
    )
    appeal = acknowledge_appeal(log_appeal(phone, office), executive)
    suspend_restrictions(appeal, executive, phone)
    appeal.refresh_from_db()
    reasons = {"reasons": "We have weighed what you say."}
    verdicts = {
        phone.reference: {"outcome": AppealOutcome.NOT_UPHELD, **reasons},
        office.reference: {"outcome": AppealOutcome.UPHELD, **reasons},
    }
    decided = decide_appeal(appeal, verdicts=verdicts)
    letter = actions.write_letter(about=decided, kind=LetterCode.APPEAL_OUTCOME, by=executive)
    parts = told(letter)
    assert [*parts] == ["less", "more", "same"]
    assert parts["less"] == "by phone, which is closed."
    assert parts["more"] == "in person at the office."
    assert parts["same"] == "by letter; by email."


def test_what_an_appeal_leaves_as_it_was_is_said_with_what_it_closes(
    acknowledged_appeal, restriction, executive, decide_appeal
):
    decided = decide_appeal(acknowledged_appeal)
    parts = told(actions.write_letter(about=decided, kind=LetterCode.APPEAL_OUTCOME, by=executive))
    assert [*parts] == ["same"]
    assert "by phone, which is closed" in parts["same"]


def test_what_it_was_decided_not_to_tell_is_not_given_away(manager, decision, management):
    restriction = factories.restriction(
        by=manager, decision=decision, terms={"closed": ["phone"], "open": ["letter"]}
    )
    untold = factories.restriction(
        by=manager, decision=decision, terms={"closed": ["office"], "open": ["letter"]}
    )
    factories.leave_unnotified(untold, by=management, reason="A threat to a child.")
    letter = write_review_letter(restriction.reviews.get(), manager, ReviewOutcome.LIFT)
    assert "office" not in " ".join(told(letter).values())

"""Second readers of letters about appeals, and what such a letter counts as closed. Beyond the policy: B36."""

import pytest

from cha_engagement.core.refusals import Incomplete
from cha_engagement.letters import actions as letters
from cha_engagement.letters.queries import second_reader
from cha_engagement.letters.queries.channels import channels_closed_by_decision
from reviews import actions
from reviews.enums import AppealOutcome, LetterCode

from .. import factories
from .conftest import acknowledge_appeal, suspend_restrictions, version_facts

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("adviser"), pytest.mark.beyond("B36")]

TERMS = {"description": "We meet you at the library alone.", "closed": [], "affected_matters": ["none"]}
KINDER = {
    "terms": TERMS | {"description": "We meet you at the library or at our office."},
    "staff_instruction": "As they like.",
}


@pytest.fixture
def restriction_in_own_words(manager, decision):
    """A restriction that is in words of our own."""
    facts = {"kind": "other", "staff_instruction": "Meet at the library."}
    return factories.restriction(by=manager, decision=decision, terms=TERMS, **facts)


@pytest.mark.policy("22")
def test_a_panels_own_words_are_read_by_a_second_person_with_the_letter(
    restriction_in_own_words, log_appeal, decide_appeal, executive
):
    appeal = log_appeal(restriction_in_own_words)
    appeal = acknowledge_appeal(appeal, executive)
    decided = decide_appeal(
        appeal, AppealOutcome.PARTLY_UPHELD, changes=version_facts(restriction_in_own_words, **KINDER)
    )
    letter = actions.write_letter(about=decided, kind=LetterCode.APPEAL_OUTCOME, by=executive)
    assert KINDER["terms"]["description"] in second_reader.reason_to_read(letter, [])
    with pytest.raises(Incomplete, match="Somebody else reads this letter"):
        letters.issue_letter(letter=letter, by=executive, version=letter.version)


REASON_GIVEN = "We have weighed what you say."


@pytest.fixture
def outcome_letter(acknowledged_appeal, decide_appeal, executive):
    """The letter of an appeal, as it was first written from the records of a panel."""
    decided = decide_appeal(acknowledged_appeal)
    return actions.write_letter(about=decided, kind=LetterCode.APPEAL_OUTCOME, by=executive)


@pytest.mark.parametrize(
    ("words", "replacement"),
    [
        (REASON_GIVEN, REASON_GIVEN),
        (REASON_GIVEN, "we have weighed  what\nyou say."),
        (
            "What you said has been weighed, and we want to tell you what has been decided, why, and what you can do.",
            "",
        ),
    ],
    ids=["as it was written", "other spaces", "left out"],
)
def test_a_panels_letter_as_its_records_say_it_needs_no_second_reader(outcome_letter, words, replacement):
    assert words in outcome_letter.body
    outcome_letter.body = outcome_letter.body.replace(words, replacement)
    assert second_reader.reason_to_read(outcome_letter, []) == ""


@pytest.mark.parametrize(
    ("words", "replacement"),
    [
        (REASON_GIVEN, f"{REASON_GIVEN} Whoever wants a new kitchen asks nicely."),
        (REASON_GIVEN, f"{REASON_GIVEN}\n\n- Things you send go nowhere."),
        (REASON_GIVEN, "We have weighed what you say and shall listen no more."),
        (REASON_GIVEN, "We have weighed that you say."),
        (REASON_GIVEN, "We have weighed, what you say."),
        ("## What is left to you", "## What is left to you, keep it to yourself"),
        ("[what is left]", "What is not for you: [what is left]"),
    ],
)
def test_a_panels_letter_that_says_more_than_its_records_needs_a_second_reader(
    outcome_letter, words, replacement
):
    assert words in outcome_letter.body
    outcome_letter.body = outcome_letter.body.replace(words, replacement)
    assert second_reader.reason_to_read(outcome_letter, [])


@pytest.mark.policy("21.1")
def test_a_suspended_restriction_closes_no_channel(
    acknowledged_appeal, restriction, customer, executive, manager
):
    letter = factories.general_letter(customer, by=manager, subject="")
    assert channels_closed_by_decision(letter) == {"phone": None}
    suspend_restrictions(acknowledged_appeal, executive, restriction)
    assert channels_closed_by_decision(letter) == {}

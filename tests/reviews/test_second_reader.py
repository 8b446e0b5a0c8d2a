"""What a panel words, and what is closed while an appeal is heard, as a second reader is asked. Beyond the policy: B36."""

import uuid

import pytest

from cha_engagement.core.refusals import Incomplete
from cha_engagement.letters import actions as letters
from cha_engagement.letters.queries import second_reader
from cha_engagement.letters.queries.channels import channels_closed_by_decision
from reviews import actions

from .. import factories
from .conftest import eased, suspend

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("adviser"), pytest.mark.beyond("B36")]

TERMS = {"description": "We meet you at the library alone.", "closed": [], "affected_matters": ["none"]}
KINDER = {
    "terms": TERMS | {"description": "We meet you at the library or at our office."},
    "staff_instruction": "As they like.",
}


@pytest.fixture
def worded(manager, decision):
    """A restriction that is in words of our own."""
    made = {"kind": "other", "staff_instruction": "Meet at the library."}
    return factories.restriction(by=manager, decision=decision, terms=TERMS, **made)


@pytest.mark.policy("22")
def test_what_a_panel_words_is_read_with_its_letter(worded, log, decide, executive):
    appeal = log(worded)
    appeal = actions.acknowledge_appeal(
        appeal=appeal, by=executive, version=appeal.version, acknowledged_on=appeal.received_on
    )
    decided = decide(appeal, "partly_upheld", changes=eased(worded, **KINDER))
    letter = actions.write_letter(about=decided, kind="appeal_outcome", by=executive)
    assert KINDER["terms"]["description"] in second_reader.reason_to_read(letter, [])
    with pytest.raises(Incomplete, match="Somebody else reads this letter"):
        letters.issue_letter(letter=letter, by=executive, version=letter.version)


REASON_GIVEN = "We have weighed what you say."


@pytest.fixture
def heard(acknowledged, decide, executive):
    """The letter of an appeal, as it was first written from the records of a panel."""
    decided = decide(acknowledged)
    return actions.write_letter(about=decided, kind="appeal_outcome", by=executive)


@pytest.mark.parametrize(
    ("words", "instead"),
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
def test_what_a_panel_decided_is_read_by_nobody_else_as_its_records_say_it(heard, words, instead):
    assert words in heard.body
    heard.body = heard.body.replace(words, instead)
    assert second_reader.reason_to_read(heard, []) == ""


@pytest.mark.parametrize(
    ("words", "instead"),
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
def test_what_no_record_says_is_read_first_in_the_letter_of_a_panel(heard, words, instead):
    assert words in heard.body
    heard.body = heard.body.replace(words, instead)
    assert second_reader.reason_to_read(heard, [])


@pytest.mark.policy("21.1")
def test_what_is_suspended_closes_nothing(acknowledged, restriction, customer, executive, manager):
    letter = letters.draft_letter(
        customer=customer, kind="general", about=customer, by=manager, submission=uuid.uuid4(), subject=""
    )
    assert channels_closed_by_decision(letter) == {"phone": None}
    suspend(acknowledged, executive, restriction)
    assert channels_closed_by_decision(letter) == {}

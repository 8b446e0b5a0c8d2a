"""What a panel words, and what is closed while an appeal is heard, as a second reader is asked. Beyond the policy: B36."""

import uuid

import pytest

from cha_engagement.letters import second_reader
from cha_engagement.letters import workflow as letters
from cha_engagement.letters.own_words import closed_by_records
from cha_engagement.policy import Incomplete
from reviews import workflow

from .. import factories
from .conftest import eased, suspend

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("adviser"), pytest.mark.beyond("B36")]

TERMS = {"measure": "We meet you at the library alone.", "closed": [], "touches": ["none"]}
KINDER = {
    "terms": TERMS | {"measure": "We meet you at the library or at our office."},
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
    appeal = workflow.acknowledge(
        appeal=appeal, by=executive, version=appeal.version, acknowledged_on=appeal.received_on
    )
    decided = decide(appeal, "partly_upheld", changes=eased(worded, **KINDER))
    letter = workflow.write_letter(about=decided, kind="appeal_outcome", by=executive)
    assert KINDER["terms"]["measure"] in second_reader.why_read(letter, [])
    with pytest.raises(Incomplete, match="Somebody else reads this letter"):
        letters.issue(letter=letter, by=executive, version=letter.version)


@pytest.mark.policy("21.1")
def test_what_is_suspended_closes_nothing(acknowledged, restriction, customer, executive, manager):
    letter = letters.draft(
        customer=customer, kind="general", about=customer, by=manager, submission=uuid.uuid4(), subject=""
    )
    assert closed_by_records(letter) == {"phone": None}
    suspend(acknowledged, executive, restriction)
    assert closed_by_records(letter) == {}

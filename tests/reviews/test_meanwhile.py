"""What a customer is told of what applies while their appeal is heard, when that changes."""

import pytest

from cha_engagement.core.refusals import Incomplete, Refused
from cha_engagement.core.templatetags.ui import uk_date
from cha_engagement.letters import actions as letters
from cha_engagement.letters.rendering import placeholders
from cha_engagement.letters.rules import issuing
from cha_engagement.organisation.calendar import today
from reviews import actions, queries, worklist
from reviews.enums import LetterCode

from .. import factories
from ..letters.test_actions import edit
from .conftest import send, suspend

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("adviser"), pytest.mark.policy("22")]


@pytest.fixture
def confirmed(acknowledged, executive):
    """An appeal of which the customer was written that it has reached us."""
    send(actions.write_letter(about=acknowledged, kind="appeal_received", by=executive), executive)
    acknowledged.refresh_from_db()
    return acknowledged


def begin(appeal, by):
    appeal.refresh_from_db()
    return actions.write_letter(about=appeal, kind=queries.due_letter_kind(appeal), by=by)


def waits(user):
    return [row["row_kind"] for row in worklist.appeals_to_hear(user, today())]


@pytest.mark.policy("12")
def test_a_suspension_after_the_acknowledgement_waits_to_be_told_and_is_told_in_a_letter(
    confirmed, restriction, executive, executive2
):
    assert waits(executive2) == ["appeal.decide"]
    suspend(confirmed, executive, restriction)
    (task,) = worklist.appeals_to_hear(executive2, today())
    assert (task["row_kind"], task["row_due_on"]) == ("appeal.tell", today())
    letter = begin(confirmed, executive)
    assert issuing.check_ready(letter) == []
    text = placeholders.filled_text(letter)
    for said in (
        "does not apply while your appeal is being heard. You can contact us by phone again.",
        "by phone: 0141 496 0000",
        confirmed.reference,
        "Ombudsman",
    ):
        assert said in text
    assert waits(executive2) == ["appeal.decide"]
    send(letter, executive)
    assert waits(executive2) == ["appeal.decide"]


def test_what_is_applied_again_is_told_too_and_says_what_that_is(confirmed, restriction, executive):
    suspend(confirmed, executive, restriction)
    first = send(begin(confirmed, executive), executive)
    suspend(confirmed, executive)
    assert waits(executive) == ["appeal.tell"]
    second = begin(confirmed, executive)
    assert second.kind == first.kind == LetterCode.APPEAL_MEANWHILE
    assert second != first
    text = placeholders.filled_text(second)
    assert "What we have decided applies until they have decided." in text
    assert "For now, please do not contact us by phone." in text
    assert "by phone: 0141" not in text


def test_what_was_suspended_and_applied_again_before_anybody_wrote_needs_no_letter(
    confirmed, restriction, executive
):
    suspend(confirmed, executive, restriction)
    suspend(confirmed, executive)
    assert waits(executive) == ["appeal.decide"]
    with pytest.raises(Refused, match="nothing has changed since"):
        begin(confirmed, executive)


def test_what_was_suspended_before_the_acknowledgement_is_told_by_it(acknowledged, restriction, executive):
    letter = begin(acknowledged, executive)
    suspend(acknowledged, executive, restriction)
    assert "does not apply while your appeal is being heard" in placeholders.filled_text(letter)
    assert issuing.check_ready(letter) == []
    send(letter, executive)
    assert waits(executive) == ["appeal.decide"]


@pytest.mark.policy("12")
def test_a_letter_that_says_otherwise_and_was_not_sent_yet_says_so(acknowledged, restriction, executive):
    letter = begin(acknowledged, executive)
    issued = letters.issue_letter(letter=letter, by=executive, version=letter.version)
    assert issued.letter_kind.check_still_true(issued) == []
    suspend(acknowledged, executive, restriction)
    assert "What applies meanwhile has changed" in issued.letter_kind.check_still_true(issued)[0].sentence
    letters.void_letter(letter=issued, by=executive, version=issued.version, void_reason="It has changed.")
    assert begin(acknowledged, executive).kind == "appeal_received"


def test_asked_for_twice_it_is_one_letter(confirmed, restriction, executive):
    suspend(confirmed, executive, restriction)
    letter = begin(confirmed, executive)
    assert begin(confirmed, executive) == letter
    issued = letters.issue_letter(letter=letter, by=executive, version=letter.version)
    assert begin(confirmed, executive) == issued


def test_the_page_offers_it_once(signed_in, confirmed, restriction, executive):
    page = confirmed.get_absolute_url()
    client = signed_in(executive)
    assert "Write to the customer" not in client.get(page).content.decode()
    suspend(confirmed, executive, restriction)
    assert "Write to the customer" in client.get(page).content.decode()
    answer = client.post(f"{page}letter/", follow=True)
    assert "What applies while we hear your appeal" in answer.content.decode()
    assert "Write to the customer" not in client.get(page).content.decode()


def test_one_of_two_is_suspended_and_the_letter_tells_of_both(manager, decision, log, executive):
    phone = factories.restriction(by=manager, decision=decision)
    recording = factories.restriction(by=manager, decision=decision, kind="no_recording_pause", terms={})
    appeal = log(phone, recording)
    appeal = actions.acknowledge_appeal(
        appeal=appeal, by=executive, version=appeal.version, acknowledged_on=today()
    )
    send(begin(appeal, executive), executive)
    suspend(appeal, executive, phone)
    said = placeholders.placeholder_texts(begin(appeal, executive))["what applies meanwhile"]
    assert said.count("does not apply while") == 1
    assert said.count("applies until they have decided") == 1


@pytest.mark.policy("6.3")
def test_the_outcome_says_from_when_it_applies_again(confirmed, restriction, executive, decide):
    suspend(confirmed, executive, restriction)
    confirmed.refresh_from_db()
    decided = decide(confirmed)
    text = placeholders.filled_text(begin(decided, executive))
    assert "What we had decided applies again." in text
    assert f"It did not apply while your appeal was heard. It applies again from {uk_date(today())}." in text


def test_the_outcome_says_nothing_of_a_suspension_that_there_was_not(confirmed, executive, decide):
    text = placeholders.filled_text(begin(decide(confirmed), executive))
    assert "What we had decided applies as before." in text
    assert "did not apply" not in text


def withdraw(appeal, by):
    appeal.refresh_from_db()
    return actions.withdraw_appeal(
        appeal=appeal, by=by, version=appeal.version, withdrawn_on=today(), withdrawn_by="Órla"
    )


def to_write(user):
    return [row["row_kind"] for row in worklist.appeal_letters_to_write(user, today())]


@pytest.mark.policy("12")
def test_what_applies_again_after_a_withdrawal_waits_to_be_told_and_is_told_in_a_letter(
    confirmed, restriction, executive
):
    suspend(confirmed, executive, restriction)
    send(begin(confirmed, executive), executive)
    withdraw(confirmed, executive)
    assert to_write(executive) == ["appeal.close"]
    letter = begin(confirmed, executive)
    text = placeholders.filled_text(letter)
    for said in (
        "It did not apply while your appeal was heard. It applies again now.",
        "For now, please do not contact us by phone.",
        "your appeal can be made anew",
        "Ombudsman",
    ):
        assert said in text
    assert "by phone: 0141" not in text
    assert to_write(executive) == []
    assert send(letter, executive).kind == "appeal_withdrawn"


@pytest.mark.policy("6.3")
def test_a_withdrawal_after_which_all_applies_as_before_asks_for_no_letter_and_can_have_one(
    confirmed, executive
):
    withdraw(confirmed, executive)
    assert to_write(executive) == []
    assert "What we had decided applies as before." in placeholders.filled_text(begin(confirmed, executive))


@pytest.mark.parametrize("name", ["what applies now", "what is left", "how to complain", "the ombudsman"])
def test_the_letter_after_a_withdrawal_is_not_issued_without_what_its_reader_must_know(
    name, confirmed, executive
):
    withdraw(confirmed, executive)
    letter = begin(confirmed, executive)
    letter = edit(letter, executive, body=letter.body.replace(f"[{name}]", "Words."))
    with pytest.raises(Incomplete, match=rf"\[{name}\]"):
        letters.issue_letter(letter=letter, by=executive, version=letter.version)

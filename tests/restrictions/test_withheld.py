"""What a customer is not to be told stays out of every letter, while it waits for a second manager and afterwards. Policy §12; beyond the policy: B36."""

import uuid

import pytest

from cha_engagement.core.records import Stale
from cha_engagement.core.refusals import Refused
from cha_engagement.letters import actions as letters
from cha_engagement.letters.rendering.placeholders import filled_text, placeholder_texts
from cha_engagement.letters.rules import issuing
from restrictions.actions import (
    draft_decision_letter,
    draft_explanation,
    draft_interim_letter,
    leave_customer_unnotified,
    lift_restriction,
    refuse_not_to_notify,
)
from restrictions.enums import RestrictionStatus
from tests import factories

from .test_second_reader import ask_untold, confirm

pytestmark = [pytest.mark.django_db, pytest.mark.policy("12"), pytest.mark.beyond("B36")]

NO_PHONE = "please do not contact us by phone"
OFFICE = {"terms": {"closed": ["office"], "open": ["letter", "email"]}}


@pytest.fixture(autouse=True)
def association(organisation):
    return organisation


@pytest.fixture
def colleague(db):
    return factories.staff("colleague", "Manager")


def refusals_of(letter):
    return " ".join(refusal.sentence for refusal in issuing.check_ready(letter))


@pytest.mark.parametrize("others", [1, 0], ids=["beside others", "alone"])
def test_a_letter_begun_before_it_was_confirmed_does_not_tell_after_all(others, manager, decision, colleague):
    for _ in range(others):
        factories.restriction(by=manager, decision=decision, **OFFICE)
    restriction = factories.restriction(by=manager, decision=decision)
    letter = draft_decision_letter(decision=decision, by=manager)
    withheld = confirm(ask_untold(restriction.reload_locked(), manager), colleague)
    refused = f"{withheld} is not told"
    assert refused in refusals_of(letter)
    letters.void_letter(letter=letter, by=manager, version=letter.version, void_reason="Not told.")
    again = draft_decision_letter(decision=decision, by=manager)
    assert again != letter
    assert refused not in refusals_of(again)
    assert (NO_PHONE in filled_text(again)) == (not others)


def general_letter(by, customer, **_):
    return letters.draft_letter(
        customer=customer, kind="general", about=customer, by=by, submission=uuid.uuid4(), subject="The lift"
    )


def explanation(by, customer, officer):
    incident = factories.incident(by=officer, customer=customer)
    return draft_explanation(decision=factories.decision(by=by, incidents=[incident]), by=by)


def interim_letter(by, customer, officer):
    incident = factories.incident(by=officer, customer=customer)
    interim = factories.interim_measure(by=by, incidents=[incident], closed=["office"], letter_follows=True)
    return draft_interim_letter(interim=interim, by=by)


def letter_about_another(by, customer, officer):
    other = factories.unrelated_restriction(by=by, customer=customer, reported_by=officer, **OFFICE)
    return draft_decision_letter(decision=other.decision, by=by)


@pytest.mark.parametrize(
    "write",
    [general_letter, explanation, interim_letter, letter_about_another],
    ids=["general", "management", "interim", "another decision"],
)
def test_no_letter_gives_away_what_waits_for_a_second_manager(write, manager, decision, officer, customer):
    restriction = factories.restriction(by=manager, decision=decision)
    letter = write(by=manager, customer=customer, officer=officer)

    def says_so():
        # As the page of the letter reads it, whatever its body names.
        return "by phone" in " ".join(map(str, placeholder_texts(letter).values()))

    assert says_so()
    asked = ask_untold(restriction, manager)
    assert not says_so()
    refuse_not_to_notify(restriction=asked, by=manager, version=asked.version)
    assert says_so()


def test_it_is_not_answered_once_the_restriction_has_ended(manager, decision, colleague):
    asked = ask_untold(factories.restriction(by=manager, decision=decision), manager)
    ended = lift_restriction(restriction=asked, by=manager, status_reason="It went well.")
    assert ended.status == RestrictionStatus.LIFTED
    for answer in (refuse_not_to_notify, leave_customer_unnotified):
        with pytest.raises(Stale):
            answer(restriction=ended, by=colleague, version=ended.version)


def test_an_officer_does_not_answer_that_they_are_told(manager, decision, officer):
    asked = ask_untold(factories.restriction(by=manager, decision=decision), manager)
    with pytest.raises(Refused):
        refuse_not_to_notify(restriction=asked, by=officer, version=asked.version)

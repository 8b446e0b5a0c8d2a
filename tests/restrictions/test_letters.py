import uuid

import pytest

from cha_engagement.letters import places
from cha_engagement.letters import workflow as letters
from cha_engagement.organisation.calendar import today
from cha_engagement.organisation.models import AdviceOrganisation
from cha_engagement.policy import Incomplete
from cha_engagement.templatetags.ui import uk_date
from restrictions import workflow
from restrictions.letters import REQUIRED
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def adviser(organisation):
    return AdviceOrganisation.objects.create(
        name="Lochside Advice", helps_with="housing", contact="0800 496 0002"
    )


def drafted(decision, by):
    return letters.draft(
        customer=decision.customer, kind="restriction_decided", about=decision, by=by, submission=uuid.uuid4()
    )


def sent(letter, by):
    issued = letters.issue(letter=letter, by=by, version=letter.version)
    return letters.send(
        letter=issued, by=by, version=issued.version, sent_by_channel="letter", sent_on=today()
    )


@pytest.mark.policy("5")
@pytest.mark.policy("8")
@pytest.mark.policy("22")
@pytest.mark.policy("23")
@pytest.mark.policy("61.1")
@pytest.mark.policy("61.2")
@pytest.mark.policy("61.3")
@pytest.mark.beyond("B2")
@pytest.mark.beyond("B3")
def test_the_letter_says_all_that_it_must(adviser, manager, officer, decision):
    one = factories.restriction(by=manager, decision=decision, review_circumstances="If your health changes")
    factories.restriction(
        by=manager,
        decision=decision,
        kind="named_contact",
        terms={"open": ["letter", "email"]},
        named_contact=officer,
        deputy=manager,
        review_circumstances="If your health changes",
    )
    text = places.filled(drafted(decision, manager))
    for said in (
        "Please do not contact us by phone.",
        "Officer Example will deal with everything",
        "You shouted at our colleagues on the phone.",
        f"This applies from {uk_date(today())}",
        f"first review this on {uk_date(one.first_review_on)}, and then every 3 months",
        "If your health changes.",
        "to our Executive Team",
        "within 20 working days of the date of this letter",
        "That decision is final and cannot be appealed",
        "Three months of calm letters. Ask Customer Services.",
        "Scottish Public Services Ombudsman",
        "0800 377 7330",
        "emergency repair at any time on 0800 496 0001",
        "large print",
        "Lochside Advice",
        "freedom of information",
        "- by email: hello@lochside.example",
    ):
        assert said in text, said
    said = places.statements(drafted(decision, manager))
    for name in ("how to contact us", "adjustments and formats", "how to appeal"):
        assert "phone" not in said[name]
        assert "0141 496 0000" not in said[name]
    assert "[" not in text.replace("\\[", "")


@pytest.mark.policy("5")
@pytest.mark.policy("61.1")
def test_a_letter_about_two_restrictions_says_once_what_both_leave_open(adviser, manager, officer, decision):
    factories.restriction(
        by=manager, decision=decision, terms={"closed": ["phone", "email"], "open": ["letter", "office"]}
    )
    factories.restriction(
        by=manager,
        decision=decision,
        kind="named_contact",
        terms={"open": ["letter", "email"]},
        named_contact=officer,
        deputy=manager,
    )
    said = places.statements(drafted(decision, manager))
    assert "Please do not contact us by phone or by email." in said["what we have decided"]
    assert "Please do not contact us by phone, in person at the office" in said["what we have decided"]
    assert "by letter" not in said["what we have decided"]
    assert [line for line in said["how to contact us"].splitlines() if line.startswith("-")] == [
        "- by letter: 1 Pier Road, Lochside, G00 0AA"
    ]


@pytest.mark.policy("5")
def test_a_letter_leaves_out_what_an_earlier_decision_closed(adviser, manager, decision, incident):
    factories.restriction(by=manager, decision=decision)
    later = factories.decision(by=manager, incidents=[incident])
    factories.restriction(by=manager, decision=later, terms={"closed": ["email"], "open": ["letter"]})
    said = places.statements(drafted(later, manager))
    assert "phone" not in said["what we have decided"]
    for closed in ("by phone", "by email"):
        assert closed not in said["how to contact us"]


@pytest.mark.beyond("B3")
@pytest.mark.parametrize("name", [*REQUIRED])
def test_a_letter_that_leaves_something_out_is_not_issued_and_it_is_named(
    name, adviser, manager, decision, restriction
):
    letter = drafted(decision, manager)
    assert not places.missing(letter)
    body = letter.body.replace(f"[{name}]", "")
    signing = {"signed_as": letter.signed_as, "signatory": manager, "advice": [adviser]}
    letter = letters.edit(letter=letter, by=manager, version=letter.version, body=body, **signing)
    with pytest.raises(Incomplete, match=rf"\[{name}\]"):
        letters.issue(letter=letter, by=manager, version=letter.version)


@pytest.mark.beyond("B3")
def test_a_letter_with_nothing_to_tell_is_not_issued(adviser, manager, decision):
    letter = drafted(decision, manager)
    with pytest.raises(Incomplete, match="impose a restriction under this decision first"):
        letters.issue(letter=letter, by=manager, version=letter.version)


@pytest.mark.policy("12")
@pytest.mark.policy("23")
def test_a_letter_that_was_sent_tells_what_it_told_of_and_nothing_imposed_since(
    adviser, manager, decision, restriction
):
    letter = drafted(decision, manager)
    letter = letters.issue(letter=letter, by=manager, version=letter.version)
    later = factories.restriction(
        by=manager, decision=decision, terms={"closed": ["office"], "open": ["letter"]}
    )
    letters.send(letter=letter, by=manager, version=letter.version, sent_by_channel="letter", sent_on=today())
    for record in (restriction, later, decision):
        record.refresh_from_db()
    assert (restriction.told_on, later.told_on, decision.explained_on) == (today(), None, today())
    assert list(restriction.letters.all()) == [letter]


@pytest.mark.beyond("B4")
def test_a_new_version_is_told_by_the_letter_of_what_made_it(adviser, manager, decision, restriction):
    workflow.vary(
        restriction=restriction,
        by=manager,
        terms=restriction.terms,
        status_reason="Reviewed",
        first_review_on=restriction.first_review_on,
        review_months=3,
    )
    assert places.missing(drafted(decision, manager))


def test_a_letter_that_puts_another_right_tells_of_the_same(adviser, manager, decision, restriction):
    first = sent(drafted(decision, manager), manager)
    second = letters.replace(letter=first, by=manager, submission=uuid.uuid4())
    assert "Please do not contact us by phone." in places.filled(second)
    restriction.refresh_from_db()
    sent(second, manager)
    assert set(restriction.letters.all()) == {first, second}


@pytest.mark.policy("54")
def test_a_limited_complaints_process_still_reads_new_matters(adviser, management, decision):
    terms = {
        "exceptional_circumstances": "Thirty complaints on one answer.",
        "earlier_complaints": "C1 to C30.",
        "new_complaints": "A manager *reads* each one.",
    }
    factories.restriction(by=management, decision=decision, kind="complaints_process", terms=terms)
    text = places.filled(drafted(decision, management))
    assert "a new matter will be dealt with" in text
    assert r"A manager \*reads\* each one." in text
    assert "Thirty complaints" not in text


def test_the_letter_button_pressed_twice_makes_one_draft(adviser, signed_in, manager, decision, restriction):
    client = signed_in(manager)
    url = f"{decision.get_absolute_url()}letter/"
    assert client.get(url).status_code == 405
    first, second = (client.post(url).url for _ in range(2))
    assert first == second
    assert decision.letters.count() == 1


def test_home_visits_are_ours_to_leave_and_not_theirs(adviser, manager, decision):
    terms = {"closed": ["phone", "home_visit"], "open": ["letter"]}
    factories.restriction(by=manager, decision=decision, terms=terms)
    text = places.filled(drafted(decision, manager))
    assert "Please do not contact us by phone. We will not visit you at home for now." in text


def test_a_letter_is_offered_while_there_is_something_to_tell(signed_in, adviser, manager, decision):
    def offered():
        page = signed_in(manager).get(decision.get_absolute_url()).content.decode()
        return "Draft the decision letter" in page

    assert not offered()
    factories.restriction(by=manager, decision=decision)
    assert offered()
    letter = drafted(decision, manager)
    assert not offered()
    sent(letter, manager)
    assert not offered()
    factories.restriction(by=manager, decision=decision, terms={"closed": ["email"], "open": ["letter"]})
    assert offered()

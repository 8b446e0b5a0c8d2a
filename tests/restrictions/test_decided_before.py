"""Whoever decides again on what was decided on, or sets an interim measure on it, says what is new since. Policy §22; B21."""

import pytest
from django.urls import reverse

from cha_engagement.core.refusals import Incomplete
from restrictions import actions
from restrictions.models import InterimMeasure, ManagementDecision
from tests import factories

from .test_deciding import decision_page
from .test_views import errors

pytestmark = [pytest.mark.django_db, pytest.mark.policy("22")]

SENTENCE = "decided on already, last on"


@pytest.fixture
def new_incident(officer, manager, customer):
    """Another incident, which was assessed and on which nobody has decided."""
    return factories.assess_incident(factories.incident(by=officer, customer=customer), by=manager)


def decide(incidents, by, **answers):
    return factories.decision(by=by, incidents=incidents, **answers)


def refused(function, *args, **answers):
    with pytest.raises(Incomplete) as error:
        function(*args, **answers)
    return {refusal.field: refusal.sentence for refusal in error.value.refusals}


@pytest.mark.parametrize("words", ["", "   ", "n/a", "...", "As above"])
def test_a_second_decision_on_the_same_says_what_is_new(manager, decision, incident, words):
    assert refused(decide, [incident], manager, new_since=words).keys() == {"new_since"}
    decided = decide([incident], manager, new_since="They have rung twelve times since.")
    assert decided.new_since == "They have rung twelve times since."


def test_the_refusal_names_the_decision_and_what_it_was_on(manager, decision, incident):
    sentence = refused(decide, [incident], manager, new_since="")["new_since"]
    assert str(decision) in sentence
    assert str(incident) in sentence


def test_it_is_asked_of_another_manager_too(decision, incident):
    other = factories.staff("other", "Manager")
    assert "new_since" in refused(decide, [incident], other, new_since="")


def test_it_is_asked_where_two_decisions_make_up_what_a_third_rests_on(
    manager, decision, incident, new_incident
):
    decide([new_incident], manager)
    assert "new_since" in refused(decide, [incident, new_incident], manager, new_since="")


def test_an_incident_on_which_nobody_has_decided_is_what_is_new(manager, decision, incident, new_incident):
    assert decide([incident, new_incident], manager, new_since="")


def test_a_first_decision_is_not_asked(manager, incident):
    assert decide([incident], manager).new_since == ""


@pytest.mark.beyond("B21")
@pytest.mark.parametrize("words", ["", "-"])
def test_an_interim_measure_on_what_was_decided_on_says_what_is_new(manager, decision, incident, words):
    asked = refused(factories.interim_measure, by=manager, incidents=[incident], new_since=words)
    assert asked.keys() == {"new_since"}
    interim = factories.interim_measure(by=manager, incidents=[incident], new_since="He came to the door.")
    assert interim.new_since == "He came to the door."
    assert not interim.is_decided


@pytest.mark.beyond("B21")
def test_the_pages_point_it_out_ask_it_and_show_the_answer(signed_in, manager, decision, incident, customer):
    client = signed_in(manager)
    url = reverse("interim_new", args=[customer.reference])
    page = client.get(url).content.decode()
    assert f"Decided on already: {decision}" in page
    assert "What is new since it was decided on?" in page
    typed = {
        "submission": "5d5d5bd4-5a2e-4bb6-8a4b-1b1a3a1f4a11",
        "staff_instruction": "Two people at every visit.",
        "affected_matters": ["none"],
        "reason": "A threat was made this afternoon.",
        "how_notified": "By phone, today.",
        "incidents": [str(incident)],
    }
    assert set(errors(client.post(url, typed))) == {"#id_new_since"}
    assert not InterimMeasure.objects.exists()
    answer = client.post(url, typed | {"new_since": "He came to the door."})
    assert answer.status_code == 302
    interim = InterimMeasure.objects.get()
    assert "He came to the door." in client.get(interim.get_absolute_url()).content.decode()


def test_the_first_page_of_a_decision_asks_it(signed_in, manager, decision, incident, customer):
    client = signed_in(manager)
    url = reverse("decide", args=[customer.reference])
    assert f"Decided on already: {decision}" in client.get(url).content.decode()
    assert set(errors(client.post(url, decision_page(incident, known=1)))) == {"#id_new_since"}
    said = decision_page(incident, known=1, new_since="They have rung twelve times since.")
    assert client.post(url, said).url == reverse("decide_measures", args=[customer.reference])


def test_the_question_is_not_there_where_nothing_was_decided(signed_in, manager, incident, customer):
    client = signed_in(manager)
    for name in ("decide", "interim_new"):
        page = client.get(reverse(name, args=[customer.reference])).content.decode()
        assert "What is new since" not in page


def test_the_page_of_a_decision_shows_what_was_new(signed_in, manager, decision, incident):
    again = decide([incident], manager, new_since="They have rung twelve times since.")
    page = signed_in(manager).get(again.get_absolute_url()).content.decode()
    assert "They have rung twelve times since." in page


def test_a_request_made_by_hand_meets_it(manager, decision, incident, customer):
    facts = factories.decision_answers()
    assert "new_since" in refused(
        actions.decide_management,
        customer=customer,
        by=manager,
        submission="5d5d5bd4-5a2e-4bb6-8a4b-1b1a3a1f4a12",
        incidents=[incident],
        restorative_actions=[],
        **facts,
    )
    assert ManagementDecision.objects.count() == 1

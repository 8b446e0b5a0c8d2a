import uuid

import pytest

from cha_engagement.customers import workflow
from restrictions.letters import write
from tests import factories

pytestmark = pytest.mark.django_db


def answers(client, q, **more):
    return client.get("/look-up/", {"q": q} | more)


def test_an_answer_says_who_it_is(signed_in, officer):
    factories.customer(by=officer, known_as="Orlaith", address="12 Kelp Street\nLochside", postcode="G00 0AB")
    shown = answers(signed_in(officer), "kelp street orla").content.decode()
    for text in (
        "Órla Ní Bhriain",
        "Orlaith",
        "12 Kelp Street, Lochside",
        "G00 0AB",
        "Tenant",
        "1 customer found",
    ):
        assert text in shown


@pytest.mark.beyond("B1")
def test_an_answer_says_at_once_that_something_applies(signed_in, officer, customer):
    workflow.agree_adjustment(customer=customer, by=officer, submission=uuid.uuid4(), what="Text her first")
    assert "Adjustment agreed" in answers(signed_in(officer), "orla").content.decode()


@pytest.mark.beyond("B1")
@pytest.mark.policy("65")
def test_the_reference_of_a_record_leads_to_its_customer_for_whoever_may_see_the_record(
    signed_in, officer, manager, customer
):
    incident = factories.incident(by=officer, customer=customer)
    decision = factories.decision(by=manager, incidents=[incident])
    restriction = factories.restriction(by=manager, decision=decision)
    letter = write(decision=decision, by=manager)
    factories.customer(by=officer, name="Somebody Else")
    client = signed_in(manager)
    for record in (incident, decision, restriction, restriction.reviews.get(), letter, customer):
        for typed in (record.reference, record.reference.lower().replace("-", " ")):
            shown = answers(client, typed).content.decode()
            assert "1 customer found" in shown
            assert customer.name in shown
    assert customer.name in answers(signed_in(officer), incident.reference).content.decode()
    assert "Nobody found" in answers(signed_in(officer), decision.reference).content.decode()
    assert "Nobody found" in answers(client, "DEC-2020-9999").content.decode()


def test_one_answer_has_the_focus_and_several_have_not(signed_in, officer, customer):
    client = signed_in(officer)
    assert " autofocus>Órla" in answers(client, customer.reference).content.decode()
    factories.customer(by=officer, name="Orla Burns")
    assert "autofocus" not in answers(client, "orla").content.decode()


def test_nobody_found_says_what_to_try_and_leaves_what_was_typed(signed_in, officer):
    shown = answers(signed_in(officer), '<b>"nobody"').content.decode()
    assert "Nobody found" in shown
    assert "another spelling" in shown
    assert 'value="&lt;b&gt;&quot;nobody&quot;"' in shown


def test_what_is_fetched_while_typing_is_the_answers_alone(signed_in, officer, customer):
    shown = answers(signed_in(officer), "orla", fragment=1).content.decode()
    assert "<html" not in shown
    assert "Órla Ní Bhriain" in shown


@pytest.mark.parametrize("q", ["a" * 100_000, "%ED%A0%80", "''; --", "🙂", "a " * 500])
@pytest.mark.parametrize("fragment", ["", "1"])
def test_whatever_is_typed_gets_an_answer(signed_in, officer, customer, q, fragment):
    assert answers(signed_in(officer), q, fragment=fragment).status_code == 200


@pytest.mark.parametrize("count", [1, 30])
def test_a_look_up_takes_the_same_few_queries_however_many_it_finds(
    signed_in, officer, organisation, count, django_assert_num_queries
):
    for number in range(count):
        factories.customer(by=officer, name=f"Anna {number}", assigned_to=officer)
    client = signed_in(officer)
    with django_assert_num_queries(6):
        answers(client, "anna", fragment=1)


@pytest.mark.policy("65")
def test_who_reads_about_no_customer_is_told_so(signed_in, administrator):
    refused = signed_in(administrator).get("/look-up/")
    assert refused.status_code == 403
    assert "Your role does not read about customers" in refused.content.decode()

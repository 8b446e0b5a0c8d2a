import re
import uuid

import pytest
from django.test import Client

from cha_engagement.customers import actions
from cha_engagement.customers.models import Customer
from cha_engagement.desk import look_ups
from cha_engagement.letters.actions import void_letter
from cha_engagement.organisation.models import AdviceOrganisation
from restrictions.actions import draft_decision_letter
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def answers(client, q, **more):
    """What is shown once the words are sent: where they lead, or at once for a script."""
    return client.post("/look-up/", {"q": q} | more, follow=True)


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
    actions.agree_adjustment(customer=customer, by=officer, submission=uuid.uuid4(), what="Text her first")
    assert "Adjustment agreed" in answers(signed_in(officer), "orla").content.decode()


@pytest.mark.beyond("B1")
@pytest.mark.policy("65")
def test_the_reference_of_a_record_leads_to_its_customer_for_whoever_may_see_the_record(
    signed_in, officer, manager, customer
):
    incident = factories.incident(by=officer, customer=customer)
    decision = factories.decision(by=manager, incidents=[incident])
    restriction = factories.restriction(by=manager, decision=decision)
    letter = draft_decision_letter(decision=decision, by=manager)
    factories.customer(by=officer, name="Somebody Else")
    client = signed_in(manager)
    for record in (incident, decision, restriction, restriction.reviews.get(), letter, customer):
        for typed in (record.reference, record.reference.lower().replace("-", " ")):
            shown = answers(client, typed).content.decode()
            assert "1 customer found" in shown
            assert customer.name in shown
    assert customer.name in answers(signed_in(officer), incident.reference).content.decode()
    assert "Nobody found" in answers(signed_in(officer), decision.reference).content.decode()
    same_number = customer.reference.replace("CUS", "REV")
    assert "Nobody found" in answers(signed_in(officer), same_number).content.decode()
    assert "Nobody found" in answers(client, "DEC-2020-9999").content.decode()


@pytest.mark.beyond("B1")
@pytest.mark.policy("65")
def test_an_issued_letter_leads_every_officer_to_its_customer_and_not_to_the_letter(
    signed_in, officer, manager, customer, organisation
):
    AdviceOrganisation.objects.create(name="Lochside Advice", helps_with="housing", contact="0800 496 0002")
    decision = factories.decision(by=manager, incidents=[factories.incident(by=officer, customer=customer)])
    factories.restriction(by=manager, decision=decision)
    letter = draft_decision_letter(decision=decision, by=manager)
    client = signed_in(factories.staff("desk", "Officer"))

    def found():
        return customer.name in answers(client, letter.reference).content.decode()

    assert not found()
    letter = factories.issue_letter(letter, by=manager)
    assert found()
    assert client.get(letter.get_absolute_url()).status_code == 404
    assert letter.reference not in client.get(customer.get_absolute_url()).content.decode()
    void_letter(letter=letter, by=manager, version=letter.version, void_reason="The wrong address.")
    assert not found()
    assert found_nobody_like(client, letter.reference, "LET-2020-9999")


def found_nobody_like(client, *references):
    """Whether each answer is the same but for what was typed."""
    shown = [answers(client, one, fragment=1).content.decode().replace(one, "") for one in references]
    return "Nobody found" in shown[0] and len(set(shown)) == 1


def test_one_answer_has_the_focus_and_several_have_not(signed_in, officer, customer):
    client = signed_in(officer)
    assert " autofocus>Órla" in answers(client, customer.reference).content.decode()
    factories.customer(by=officer, name="Orla Burns")
    assert not re.search("app-results__name[^>]*autofocus", answers(client, "orla").content.decode())


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
    with django_assert_num_queries(7):
        answers(client, "anna", fragment=1)


def test_what_is_looked_up_stands_in_no_address_and_a_page_gone_back_to_finds_it(
    signed_in, officer, customer
):
    client = signed_in(officer)
    first, second = (answers(client, q).redirect_chain[-1][0] for q in ("bhriain", "nobody"))
    assert re.fullmatch("/look-up/\\?asked=[0-9a-f]{8}", first)
    shown = client.get(first).content.decode()
    assert 'value="bhriain"' in shown
    assert customer.name in shown
    assert 'value="nobody"' in client.get(second).content.decode()
    assert answers(client, "bhriain").redirect_chain[-1][0] == first
    assert "bhriain" not in shown.partition("</title>")[0]


def test_words_are_read_by_whoever_looked_for_them_alone_and_the_latest_are_kept(signed_in, officer, manager):
    client = signed_in(officer)
    first = answers(client, "bhriain").redirect_chain[-1][0]
    assert "bhriain" not in signed_in(manager).get(first).content.decode()
    assert "bhriain" not in client.get("/look-up/?q=bhriain").content.decode()
    for number in range(look_ups.MAX_KEPT):
        latest = answers(client, f"anna {number}").redirect_chain[-1][0]
    assert "bhriain" not in client.get(first).content.decode()
    assert f"anna {look_ups.MAX_KEPT - 1}" in client.get(latest).content.decode()


def test_what_is_typed_on_the_way_is_not_kept(signed_in, officer, customer):
    client = signed_in(officer)
    answers(client, "bhri", fragment=1)
    assert look_ups.SESSION_KEY not in client.session


def test_words_come_with_the_token_of_their_form(officer, customer):
    client = Client(enforce_csrf_checks=True)
    client.force_login(officer)
    assert client.post("/look-up/", {"q": "bhriain", "fragment": "1"}).status_code == 403
    token = re.search('name="csrfmiddlewaretoken" value="([^"]*)"', client.get("/").content.decode())[1]
    sent = {"q": "bhriain", "fragment": "1", "csrfmiddlewaretoken": token}
    assert customer.name in client.post("/look-up/", sent).content.decode()


@pytest.mark.parametrize("more", [{}, {"fragment": "1"}, {"name": "Somebody Else", "version": "1"}])
def test_to_look_somebody_up_changes_nothing_of_them(signed_in, officer, customer, more):
    before = (customer.history.count(), Customer.objects.values().get())
    answers(signed_in(officer), "bhriain", **more)
    assert (customer.history.count(), Customer.objects.values().get()) == before


@pytest.mark.parametrize("fragment", ["", "1"])
def test_a_character_that_no_database_takes_is_a_bad_request(signed_in, officer, fragment):
    assert answers(signed_in(officer), "a\0b", fragment=fragment).status_code == 400


@pytest.mark.policy("65")
def test_who_reads_about_no_customer_is_told_so(signed_in, administrator):
    refused = signed_in(administrator).get("/look-up/")
    assert refused.status_code == 403
    assert "Your role does not read about customers" in refused.content.decode()


@pytest.mark.policy("65")
def test_without_the_cards_a_role_has_the_lists_alone(signed_in, officer, customer):
    factories.withhold_permission("customers.view_card", role="Officer")
    client = signed_in(officer)
    for path in ("/look-up/", customer.get_absolute_url(), f"{customer.get_absolute_url()}card/"):
        assert client.get(path).status_code == 403
    listed = client.get("/customers/")
    assert customer.name in listed.content.decode()
    assert "Look up" not in listed.content.decode()

import re
import uuid

import pytest

from cha_engagement.customers import actions
from cha_engagement.organisation.calendar import today
from tests import factories

pytestmark = pytest.mark.django_db


def page(client, customer):
    return client.get(customer.get_absolute_url()).content.decode()


@pytest.mark.beyond("B2")
def test_a_clear_card_says_so_and_what_always_stays_open(signed_in, officer, customer, organisation):
    shown = page(signed_in(officer), customer)
    assert "No restrictions: deal with this customer as with anybody." in shown
    assert "Emergency repairs on 0800 496 0001." in shown


@pytest.mark.policy("9")
def test_adjustments_stand_on_the_card_and_do_not_make_it_less_clear(signed_in, officer, customer):
    actions.agree_adjustment(customer=customer, by=officer, submission=uuid.uuid4(), what="Text her first")
    shown = page(signed_in(officer), customer)
    assert "No restrictions" in shown
    assert "Text her first" in shown


def test_a_card_that_says_to_stop_is_not_clear(signed_in, officer):
    customer = factories.customer(by=officer, deceased_on="2026-05-04")
    customer.refresh_from_db()
    shown = page(signed_in(officer), customer)
    assert "Died on 4 May 2026" in shown
    assert "No restrictions" not in shown


def test_it_says_whom_to_turn_to(signed_in, officer, manager):
    officer.line_manager = manager
    officer.phone = "0141 496 0026"
    officer.save()
    customer = factories.customer(by=officer, assigned_to=officer)
    shown = page(signed_in(officer), customer)
    assert "Officer Example, 0141 496 0026" in shown
    assert "Manager Example" in shown


@pytest.mark.beyond("B5")
def test_a_household_is_listed_apart_with_what_that_means(signed_in, officer, customer):
    factories.customer(by=officer, name="Isla Rennie", household_of=customer)
    shown = page(signed_in(officer), customer)
    assert "nothing decided about one touches another" in shown
    card = re.search(r'<section class="app-customer-card.*?</section>', shown, re.DOTALL)
    assert "Isla Rennie" in shown
    assert "Isla Rennie" not in card.group()


@pytest.mark.policy("24")
def test_a_household_says_of_each_what_a_look_up_says(signed_in, officer, manager, customer):
    """Whoever visits one opens the same door."""
    members = [
        factories.customer(by=officer, name=name, household_of=customer)
        for name in ("Ann Calm", "Bea Feared", "Cal Restricted", "Dan Died")
    ]
    died = {"household_of": customer, "deceased_on": today()}
    actions.change_customer(customer=members[3], by=manager, version=None, **died)
    factories.incident(by=officer, customer=members[1], categories=["violence"])
    held = factories.incident(by=officer, customer=members[2], saw_only=True)
    factories.restriction(by=manager, decision=factories.decision(by=manager, incidents=[held]))
    shown = page(signed_in(officer), customer)
    rows = re.findall(
        r'<li class="app-rows__item">(.*?)</li>', shown[shown.index("Household</h2>") :], re.DOTALL
    )
    said = [re.sub(r"<[^>]*>", " ", row).split() for row in rows[:4]]
    assert [" ".join(words) for words in said] == [
        "Ann Calm",
        "Bea Feared Speak to a manager first",
        "Cal Restricted Restrictions in force",
        "Dan Died Died",
    ]


@pytest.mark.policy("3")
def test_contract_terms_are_pointed_out(signed_in, officer):
    shown = page(signed_in(officer), factories.customer(by=officer, under_contract=True))
    assert "contract terms may also apply" in shown


def test_the_card_prints_by_itself_with_its_moment_and_its_reader(signed_in, officer, customer):
    shown = signed_in(officer).get(f"{customer.get_absolute_url()}card/").content.decode()
    assert "How to deal with Órla Ní Bhriain" in shown
    assert "for Officer Example" in shown
    assert 'id="timeline"' not in shown


def test_the_timeline_goes_on_from_newest_to_oldest_over_pages(signed_in, officer, customer):
    for number in range(12):
        actions.agree_adjustment(
            customer=customer, by=officer, submission=uuid.uuid4(), what=f"Call number {number}."
        )
    client = signed_in(officer)
    first = client.get(customer.get_absolute_url()).context["page"]
    assert first.next_url.endswith("#timeline")
    second = client.get(customer.get_absolute_url() + first.next_url.removesuffix("#timeline")).context[
        "page"
    ]
    said = [event["text"] or event["title"] for event in [*first.rows, *second.rows]]
    assert said == [*(f"Call number {number}." for number in reversed(range(12))), "Added as a customer"]


@pytest.mark.policy("65")
def test_of_an_incident_that_is_not_theirs_an_officer_sees_nothing(signed_in, officer, manager, customer):
    factories.incident(by=manager, customer=customer)
    assert "Incident logged" not in page(signed_in(officer), customer)
    assert "Incident logged" in page(signed_in(manager), customer)


@pytest.mark.parametrize("count", [1, 30])
def test_a_customers_page_takes_at_most_twenty_queries(
    signed_in, manager, officer, customer, organisation, count, django_assert_max_num_queries
):
    for number in range(count):
        factories.incident(by=officer, customer=customer)
        factories.customer(by=officer, name=f"Member {number}", household_of=customer)
        actions.agree_adjustment(
            customer=customer, by=officer, submission=uuid.uuid4(), what=f"Call number {number}."
        )
    client = signed_in(manager)
    with django_assert_max_num_queries(20):
        assert client.get(customer.get_absolute_url()).status_code == 200


@pytest.mark.policy("65")
def test_what_one_may_not_see_looks_like_what_is_not_there(signed_in, administrator, customer):
    client = signed_in(administrator)
    hidden = client.get(customer.get_absolute_url())
    absent = client.get("/customers/CUS-1999-0001/")
    assert (hidden.status_code, absent.status_code) == (404, 404)
    assert hidden.content == absent.content


@pytest.mark.parametrize("after", ["x", "W10=", "bnVsbA==", "WzEsMl0=", "a" * 5000])
def test_a_page_address_of_ones_own_making_is_refused(signed_in, officer, customer, after):
    for url in (customer.get_absolute_url(), "/", "/customers/"):
        assert signed_in(officer).get(url, {"after": after}).status_code == 400


@pytest.mark.policy("24")
def test_what_two_records_ask_alike_stands_on_the_card_once(signed_in, officer, customer):
    for _ in range(2):
        factories.incident(by=officer, customer=customer, categories=["other_threat"])
    assert page(signed_in(officer), customer).count("before any contact.") == 1

import re
import uuid
from datetime import timedelta

import pytest

from cha_engagement.customers import actions
from cha_engagement.customers.queries import flag_labels
from cha_engagement.organisation.calendar import today
from incidents.enums import Category
from restrictions import actions as restrictions
from tests import factories

pytestmark = pytest.mark.django_db


def customer_page(client, customer):
    return client.get(customer.get_absolute_url()).content.decode()


@pytest.mark.beyond("B2")
def test_a_clear_card_says_so_and_what_always_stays_open(signed_in, officer, customer, organisation):
    html = customer_page(signed_in(officer), customer)
    assert "No restrictions: deal with this customer as with anybody." in html
    assert "Emergency repairs on 0800 496 0001." in html


@pytest.mark.policy("9")
def test_adjustments_stand_on_the_card_and_leave_it_clear(signed_in, officer, customer):
    actions.agree_adjustment(customer=customer, by=officer, submission=uuid.uuid4(), what="Text her first")
    html = customer_page(signed_in(officer), customer)
    assert "No restrictions" in html
    assert "Text her first" in html


def test_a_card_that_says_to_stop_is_not_clear(signed_in, officer):
    customer = factories.customer(by=officer, deceased_on="2026-05-04")
    customer.refresh_from_db()
    html = customer_page(signed_in(officer), customer)
    assert "Died on 4 May 2026" in html
    assert "No restrictions" not in html


def test_a_customers_page_names_the_officer_and_their_manager(signed_in, officer, manager):
    officer.line_manager = manager
    officer.phone = "0141 496 0026"
    officer.save()
    customer = factories.customer(by=officer, assigned_to=officer)
    html = customer_page(signed_in(officer), customer)
    assert re.search(r'Officer Example, <a [^>]*href="tel:01414960026"', html)
    assert "Manager Example" in html


@pytest.mark.beyond("B5")
def test_a_household_is_listed_apart_with_what_that_means(signed_in, officer, customer):
    factories.customer(by=officer, name="Isla Rennie", household_of=customer)
    html = customer_page(signed_in(officer), customer)
    assert "nothing decided about one touches another" in html
    card = re.search(r'<section class="app-customer-card.*?</section>', html, re.DOTALL)
    assert "Isla Rennie" in html
    assert "Isla Rennie" not in card.group()


@pytest.mark.policy("24")
def test_a_household_shows_the_flags_of_each_member(signed_in, officer, manager, customer):
    """All members live behind the same door."""
    members = [
        factories.customer(by=officer, name=name, household_of=customer)
        for name in ("Ann Calm", "Bea Feared", "Cal Restricted", "Dan Died")
    ]
    died = {"household_of": customer, "deceased_on": today(), "death_source": "His sister rang us."}
    actions.change_customer(customer=members[3], by=manager, version=None, **died)
    factories.incident(by=officer, customer=members[1], categories=[Category.VIOLENCE])
    held = factories.incident(by=officer, customer=members[2], saw_only=True)
    factories.restriction(by=manager, decision=factories.decision(by=manager, incidents=[held]))
    html = customer_page(signed_in(officer), customer)
    rows = re.findall(
        r'<li class="app-rows__item">(.*?)</li>', html[html.index("Household</h2>") :], re.DOTALL
    )
    titles = [re.sub(r"<[^>]*>", " ", row).split() for row in rows[:4]]
    assert [" ".join(words) for words in titles] == [
        "Ann Calm",
        "Bea Feared Speak to a manager first",
        "Cal Restricted Restrictions in force",
        "Dan Died Died",
    ]


@pytest.mark.policy("24")
def test_a_flag_goes_on_the_sunday_on_which_a_restriction_begins(officer, manager, customer, time_machine):
    """The notice of abuse counts working days, which are the same on both days of a weekend. A threat is over once staff apply something."""

    def labels():
        return flag_labels([customer])[customer.pk]

    time_machine.move_to("2026-11-28T10:00:00Z")
    incident = factories.incident(by=officer, customer=customer, categories=[Category.OTHER_THREAT])
    decision = factories.decision(by=manager, incidents=[incident])
    restriction = factories.restriction(by=manager, decision=decision, not_before=today() + timedelta(days=1))
    restrictions.notify_customer(restriction=restriction, on=today(), by=manager)
    assert "Speak to a manager first" in labels()
    time_machine.move_to("2026-11-29T10:00:00Z")
    assert "Speak to a manager first" not in labels()


@pytest.mark.policy("3")
def test_contract_terms_are_pointed_out(signed_in, officer):
    html = customer_page(signed_in(officer), factories.customer(by=officer, under_contract=True))
    assert "contract terms may also apply" in html


def test_the_printed_card_names_its_moment_and_its_reader(signed_in, officer, customer):
    html = signed_in(officer).get(f"{customer.get_absolute_url()}card/").content.decode()
    assert "How to deal with Órla Ní Bhriain" in html
    assert "for Officer Example" in html
    assert 'id="timeline"' not in html


def test_the_timeline_goes_from_newest_to_oldest_over_pages(signed_in, officer, customer):
    for number in range(25):
        actions.agree_adjustment(
            customer=customer, by=officer, submission=uuid.uuid4(), what=f"Call number {number}."
        )
    client = signed_in(officer)
    url = f"{customer.get_absolute_url()}timeline/"
    first = client.get(url).context["page"]
    second = client.get(url + first.next_url).context["page"]
    titles = [event["text"] or event["title"] for event in [*first.rows, *second.rows]]
    assert titles == [*(f"Call number {number}." for number in reversed(range(25))), "Added as a customer"]


@pytest.mark.policy("65")
def test_an_officer_sees_nothing_of_an_incident_of_others(signed_in, officer, manager, customer):
    factories.incident(by=manager, customer=customer)
    assert "Incident logged" not in customer_page(signed_in(officer), customer)
    assert "Incident logged" in customer_page(signed_in(manager), customer)


@pytest.mark.parametrize("count", [1, 30])
def test_each_page_about_a_customer_takes_at_most_twenty_queries(
    signed_in, manager, officer, customer, organisation, count, django_assert_max_num_queries
):
    for number in range(count):
        factories.incident(by=officer, customer=customer)
        factories.customer(by=officer, name=f"Member {number}", household_of=customer)
        actions.agree_adjustment(
            customer=customer, by=officer, submission=uuid.uuid4(), what=f"Call number {number}."
        )
    client = signed_in(manager)
    for tab in client.get(customer.get_absolute_url()).context["tabs"]:
        with django_assert_max_num_queries(20):
            assert client.get(tab.url).status_code == 200, tab


@pytest.mark.policy("65")
def test_hidden_pages_answer_like_absent_ones(signed_in, administrator, customer):
    client = signed_in(administrator)
    hidden = client.get(customer.get_absolute_url())
    absent = client.get("/customers/CUS-1999-0001/")
    assert (hidden.status_code, absent.status_code) == (404, 404)
    assert hidden.content == absent.content


@pytest.mark.parametrize("after", ["x", "W10=", "bnVsbA==", "WzEsMiwzLDRd", "a" * 5000])
def test_a_made_up_page_cursor_is_refused(signed_in, officer, customer, after):
    for url in (f"{customer.get_absolute_url()}timeline/", "/", "/customers/"):
        assert signed_in(officer).get(url, {"after": after}).status_code == 400


@pytest.mark.policy("24")
def test_equal_lines_of_two_records_stand_on_the_card_once(signed_in, officer, customer):
    for _ in range(2):
        factories.incident(by=officer, customer=customer, categories=[Category.OTHER_THREAT])
    assert customer_page(signed_in(officer), customer).count("before any contact.") == 1

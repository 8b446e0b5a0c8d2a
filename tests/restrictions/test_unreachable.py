"""No page says that a way is open by which nobody can reach us, and all say alike what is: the contact plan. Beyond the policy: B29."""

from datetime import timedelta

import pytest
from django.urls import reverse
from lxml import html

from cha_engagement.customers.enums import INBOUND_CHANNELS, Channel
from cha_engagement.organisation.calendar import today
from restrictions.card import ending_box
from restrictions.contact_plan import PlannedStep, plan_changes
from tests import factories

from .test_deciding import decision_page

pytestmark = [pytest.mark.django_db, pytest.mark.beyond("B29"), pytest.mark.usefixtures("organisation")]

NOT_OFFERED = "not offered: we keep no number or address for it"


@pytest.fixture
def named(decision, manager):
    """A named contact whom its words leave reachable by every way, as the pages of a decision do."""
    contact, deputy = (factories.staff(name, "Officer") for name in ("contact", "deputy"))
    facts = factories.named_contact_facts(contact, deputy, *INBOUND_CHANNELS)
    return factories.restriction(by=manager, decision=decision, **facts)


def words(element):
    return " ".join(element.text_content().split())


def page_of(client, url):
    return html.fromstring(client.get(url).content)


def test_the_table_of_a_decision_says_that_a_way_without_a_number_is_not_offered(
    incident, customer, manager, organisation, signed_in
):
    def row_of_messages():
        client.post(reverse("decide", args=[customer.reference]), decision_page(incident))
        page = page_of(client, reverse("decide_measures", args=[customer.reference]))
        [row] = [row for row in page.iter("tr") if words(row).startswith("Text or messaging")]
        return words(row)

    client = signed_in(manager)
    assert NOT_OFFERED in row_of_messages()
    organisation.text_number = "07700 900123"
    organisation.save()
    assert NOT_OFFERED not in row_of_messages()


def test_a_restriction_says_as_open_what_the_plan_says(named, decision, manager, organisation, signed_in):
    def can_be_reached():
        page = page_of(signed_in(manager), named.get_absolute_url())
        [row] = [row for row in page.iter("dt") if words(row) == "Can be reached"]
        return words(row.getnext())

    assert can_be_reached() == "Phone, In person at the office, Letter, Email"
    closed = {"closed": ["phone"], "open": ["letter"]}
    factories.restriction(by=manager, decision=decision, terms=closed)
    assert can_be_reached() == "In person at the office, Letter, Email"
    organisation.text_number = "07700 900123"
    organisation.save()
    assert can_be_reached() == "In person at the office, Letter, Email, Text or messaging"


def test_a_line_about_what_is_closed_lists_nothing_as_open(restriction):
    assert restriction.summary == "Closed: Phone."


def test_nothing_opens_again_by_which_nobody_reaches_us(decision, customer, manager):
    last_day = today() + timedelta(days=100)
    terms = {"closed": [Channel.PHONE, Channel.MESSAGE], "open": [Channel.LETTER]}
    closed = factories.restriction(by=manager, decision=decision, terms=terms, ends_on=last_day)
    [row] = ending_box(customer).rows
    assert "phone" in row.text
    assert "text" not in row.text
    changes = plan_changes(customer, PlannedStep(without=(closed,)))
    assert [planned.channel for planned in changes.more] == [Channel.PHONE]


def test_a_form_says_which_way_it_cannot_leave_open(customer, manager, decision, signed_in):
    url = reverse("restrict", args=[decision.reference]) + "?kind=channel"
    page = page_of(signed_in(manager), url)
    assert "Not offered: we keep no number or address for it." in words(page)

"""From a record one comes back to the list from which it was opened, as it was."""

import pytest
from lxml.html import fromstring

from .. import factories

pytestmark = [pytest.mark.django_db, pytest.mark.beyond("B19")]

SITE = "http://testserver"
FILTERED = "/incidents/?reported_by=on&order=reversed&after=WzFd"


@pytest.fixture
def incident(officer, customer):
    return factories.incident(by=officer, customer=customer)


@pytest.fixture
def way_back(signed_in, officer):
    """Return a function: where the back link of a page leads, and what it says, for whoever came from an address."""
    client = signed_in(officer)

    def link(path, came_from):
        page = fromstring(client.get(path, headers={"Referer": came_from}).content)
        (found,) = page.xpath("//*[@aria-label='Back']/a")
        return found.get("href"), found.text

    return link


def test_a_record_leads_back_to_the_list_as_it_was_filtered_also_from_pages_below_it(way_back, incident):
    path = incident.get_absolute_url()
    to_list = (FILTERED, "Incidents, as you filtered them")
    assert way_back(path, SITE + FILTERED) == to_list
    form = f"{path}edit/"
    assert way_back(form, SITE + path)[0] == path
    assert way_back(path, SITE + form) == to_list
    assert way_back(path, f"{SITE}/incidents/?after=WzFd") == ("/incidents/?after=WzFd", "Incidents")
    assert way_back(path, f"{SITE}/incidents/") == ("/incidents/", "Incidents")


def test_tabs_of_a_customer_lead_back_to_the_filtered_list(way_back, customer):
    path, address = customer.get_absolute_url(), "/customers/?relationship=tenant"
    assert way_back(path, SITE + address)[0] == address
    assert way_back(f"{path}timeline/", SITE + path)[0] == address


def test_whoever_came_another_way_is_led_back_as_ever(way_back, incident, customer):
    path = incident.get_absolute_url()
    as_ever = (customer.get_absolute_url(), customer.name)
    for came_from in (
        "",
        f"{SITE}/",
        SITE + customer.get_absolute_url(),
        "https://elsewhere.example/incidents/?reported_by=on",
        f"{SITE}.elsewhere.example/incidents/",
        f"{SITE}@elsewhere.example/incidents/",
        f"{SITE}//elsewhere.example/incidents/",
        f"{SITE}//[elsewhere/incidents/",
    ):
        assert way_back(path, came_from) == as_ever, came_from
    way_back(path, SITE + FILTERED)
    assert way_back(path, SITE + customer.get_absolute_url()) == as_ever


def test_what_an_address_says_stands_in_the_link_as_text_alone(way_back, incident):
    href, _ = way_back(incident.get_absolute_url(), f'{SITE}/incidents/?"><script>alert(1)</script>')
    assert href.startswith("/incidents/?")
    assert "<" not in href
    assert '"' not in href

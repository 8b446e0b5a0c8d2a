"""The page to log an incident explains each kind before one is chosen."""

import pytest
from lxml.html import fromstring

from incidents.enums import Category
from incidents.models import Incident
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def log_page(signed_in, officer):
    return " ".join(signed_in(officer).get("/incidents/new/").content.decode().split())


@pytest.mark.policy("36")
def test_violence_that_was_feared_counts_like_violence_done(log_page, customer, officer):
    assert "or acting or speaking so that anyone would reasonably fear it. §36" in log_page
    assert factories.incident(by=officer, customer=customer, categories=[Category.VIOLENCE]).is_zero_tolerance


@pytest.mark.policy("37", "38")
def test_an_accusation_against_staff_is_not_abuse_until_somebody_else_looked_into_it(log_page):
    assert "racist, sexist or homophobic words" in log_page
    assert (
        "not unfounded until somebody else has looked into it: its complaint stays open. §37 to 40"
        in log_page
    )


@pytest.mark.policy("41", "42")
def test_harassment_without_abuse_is_logged_with_each_of_its_kinds(log_page, signed_in, officer, customer):
    assert "Going on contacting or singling out somebody after being asked to stop. §41, 42" in log_page
    assert "Approaching staff away from work to sway a decision. §42" in log_page
    incident = factories.incident(
        by=officer, customer=customer, categories=[Category.HARASSMENT, Category.OUTSIDE_INFLUENCE]
    )
    assert Incident.objects.get().category_codes == {"harassment", "outside_influence"}
    page = fromstring(signed_in(officer).get(incident.get_absolute_url()).content)
    (kinds,) = page.xpath("//dt[normalize-space()='What kind']/following-sibling::dd[1]")
    words = kinds.text_content()
    assert "Harassment" in words
    assert "Contacting staff outside work to influence them" in words


@pytest.mark.policy("EIA", "9")
def test_whoever_logs_is_told_to_ask_a_manager_where_a_disability_may_explain_it(log_page):
    assert "Ask a manager for advice where a disability may explain what happened." in log_page

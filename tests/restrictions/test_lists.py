"""The list of decisions."""

import pytest

from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def decision(officer, manager, customer):
    return factories.decision(by=manager, incidents=[factories.incident(by=officer, customer=customer)])


def test_a_decision_is_listed_with_what_is_restricted_under_it(signed_in, manager, decision):
    client = signed_in(manager)
    assert "Nothing yet" in client.get("/decisions/").content.decode()
    factories.restriction(by=manager, decision=decision)
    page = client.get("/decisions/").content.decode()
    assert f'href="{decision.get_absolute_url()}">{decision.title}</a>' in page
    assert decision.customer.name in page
    assert "Phone closed" in page


def test_decisions_are_filtered_by_who_decided(signed_in, manager, management, decision):
    assert decision.reference in signed_in(manager).get("/decisions/?by=on").content.decode()
    assert decision.reference not in signed_in(management).get("/decisions/?by=on").content.decode()


@pytest.mark.policy("65")
def test_an_officer_sees_no_decision_in_the_list(signed_in, officer, decision):
    page = signed_in(officer).get("/decisions/")
    assert page.status_code == 200
    assert decision.reference not in page.content.decode()

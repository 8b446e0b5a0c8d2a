"""The list of letters: who sees which, and by what it is filtered."""

import pytest

from cha_engagement.customers import actions as customers
from cha_engagement.letters import actions
from cha_engagement.organisation.calendar import today
from tests import factories

pytestmark = pytest.mark.django_db


def listed(client, query=""):
    page = client.get(f"/letters/?{query}")
    assert page.status_code == 200
    return [letter.reference for letter in page.context["page"].rows]


@pytest.fixture
def letters(draft_for, manager, customer):
    """Return letters to a customer by how far they have come."""
    draft, issued, sent = (draft_for(customer) for _ in range(3))
    issued, sent = factories.issue_letter(issued, by=manager), factories.issue_letter(sent, by=manager)
    sent = actions.send_letter(
        letter=sent, by=manager, version=sent.version, sent_by_channel="letter", sent_on=today()
    )
    return {"draft": draft, "issued": issued, "sent": sent}


def test_letters_are_filtered_by_how_far_they_have_come(signed_in, manager, letters):
    client = signed_in(manager)
    assert listed(client) == [letters[stage].reference for stage in ("sent", "issued", "draft")]
    for stage, letter in letters.items():
        assert listed(client, f"stage={stage}") == [letter.reference]
    assert listed(client, "stage=came_back") == []
    assert len(listed(client, "drafted_by=on")) == 3


@pytest.mark.policy("65")
def test_an_officer_sees_letters_to_whom_they_look_after_once_issued(
    signed_in, officer, manager, customer, letters
):
    client = signed_in(officer)
    url = f"{customer.get_absolute_url()}letters/"
    assert listed(client) == []
    assert letters["sent"].reference not in client.get(url).content.decode()
    customers.assign_customer(customer=customer, by=manager, version=customer.version, assigned_to=officer)
    assert listed(client) == [letters["sent"].reference, letters["issued"].reference]
    page = client.get(url).content.decode()
    assert letters["sent"].reference in page
    assert letters["draft"].reference not in page


def test_a_row_names_the_letter_before_its_reference_and_leads_to_it(signed_in, manager, customer, letters):
    page = signed_in(manager).get("/letters/").content.decode()
    letter = letters["sent"]
    assert f'href="{letter.get_absolute_url()}">{letter.title}</a>' in page
    assert f'href="{customer.get_absolute_url()}">{customer.name}</a>' in page

"""Whoever logs a contact, or sends a letter, sees beside each way whether it is closed, before they fill anything in. Beyond the policy: B29."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from lxml import html

from cha_engagement.core.templatetags.ui import uk_date
from cha_engagement.customers.enums import Channel
from cha_engagement.letters import actions as letters
from cha_engagement.letters.enums import SentBy
from cha_engagement.organisation.calendar import today
from cha_engagement.organisation.models import AdviceOrganisation
from restrictions import actions
from tests import factories
from tests.overwriting import overwrite_record

pytestmark = [pytest.mark.django_db, pytest.mark.beyond("B29")]

CLOSED = "(closed to them)"


def words(element):
    return " ".join(element.text_content().split())


def page_of(client, url):
    return html.fromstring(client.get(url).content)


@pytest.fixture
def adviser(organisation):
    return AdviceOrganisation.objects.create(name="Lochside Advice", helps_with="housing", contact="0800 1")


@pytest.fixture
def issued(adviser, decision, manager):
    """An issued letter, by which home visits are closed."""
    closed = {"closed": [Channel.HOME_VISIT], "open": ["letter"]}
    factories.restriction(by=manager, decision=decision, terms=closed)
    letter = actions.draft_decision_letter(decision=decision, by=manager)
    return factories.issue_letter(letter, by=manager)


@pytest.mark.policy("49")
def test_a_closed_way_says_so_where_a_contact_is_logged_and_the_card_stands_beside(
    restriction, customer, officer, signed_in
):
    page = page_of(signed_in(officer), reverse("contact_new", args=[customer.reference]))
    closed = [words(option) for option in page.iter("option") if CLOSED in words(option)]
    assert closed == [f"Phone {CLOSED}"]
    [aside] = page.iter("aside")
    assert "Deal with them by phone." in words(aside)
    assert restriction.staff_instruction in words(aside)
    assert "Always open to them" not in words(aside)


def test_of_a_customer_without_restrictions_no_way_is_said_to_be_closed(customer, officer, signed_in):
    page = page_of(signed_in(officer), reverse("contact_new", args=[customer.reference]))
    assert CLOSED not in words(page)
    assert "deal with this customer as with anybody" in words(page)


@pytest.mark.beyond("B23")
def test_a_closed_way_says_so_where_a_letter_is_marked_as_sent(issued, manager, signed_in):
    page = page_of(signed_in(manager), reverse("letter_sent", args=[issued.reference]))
    hinted = {
        item.find(".//input").get("value"): words(item) for item in page.find_class("govuk-radios__item")
    }
    assert [way for way, text in hinted.items() if "Closed to them." in text] == [SentBy.HOME_VISIT]


@pytest.mark.beyond("B23")
def test_a_letter_that_came_back_says_when_in_the_list(issued, manager, signed_in):
    sent = letters.send_letter(
        letter=issued,
        by=manager,
        version=issued.version,
        sent_by_channel=SentBy.LETTER,
        sent_on=today(),
    )
    client = signed_in(manager)
    assert uk_date(today()) in words(page_of(client, "/letters/"))
    letters.record_come_back(
        letter=sent, by=manager, version=sent.version, came_back_on=today(), came_back_reason="Moved away."
    )
    listed = words(page_of(client, "/letters/"))
    assert f"Came back on {uk_date(today())}" in listed
    assert "Not sent" not in listed


@pytest.mark.policy("21.5")
def test_what_is_left_today_stands_beside_a_contact_of_today_alone(
    decision, customer, officer, manager, signed_in
):
    facts = {"kind": "volume", "terms": factories.TERMS_BY_KIND["volume"]}
    restriction = factories.restriction(by=manager, decision=decision, **facts)
    actions.notify_customer(restriction=restriction, on=today(), by=manager)
    contact = factories.contact(by=officer, customer=customer)
    client = signed_in(officer)

    def what_is_left():
        page = page_of(client, contact.get_absolute_url())
        return [words(inset) for inset in page.find_class("govuk-inset-text") if "Left" in words(inset)]

    assert what_is_left()
    overwrite_record(contact, occurred_at=timezone.now() - timedelta(days=2))
    assert not what_is_left()

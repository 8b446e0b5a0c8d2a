import uuid
from datetime import date

import pytest

from cha_engagement.customers import actions, card
from cha_engagement.customers.enums import AlwaysOpen, Format
from cha_engagement.customers.interfaces import event_kinds
from cha_engagement.customers.models import Customer
from tests import factories
from tests.timelines import shown_events

pytestmark = pytest.mark.django_db


def lines(section, customer):
    sources = [card.end_lines, card.capacity_lines, card.need_lines, card.always_open_lines]
    return [line.text for source in sources for line in source(customer) if line.section == section]


@pytest.mark.policy("9")
@pytest.mark.policy("18")
def test_needs_and_adjustments_stand_on_the_card(officer):
    customer = factories.customer(
        by=officer,
        accessibility_needs="Hard of hearing.",
        needs={"cannot_hear": "Text her first", "needs_large_print": ""},
        preferred_format=Format.LARGE_PRINT,
    )
    actions.agree_adjustment(customer=customer, by=officer, submission=uuid.uuid4(), what="Text her first")
    assert lines("adjustment", customer) == [
        "Cannot hear, or hardly: Text her first.",
        "Needs large print.",
        "Hard of hearing.",
        "Cannot use: phone.",
        "Text her first",
        "Letters: large print.",
    ]


@pytest.mark.policy("9")
def test_the_card_says_who_agreed_an_adjustment(officer, signed_in):
    """Colleagues can ask the one who agreed an adjustment."""
    customer = factories.customer(by=officer)
    actions.agree_adjustment(customer=customer, by=officer, submission=uuid.uuid4(), what="Visit her alone")
    page = signed_in(officer).get(customer.get_absolute_url()).content.decode()
    assert f'Visit her alone <span class="app-quiet">Agreed by {officer}.</span>' in page


@pytest.mark.beyond("B2")
@pytest.mark.parametrize(
    "name", ["Scottish Public Services Ombudsman", "The Scottish Public Services Ombudsman"]
)
def test_the_ombudsman_stands_on_the_card_with_one_article(organisation, customer, name):
    organisation.ombudsman_name = name
    organisation.save()
    assert "Going to the Scottish Public Services Ombudsman." in lines("open", customer)


def test_an_ombudsman_not_named_yet_is_still_on_the_card(customer):
    assert "Going to the ombudsman." in lines("open", customer)


@pytest.mark.policy("18")
def test_an_adjustment_shows_in_a_look_up(officer, customer, django_assert_num_queries):
    factories.customer(by=officer, name="Other")
    actions.agree_adjustment(customer=customer, by=officer, submission=uuid.uuid4(), what="Text her first")
    with django_assert_num_queries(1):
        assert list(Customer.objects.filter(card.has_adjustment())) == [customer]


@pytest.mark.policy("3")
def test_one_under_contract_and_one_who_speaks_for_another_are_marked_so(officer, customer):
    other = factories.customer(
        by=officer, name="Other", under_contract=True, speaks_for=customer, under_18=True
    )
    contract, speaks_for, young = lines("who", other)
    assert "contract terms may also apply" in contract
    assert "Órla Ní Bhriain" in speaks_for
    assert "safeguarding" in young


def test_the_card_begins_with_a_death_and_shows_the_end_of_a_tenancy(officer):
    customer = factories.customer(by=officer, deceased_on=date(2026, 5, 4), tenancy_ended_on=date(2026, 6, 1))
    assert lines("stop", customer)[0].startswith("Died on 4 May 2026")
    assert lines("who", customer) == ["Their tenancy ended on 1 June 2026."]


@pytest.mark.beyond("B2")
def test_what_always_stays_open_is_on_every_card(organisation, customer):
    words = {
        AlwaysOpen.EMERGENCY: "0800 496 0001",
        AlwaysOpen.SAFETY: "safety",
        AlwaysOpen.APPEAL: "Appealing",
        AlwaysOpen.ADJUSTMENT: "adjustment",
        AlwaysOpen.COMPLAINT: "complaint",
        AlwaysOpen.INFORMATION: "information we hold about them",
        AlwaysOpen.OMBUDSMAN: "Scottish Public Services Ombudsman",
        AlwaysOpen.SPOKEN_FOR: "somebody who acts for them",
    }
    for matter, line in zip(AlwaysOpen, lines("open", customer), strict=True):
        assert words[matter] in line


def test_every_event_of_a_customer_has_a_name(officer, customer):
    adjustment = actions.agree_adjustment(
        customer=customer, by=officer, submission=uuid.uuid4(), what="Text her first"
    )
    actions.end_adjustment(adjustment=adjustment, by=officer, version=1, ends_on=adjustment.agreed_on)
    kinds = [event.kind for event in shown_events(customer, officer)]
    assert sorted(kinds) == ["adjustment.agree", "adjustment.end", "customer.add"]
    assert set(kinds) <= event_kinds().keys()

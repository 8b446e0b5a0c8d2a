"""Wherever the plan is shown it says what its customer does not know of, and none of that counts against them. Beyond the policy: B23, B29."""

import re
from datetime import timedelta

import pytest
from django.template.loader import render_to_string
from django.urls import reverse

from cha_engagement.customers.enums import Channel
from cha_engagement.letters.rendering.placeholders import placeholder_texts
from cha_engagement.organisation.calendar import today
from restrictions import actions
from restrictions.breaches.models import Breach
from restrictions.contact_plan import contact_plan
from tests import factories
from tests.desks import card_texts

pytestmark = [pytest.mark.django_db, pytest.mark.beyond("B23"), pytest.mark.beyond("B29")]

LIMIT = {"limited": ["phone"], "most": {"contacts": 1, "minutes": None, "every": "week"}, "days": [], "hours": []}  # fmt: skip


def tell(restriction, by, on=None):
    return actions.notify_customer(restriction=restriction, on=on or today(), by=by)


def phone(customer):
    """Return what the plan says of the phone, as pages show it."""
    planned = contact_plan(customer).channels[Channel.PHONE]
    page = render_to_string("restrictions/planned_channel.html", {"planned": planned})
    assert re.findall(r"\((not told.*?)\)", page) == [planned.unnotified_words] * bool(
        planned.unnotified_words
    )
    return planned.unnotified_words


@pytest.mark.parametrize("kind", ["channel", "volume", "named_contact"])
def test_what_closes_limits_or_leads_says_that_they_were_not_told(kind, decision, manager, officer, customer):
    facts = {
        "channel": {},
        "volume": {"kind": kind, "terms": LIMIT},
        "named_contact": {
            "kind": kind,
            "terms": {"open": ["phone", "letter"]},
            "named_contact": officer,
            "deputy": manager,
        },
    }[kind]
    restriction = factories.restriction(by=manager, decision=decision, **facts)
    assert phone(customer) == "not told yet"
    tell(restriction, manager, on=today() + timedelta(days=2))
    assert phone(customer) == "not told yet"
    tell(restriction, manager)
    assert phone(customer) == ""


def test_who_knows_that_a_channel_is_closed_knows_it_whatever_else_closes_it(decision, manager, customer):
    told = factories.restriction(by=manager, decision=decision)
    both = {"terms": {"closed": ["phone", "office"], "open": ["letter", "email"]}}
    untold = factories.restriction(by=manager, decision=decision, **both)
    tell(told, manager)
    assert phone(customer) == ""
    assert "Deal with them by phone." in card_texts(customer)
    actions.lift_restriction(restriction=told.reload_locked(), by=manager, status_reason="Calm again.")
    assert phone(customer) == "not told yet"
    assert untold.is_in_force


def test_all_limits_count_for_what_they_know_of_an_open_channel(decision, manager, customer):
    told = factories.restriction(by=manager, decision=decision, kind="volume", terms=LIMIT)
    wider = LIMIT | {"limited": [*LIMIT["limited"], "office"]}
    factories.restriction(by=manager, decision=decision, kind="volume", terms=wider)
    tell(told, manager)
    assert phone(customer) == "not told yet"


def test_what_they_are_not_to_be_told_says_so_on_card_and_page(
    signed_in, decision, manager, management, customer
):
    restriction = factories.restriction(by=manager, decision=decision)
    factories.leave_unnotified(restriction, by=management, reason="They would come to her home.")
    customer.refresh_from_db()
    assert phone(customer) == "not told"
    assert "Deal with them by phone. Not told." in card_texts(customer)
    assert f"Without saying that anything was decided: {restriction.staff_instruction}" in card_texts(
        customer
    )
    page = signed_in(manager).get(restriction.get_absolute_url()).content.decode()
    assert "(not told)" in page


def test_what_is_about_to_be_imposed_is_told_with_its_letter(signed_in, decision, manager):
    url = reverse("restrict", args=[decision.reference]) + "?kind=channel"
    shown = signed_in(manager).post(url, {"show_first": "part", "closed": ["phone"], "open": ["letter"]})
    assert "Phone" in shown.content.decode()
    assert "not told" not in shown.content.decode()


@pytest.mark.policy("21.5")
@pytest.mark.beyond("B8")
def test_nothing_counts_that_came_while_they_were_not_told(decision, manager, officer, customer):
    factories.restriction(by=manager, decision=decision, terms={"closed": ["phone"], "open": ["letter"]})
    factories.restriction(by=manager, decision=decision, kind="volume", terms=LIMIT | {"limited": ["letter"]})
    for _ in range(2):
        factories.contact(by=officer, customer=customer)
        factories.contact(by=officer, customer=customer, channel=Channel.LETTER)
    assert not Breach.objects.exists()
    assert "Left this week by letter: 1 of 1 contact." in card_texts(customer)


@pytest.mark.policy("12")
def test_the_letter_of_the_rest_names_some_ways_as_examples_and_counts_no_other(
    organisation, decision, manager, customer
):
    """Their reader is told what this letter closes, and nothing that sounds as if all else were closed."""
    closed = ["phone", "email", "home_visit", "message", "online_form", "social_media"]
    untold = factories.restriction(
        by=manager, decision=decision, terms={"closed": closed, "open": ["letter"]}
    )
    factories.leave_unnotified(untold, by=manager)
    terms = {"closed": ["office"], "open": ["letter"]}
    factories.restriction(by=manager, decision=decision, terms=terms, **factories.WAITS)
    texts = placeholder_texts(actions.draft_decision_letter(decision=decision, by=manager))
    assert (
        "You can contact us by letter, for example. For now, please do not contact us in person at the office."
        in texts["what we have decided"]
    )
    assert texts["how to contact us"].startswith("You can contact us, for example:")
    assert "If you need another way, tell us" in texts["how to contact us"]
    assert "in any way that is open to you, for example by letter" in texts["how to complain"]
    assert "in another way than this letter asks" in texts["if you contact us all the same"]
    assert not any(
        word in " ".join(map(str, texts.values())) for word in ("by phone", "by email", "visit you")
    )


def test_no_letter_names_ways_as_examples_where_they_were_told_of_all(organisation, decision, manager):
    factories.restriction(by=manager, decision=decision, **factories.WAITS)
    texts = placeholder_texts(actions.draft_decision_letter(decision=decision, by=manager))
    assert "for example" not in " ".join(map(str, texts.values()))

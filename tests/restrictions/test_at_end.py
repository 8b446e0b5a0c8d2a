"""What a customer can do before and after something ends by itself, is merged, or is told anew. Beyond the policy: B29."""

import uuid
from datetime import timedelta

import pytest
from django.urls import reverse
from lxml import html

from cha_engagement.customers.actions import merge_customers, unmerge_customers
from cha_engagement.customers.enums import Channel
from cha_engagement.letters.rendering.placeholders import filled_text
from cha_engagement.organisation.calendar import add_months, today
from restrictions import actions
from restrictions.contact_plan import changes_at_end
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.beyond("B29"), pytest.mark.usefixtures("organisation")]

LAST_MONTH = 5
NO_PHONE = {
    "kind": "other",
    "terms": factories.OWN_WORDS | {"closed": ["phone"]},
    "staff_instruction": "Meet them at the library.",
}
"""Closes the phone, and does something else besides."""


def text_of(page):
    return " ".join(html.fromstring(page.content).text_content().split())


def box(page, title):
    """Return the words of the box with a title."""
    (section,) = html.fromstring(page.content).xpath(f"//section[.//h2[normalize-space()='{title}']]")
    return " ".join(section.text_content().split())


def restrictions_tab(customer):
    return reverse("customer_restrictions", args=[customer.reference])


@pytest.fixture
def last_day():
    return add_months(today(), LAST_MONTH)


@pytest.fixture
def phone_and_office(manager, decision, last_day):
    terms = {"closed": ["phone", "office"], "open": ["letter", "email"]}
    return factories.restriction(by=manager, decision=decision, terms=terms, ends_on=last_day)


@pytest.fixture
def office(manager, decision):
    return factories.restriction(
        by=manager, decision=decision, terms={"closed": ["office"], "open": ["letter", "email"]}
    )


@pytest.mark.policy("23")
def test_the_page_of_a_restriction_says_what_opens_when_it_ends_by_itself(
    signed_in, manager, office, phone_and_office
):
    changes = changes_at_end(phone_and_office)
    assert [planned.channel for planned in changes.more] == [Channel.PHONE]
    words = box(signed_in(manager).get(phone_and_office.get_absolute_url()), "When it ends by itself")
    assert "Phone: open" in words
    assert "Still In person at the office: closed" in words


def test_what_ends_on_the_same_day_closes_nothing_after_it(manager, decision, phone_and_office, last_day):
    factories.restriction(by=manager, decision=decision, **NO_PHONE, ends_on=last_day)
    assert {planned.channel for planned in changes_at_end(phone_and_office).more} == {"phone", "office"}


def test_what_has_no_last_day_says_nothing_of_its_end(signed_in, manager, office):
    assert changes_at_end(office) is None
    assert "When it ends by itself" not in text_of(signed_in(manager).get(office.get_absolute_url()))


def test_what_is_lifted_says_nothing_of_its_end(signed_in, manager, phone_and_office):
    actions.lift_restriction(restriction=phone_and_office, by=manager, status_reason="It went well.")
    page = signed_in(manager).get(phone_and_office.get_absolute_url())
    assert "When it ends by itself" not in text_of(page)


def test_what_begins_once_they_are_told_ends_after_its_months(manager, decision):
    waiting = factories.restriction(by=manager, decision=decision, **factories.WAITS, lasts_months=LAST_MONTH)
    assert waiting.earliest_last_day == add_months(today(), LAST_MONTH) - timedelta(days=1)
    assert changes_at_end(waiting).more


@pytest.mark.beyond("B21")
def test_an_interim_measure_says_what_opens_when_it_lapses(signed_in, manager, incident):
    interim = factories.interim_measure(by=manager, incidents=[incident], closed=["phone"])
    words = box(signed_in(manager).get(interim.get_absolute_url()), "When it ends by itself")
    assert "Phone: open" in words


@pytest.mark.policy("23", "65")
def test_the_page_of_a_customer_says_what_opens_and_when(
    signed_in, officer, customer, office, phone_and_office
):
    words = box(signed_in(officer).get(restrictions_tab(customer)), "What ends by itself")
    assert words.endswith("open again: phone")
    assert "office" not in words


def test_the_page_of_a_customer_names_what_closes_nothing_in_its_own_words(
    signed_in, officer, customer, manager, incident
):
    factories.interim_measure(by=manager, incidents=[incident])
    words = box(signed_in(officer).get(restrictions_tab(customer)), "What ends by itself")
    assert words.endswith("this no longer applies: “Two people at every visit”")


def test_the_page_of_a_customer_says_where_nothing_opens(signed_in, officer, customer, manager, decision):
    terms = {"closed": ["phone"], "open": ["letter", "email"]}
    factories.restriction(by=manager, decision=decision, terms=terms, ends_on=add_months(today(), LAST_MONTH))
    factories.restriction(by=manager, decision=decision, **NO_PHONE)
    words = box(signed_in(officer).get(restrictions_tab(customer)), "What ends by itself")
    assert "nothing opens, since something else closes it" in words


@pytest.mark.parametrize("begins_later", [False, True], ids=["once they are told", "on a later day"])
def test_the_page_of_a_customer_counts_what_begins_before_something_ends(
    begins_later, signed_in, officer, customer, manager, decision, last_day
):
    terms = {"closed": ["phone"], "open": ["letter", "email"]}
    factories.restriction(by=manager, decision=decision, terms=terms, ends_on=last_day)
    not_before = {"not_before": add_months(today(), 1)} if begins_later else {}
    factories.restriction(by=manager, decision=decision, **NO_PHONE, **factories.WAITS | not_before)
    words = box(signed_in(officer).get(restrictions_tab(customer)), "What ends by itself")
    assert "open again" not in words
    assert "nothing opens, since something else closes it" in words


@pytest.mark.beyond("B2", "B16")
def test_a_merge_shows_what_the_customer_will_be_able_to_do(signed_in, management, officer, customer, office):
    other = factories.customer(by=officer, name="Orla Byrne", needs=["no_internet"])
    incident = factories.incident(by=officer, customer=other)
    decision = factories.decision(by=management, incidents=[incident])
    factories.restriction(
        by=management, decision=decision, terms={"closed": ["phone"], "open": ["letter", "email"]}
    )
    page = signed_in(management).get(f"{reverse('customer_merge', args=[customer.reference])}?other={other}")
    words = box(page, "What they will be able to do")
    less, same = words.split("Less than now")[1].split("As now")
    assert "Phone: closed" in less
    assert "In person at the office: closed" in same
    assert "Email: open, but they cannot use it" in same
    assert f"Under {other} they can still use: in person at the office." in words


def test_a_merge_of_two_who_are_not_restricted_says_that_nothing_changes(
    signed_in, management, officer, customer
):
    other = factories.customer(by=officer, name="Orla Byrne")
    page = signed_in(management).get(f"{reverse('customer_merge', args=[customer.reference])}?other={other}")
    assert "Nothing changes for them so far." in box(page, "What they will be able to do")


@pytest.mark.policy("61.3")
@pytest.mark.beyond("B28")
def test_a_new_version_that_a_decision_letter_tells_says_less_more_and_same(manager, decision):
    told = factories.restriction(
        by=manager, decision=decision, terms={"closed": ["phone", "office"], "open": ["letter", "email"]}
    )
    actions.notify_customer(restriction=told, on=told.starts_on, by=manager)
    told.refresh_from_db()
    actions.vary_restriction(
        restriction=told,
        by=manager,
        terms={"closed": ["phone"], "open": ["letter", "email", "office"]},
        status_reason="It went well.",
        first_review_on=add_months(today(), 2),
        review_months=2,
    )
    text = filled_text(actions.draft_decision_letter(decision=decision, by=manager))
    assert "**More than before:** in person at the office." in text
    assert "**As before:** by phone, which is closed" in text
    assert "Less than before" not in text


def test_a_letter_about_what_they_never_had_compares_nothing(manager, decision, office):
    text = filled_text(actions.draft_decision_letter(decision=decision, by=manager))
    assert "than before" not in text
    assert "As before" not in text


@pytest.fixture
def merged(manager, management, officer, customer, office):
    """Two records made one: the phone is closed to the one that went, the office to the one that stays."""
    other = factories.customer(by=officer, name="Orla Byrne", needs=["no_internet"])
    incident = factories.incident(by=officer, customer=other)
    decision = factories.decision(by=management, incidents=[incident])
    phone = factories.restriction(
        by=management, decision=decision, **factories.WAITS, terms={"closed": ["phone"], "open": ["letter"]}
    )
    factories.ask_merge(customer, other, by=manager)
    merge = merge_customers(
        kept=customer, other=other, by=management, submission=uuid.uuid4(), why="They live at one address."
    )
    phone.refresh_from_db()
    return merge, phone


@pytest.mark.beyond("B2", "B16")
def test_to_part_them_again_shows_what_each_will_be_able_to_do(signed_in, management, customer, merged):
    merge, _ = merged
    page = signed_in(management).get(reverse("customer_unmerge", args=[customer.reference, merge.reference]))
    kept = box(page, f"What {customer.name} ({customer}) will be able to do")
    more, same = kept.split("More than now")[1].split("As now")
    assert "Phone: open" in more
    assert "In person at the office: closed" in same
    assert "cannot use it" not in kept
    other = box(page, f"What Orla Byrne ({merge.merged}) will be able to do")
    more, same = other.split("More than now")[1].split("As now")
    assert "In person at the office: open" in more
    assert "Phone: closed" in same
    assert "Email: open, but they cannot use it" in same


@pytest.mark.policy("61.3")
@pytest.mark.beyond("B16")
def test_letters_after_parting_say_to_each_what_applies_to_them_alone(management, decision, merged):
    merge, phone = merged
    unmerge_customers(merge=merge, by=management, version=merge.version)
    of_other = filled_text(actions.draft_decision_letter(decision=phone.decision, by=management))
    assert "please do not contact us by phone." in of_other
    of_kept = filled_text(actions.draft_decision_letter(decision=decision, by=management))
    assert "please do not contact us in person at the office." in of_kept

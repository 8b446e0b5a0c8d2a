"""“I have read this”, where a manager asks for it."""

import pytest

from cha_engagement.core.records import Stale, find_history_faults
from cha_engagement.core.refusals import Refused
from cha_engagement.organisation.calendar import today
from restrictions import actions
from restrictions.models import ReadReceipt
from tests import factories

from .test_feeds import event_codes

pytestmark = [pytest.mark.django_db, pytest.mark.beyond("B1")]

BUTTON = "I have read this"


@pytest.fixture
def restriction_to_confirm(restriction, manager):
    return request_read_receipts(restriction, by=manager)


def request_read_receipts(restriction, *, by):
    return actions.request_read_receipts(restriction=restriction, by=by, version=restriction.version)


def card(client, customer):
    return client.get(customer.get_absolute_url()).content.decode()


def press(client, customer, *restrictions):
    shown = {"restriction": [restriction.reference for restriction in restrictions]}
    return client.post(f"{customer.get_absolute_url()}card/read/", shown)


def test_the_card_asks_nobody_until_a_manager_does(signed_in, officer, manager, customer, restriction):
    assert BUTTON not in card(signed_in(officer), customer)
    page = restriction.get_absolute_url()
    signed_in(manager).post(f"{page}ask-reading/", {"version": restriction.version})
    assert BUTTON in card(signed_in(officer), customer)
    assert BUTTON in signed_in(officer).get(f"{customer.get_absolute_url()}card/").content.decode()


def test_who_has_read_it_is_recorded_once_with_its_moment_and_is_asked_no_more(
    signed_in, officer, customer, restriction_to_confirm
):
    client = signed_in(officer)
    for _ in range(2):
        assert press(client, customer, restriction_to_confirm).status_code == 302
    reading = restriction_to_confirm.read_receipts.get()
    assert (reading.by, reading.history.get().history_user) == (officer, officer)
    assert find_history_faults(reading) == []
    assert BUTTON not in card(client, customer)


def test_each_colleague_confirms_for_themselves(
    signed_in, officer, manager, customer, restriction_to_confirm
):
    press(signed_in(officer), customer, restriction_to_confirm)
    assert BUTTON in card(signed_in(manager), customer)


def test_a_new_version_is_read_anew(signed_in, officer, manager, customer, restriction_to_confirm):
    press(signed_in(officer), customer, restriction_to_confirm)
    actions.vary_restriction(
        restriction=restriction_to_confirm,
        by=manager,
        terms={"closed": ["office"], "open": ["letter"]},
        status_reason="The phone is open again.",
        first_review_on=restriction_to_confirm.first_review_on,
        review_months=3,
    )
    assert BUTTON in card(signed_in(officer), customer)


def test_what_has_ended_or_is_suspended_is_read_by_nobody(
    signed_in, officer, manager, customer, restriction_to_confirm
):
    actions.lift_restriction(restriction=restriction_to_confirm, by=manager, status_reason="It worked.")
    assert BUTTON not in card(signed_in(officer), customer)
    press(signed_in(officer), customer, restriction_to_confirm)
    assert not ReadReceipt.objects.exists()


def test_one_button_confirms_all_that_the_card_showed_and_nothing_that_came_after(
    signed_in, officer, manager, customer, decision, restriction_to_confirm
):
    second = request_read_receipts(factories.restriction(by=manager, decision=decision), by=manager)
    shown = card(signed_in(officer), customer)
    assert shown.count(BUTTON) == 1
    assert restriction_to_confirm.reference in shown
    assert second.reference in shown
    later = request_read_receipts(factories.restriction(by=manager, decision=decision), by=manager)
    press(signed_in(officer), customer, restriction_to_confirm, second)
    assert {reading.restriction for reading in ReadReceipt.objects.all()} == {restriction_to_confirm, second}
    assert not later.read_receipts.exists()
    assert BUTTON in card(signed_in(officer), customer)


def test_a_restriction_of_somebody_else_is_not_confirmed_through_this_card(
    signed_in, officer, customer, restriction_to_confirm
):
    press(signed_in(officer), factories.customer(by=officer, name="Somebody Else"), restriction_to_confirm)
    assert not ReadReceipt.objects.exists()


@pytest.mark.policy("22")
def test_only_a_manager_asks_for_it_and_only_once(officer, manager, restriction):
    with pytest.raises(Refused):
        request_read_receipts(restriction, by=officer)
    restriction = request_read_receipts(restriction, by=manager)
    with pytest.raises(Stale):
        request_read_receipts(restriction, by=manager)


def test_nobody_is_asked_to_read_a_proposal(manager, proposal):
    with pytest.raises(Stale):
        request_read_receipts(proposal, by=manager)


@pytest.mark.policy("65")
def test_who_deals_with_no_customer_is_not_asked(signed_in, customer, restriction_to_confirm):
    client = signed_in(factories.staff("dpo", "Data Protection"))
    assert BUTTON not in card(client, customer)
    assert press(client, customer, restriction_to_confirm).status_code == 403


def test_managers_see_on_its_page_who_has_read_it_and_when(
    signed_in, officer, manager, customer, restriction_to_confirm
):
    page = restriction_to_confirm.get_absolute_url()
    assert "Nobody has confirmed yet" in signed_in(manager).get(page).content.decode()
    press(signed_in(officer), customer, restriction_to_confirm)
    shown = signed_in(manager).get(page)
    assert [reading.by for reading in shown.context["read_receipts"]] == [officer]
    assert "Who has read it" in shown.content.decode()


@pytest.mark.policy("65")
def test_data_protection_reads_a_restriction_without_who_has_read_it(signed_in, restriction_to_confirm):
    shown = signed_in(factories.staff("dpo", "Data Protection")).get(
        restriction_to_confirm.get_absolute_url()
    )
    assert "Who has read it" not in shown.content.decode()


def test_that_staff_are_asked_stands_in_the_timeline(manager, customer, restriction_to_confirm):
    assert "restriction.ask_reading" in event_codes(customer, manager)


@pytest.mark.parametrize("count", [1, 30])
def test_a_customers_page_takes_at_most_twenty_queries_while_it_asks(
    signed_in, officer, manager, customer, decision, organisation, count, django_assert_max_num_queries
):
    most = {"contacts": 1, "minutes": None, "every": "day"}
    terms = {"limited": ["phone"], "most": most, "days": [], "hours": []}
    factories.restriction(by=manager, decision=decision, kind="volume", terms=terms)
    for _ in range(count):
        request_read_receipts(factories.restriction(by=manager, decision=decision), by=manager)
    client = signed_in(manager)
    with django_assert_max_num_queries(20):
        assert BUTTON in card(client, customer)


@pytest.mark.parametrize("count", [1, 30])
def test_the_page_of_a_restriction_takes_as_many_queries_however_many_have_read_it(
    signed_in, manager, customer, restriction_to_confirm, organisation, count, django_assert_num_queries
):
    for number in range(count):
        reader = factories.staff(f"reader{number}", "Officer")
        actions.confirm_reading(customer=customer, by=reader, shown=[restriction_to_confirm.reference])
    client = signed_in(manager)
    with django_assert_num_queries(15):
        client.get(restriction_to_confirm.get_absolute_url())


def test_the_page_of_a_restriction_takes_as_many_queries_once_its_customer_is_told(
    signed_in, manager, restriction_to_confirm, organisation, django_assert_num_queries
):
    """It asks for what counts against them, and no longer for what a letter is to tell of."""
    actions.notify_customer(restriction=restriction_to_confirm, on=today(), by=manager)
    client = signed_in(manager)
    with django_assert_num_queries(15):
        client.get(restriction_to_confirm.get_absolute_url())

"""Contacts against what is in force: suggested, then confirmed or not by whoever had them. Beyond the policy: B8."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from cha_engagement.core.records import Stale
from cha_engagement.core.refusals import Refused
from cha_engagement.customers.enums import AlwaysOpen, Channel
from cha_engagement.organisation.calendar import add_working_days, start_of_day, today
from incidents.contacts.actions import correct_contact
from restrictions import actions
from restrictions.breaches.actions import confirm_breach
from restrictions.breaches.models import Breach, BreachStatus
from tests import factories
from tests.checked import is_asked_first
from tests.desks import task_rows

from ..test_volume import volume

pytestmark = [pytest.mark.django_db, pytest.mark.beyond("B8")]


@pytest.fixture
def notified_restriction(manager):
    """`told(decision, **changes)` is a restriction in force that its customer knows of, as of an hour ago."""

    def notified_restriction(decision, **changes):
        with time_machine.travel(timezone.now() - timedelta(hours=1)):
            restriction = factories.restriction(by=manager, decision=decision, **changes)
            return actions.notify_customer(restriction=restriction, on=today(), by=manager)

    return notified_restriction


def suggested_breaches():
    return [
        (breach.restriction, breach.why) for breach in Breach.objects.filter(status=BreachStatus.SUGGESTED)
    ]


def contacts_asked_about(user):
    rows = task_rows(user)
    return [row["reference"] for row in rows if row["kind"] == "breach.settle"]


def test_a_contact_by_a_closed_way_is_put_to_whoever_logged_it(
    signed_in, officer, customer, decision, notified_restriction
):
    restriction = notified_restriction(decision)
    contact = factories.contact(by=officer, customer=customer)
    assert suggested_breaches() == [(restriction, "It came by phone, which is closed to them.")]
    page = signed_in(officer).get(contact.get_absolute_url()).content.decode()
    assert "This seems to go against a restriction: phone closed." in page
    assert "Yes, it went against it" in page
    assert contacts_asked_about(officer) == [contact.reference]


def test_a_contact_by_an_open_way_is_not(officer, customer, decision, notified_restriction):
    notified_restriction(decision)
    factories.contact(by=officer, customer=customer, channel=Channel.EMAIL)
    assert suggested_breaches() == []


@pytest.mark.parametrize(
    "about", ["emergency", "safety", "appeal", "adjustment", "information", "ombudsman", "spoken_for"]
)
def test_what_never_counts_is_never_put_to_anybody(officer, customer, decision, notified_restriction, about):
    notified_restriction(decision)
    notified_restriction(decision, **volume(contacts=1, every="week"))
    for _ in range(3):
        factories.contact(by=officer, customer=customer, about=about)
    assert suggested_breaches() == []


def test_the_first_contact_above_an_allowance_is(officer, customer, decision, notified_restriction):
    notified_restriction(decision, **volume(contacts=2, every="week"))
    for _ in range(2):
        factories.contact(by=officer, customer=customer)
        assert suggested_breaches() == []
    factories.contact(by=officer, customer=customer)
    assert [why for _, why in suggested_breaches()] == [
        "It was contact number 3 that week: they are allowed 2."
    ]


def test_so_is_one_that_takes_them_above_their_minutes(officer, customer, decision, notified_restriction):
    notified_restriction(decision, **volume(minutes=30, every="week"))
    factories.contact(by=officer, customer=customer, minutes=30)
    assert suggested_breaches() == []
    factories.contact(by=officer, customer=customer, minutes=1)
    assert [why for _, why in suggested_breaches()] == ["It made 31 minutes that week: they are allowed 30."]


@pytest.mark.parametrize(
    ("day", "why"),
    [
        (
            "2026-11-24T11:00",
            "It was on a Tuesday: they can be in contact on Monday from 10:00am to 12:00pm.",
        ),
        ("2026-11-23T12:01", "It was at 12:01pm: they can be in contact on Monday from 10:00am to 12:00pm."),
        ("2026-11-23T11:00", None),
    ],
)
def test_so_is_one_outside_their_days_and_hours(officer, manager, customer, decision, day, why):
    moment = datetime.fromisoformat(day).replace(tzinfo=ZoneInfo("Europe/London"))
    with time_machine.travel(moment - timedelta(days=1)):
        limits = volume(days=[0], hours=["10:00", "12:00"])
        restriction = factories.restriction(by=manager, decision=decision, **limits)
        actions.notify_customer(restriction=restriction, on=today(), by=manager)
    with time_machine.travel(moment + timedelta(hours=1)):
        factories.contact(by=officer, customer=customer, occurred_at=moment)
    assert [limits for _, limits in suggested_breaches()] == ([why] if why else [])


def test_the_day_on_which_the_post_brings_a_letter_is_none_of_the_customers_doing(
    officer, customer, decision, notified_restriction
):
    days = [add_working_days(today(), 1).weekday()]
    notified_restriction(decision, **volume(limited=["letter", "phone"], days=days))
    factories.contact(by=officer, customer=customer, channel=Channel.LETTER)
    assert suggested_breaches() == []
    factories.contact(by=officer, customer=customer)
    assert len(suggested_breaches()) == 1


def test_whoever_picks_up_a_call_to_a_named_contact_is_none_of_the_customers_doing(
    officer, manager, customer, decision, notified_restriction
):
    """Their letter says that whoever they reach passes it on."""
    deputy = factories.staff("deputy", "Officer")
    notified_restriction(decision, **factories.named_contact_facts(manager, deputy, "phone"))
    for colleague in (deputy, officer):
        factories.contact(by=colleague, customer=customer)
    assert suggested_breaches() == []
    factories.contact(by=officer, customer=customer, channel=Channel.EMAIL)
    assert [why for _, why in suggested_breaches()] == ["It came by email, which is closed to them."]


def test_other_words_leave_what_was_settled_though_the_restriction_was_lifted_since(
    officer, manager, customer, decision, notified_restriction
):
    restriction = notified_restriction(decision)
    contact = factories.contact(by=officer, customer=customer)
    confirm_breach(breach=contact.breaches.get(), by=officer)
    actions.lift_restriction(restriction=restriction, by=manager, status_reason="It went well.")
    correct_contact(contact=contact, by=officer, version=None, subject="The lift, once more")
    assert contact.breaches.get().status == BreachStatus.CONFIRMED


def test_nobody_is_asked_about_what_the_customer_had_not_been_told_of(officer, manager, customer, decision):
    factories.restriction(by=manager, decision=decision)
    factories.contact(by=officer, customer=customer)
    assert suggested_breaches() == []


@pytest.mark.beyond("B23")
def test_nor_while_the_letter_that_tells_them_is_in_the_post(
    officer, manager, customer, decision, time_machine
):
    restriction = factories.restriction(by=manager, decision=decision)
    received_on = add_working_days(today(), 2)
    actions.notify_customer(restriction=restriction, on=received_on, by=manager)
    factories.contact(by=officer, customer=customer)
    assert suggested_breaches() == []
    time_machine.move_to(start_of_day(received_on) + timedelta(hours=9))
    factories.contact(by=officer, customer=customer)
    assert [restriction for restriction, _ in suggested_breaches()] == [restriction]


@pytest.mark.beyond("B23")
def test_nor_before_they_were_told_on_the_same_day(officer, customer, decision, manager, time_machine):
    noon = start_of_day(add_working_days(today(), 1)) + timedelta(hours=12)
    time_machine.move_to(noon - timedelta(hours=3))
    restriction = factories.restriction(by=manager, decision=decision)
    time_machine.move_to(noon)
    actions.notify_customer(restriction=restriction, on=today(), by=manager)
    time_machine.move_to(noon + timedelta(hours=1))
    factories.contact(by=officer, customer=customer, occurred_at=noon - timedelta(hours=1))
    assert suggested_breaches() == []
    factories.contact(by=officer, customer=customer)
    assert [restriction for restriction, _ in suggested_breaches()] == [restriction]


def test_nor_about_what_came_before_it_or_after_its_end(
    officer, manager, customer, decision, notified_restriction
):
    restriction = notified_restriction(decision)
    factories.contact(by=officer, customer=customer, occurred_at=timezone.now() - timedelta(hours=2))
    actions.lift_restriction(restriction=restriction, by=manager, status_reason="It went well.")
    factories.contact(by=officer, customer=customer)
    assert suggested_breaches() == []


@pytest.mark.policy("23")
def test_confirmed_it_stands_on_the_restriction_at_its_review_and_on_the_timeline(
    signed_in, officer, manager, customer, decision, notified_restriction, organisation
):
    restriction = notified_restriction(decision)
    breach = factories.contact(by=officer, customer=customer).breaches.get()
    reader = signed_in(manager)
    assert breach.why not in reader.get(restriction.get_absolute_url()).content.decode()
    answer = signed_in(officer).post(f"/breaches/{breach}/confirm/")
    assert answer.url == breach.contact.get_absolute_url()
    breach.refresh_from_db()
    assert (breach.status, breach.settled_by) == (BreachStatus.CONFIRMED, officer)
    for record in (restriction, restriction.reviews.get()):
        assert breach.why in reader.get(record.get_absolute_url()).content.decode()
    assert "Contact against a restriction" in reader.get(customer.get_absolute_url()).content.decode()
    assert contacts_asked_about(officer) == []


@pytest.mark.policy("23")
def test_breaches_of_the_version_before_stand_at_the_review_of_a_new_one(
    signed_in, officer, manager, customer, decision, notified_restriction
):
    restriction = notified_restriction(decision)
    breach = factories.contact(by=officer, customer=customer).breaches.get()
    confirm_breach(breach=breach, by=officer)
    new = actions.vary_restriction(
        restriction=restriction,
        by=manager,
        terms={"closed": ["phone"], "open": ["letter", "email", "office"]},
        status_reason="The office is named too.",
        first_review_on=restriction.first_review_on,
        review_months=3,
    )
    page = signed_in(manager).get(new.reviews.get().get_absolute_url()).content.decode()
    assert breach.why in page


def test_with_one_click_it_is_no_breach_and_nobody_is_asked_again(
    signed_in, officer, customer, decision, notified_restriction
):
    notified_restriction(decision)
    breach = factories.contact(by=officer, customer=customer).breaches.get()
    client = signed_in(officer)
    client.post(f"/breaches/{breach}/dismiss/")
    breach.refresh_from_db()
    assert breach.status == BreachStatus.DISMISSED
    assert "go against" not in client.get(breach.contact.get_absolute_url()).content.decode()
    assert contacts_asked_about(officer) == []
    page = client.post(f"/breaches/{breach}/confirm/", follow=True).content.decode()
    assert "This was answered already." in page


def test_whoever_logged_it_or_a_manager_answers_and_nobody_else(
    officer, manager, customer, decision, notified_restriction
):
    notified_restriction(decision)
    breach = factories.contact(by=officer, customer=customer).breaches.get()
    with pytest.raises(Refused):
        confirm_breach(breach=breach, by=factories.staff("colleague", "Officer"))
    assert confirm_breach(breach=breach, by=manager).settled_by == manager


ONE_WORD = "On the word of"


def pages_where_it_counts(breach):
    review = breach.restriction.reviews.get().get_absolute_url()
    return [breach.get_absolute_url(), breach.restriction.get_absolute_url(), review, f"{review}pack/"]


def test_on_the_word_of_whoever_logged_it_alone_it_says_so_wherever_it_counts_until_a_manager_agrees(
    signed_in, officer, manager, customer, decision, notified_restriction, organisation
):
    notified_restriction(decision)
    breach = factories.contact(by=officer, customer=customer).breaches.get()
    confirm_breach(breach=breach, by=officer)
    reader = signed_in(manager)
    for page in pages_where_it_counts(breach):
        assert f"On the word of {officer} alone." in reader.get(page).content.decode(), page
    assert "I agree" not in signed_in(officer).get(breach.get_absolute_url()).content.decode()
    with pytest.raises(Stale):
        confirm_breach(breach=breach, by=officer)
    assert "I agree" in reader.get(breach.get_absolute_url()).content.decode()
    reader.post(reverse("breach_confirm", args=[breach.reference]))
    breach.refresh_from_db()
    assert (breach.status, breach.settled_by) == (BreachStatus.CONFIRMED, manager)
    for page in pages_where_it_counts(breach):
        assert ONE_WORD not in reader.get(page).content.decode(), page


def test_a_manager_who_had_the_contact_agrees_with_nobody_but_themselves(
    signed_in, manager, customer, decision, notified_restriction, organisation
):
    notified_restriction(decision)
    breach = factories.contact(by=manager, customer=customer).breaches.get()
    confirm_breach(breach=breach, by=manager)
    page = signed_in(manager).get(breach.get_absolute_url()).content.decode()
    assert ONE_WORD in page
    assert "I agree" not in page
    with pytest.raises(Stale):
        confirm_breach(breach=breach, by=manager)


def test_what_was_confirmed_can_be_taken_back(signed_in, officer, customer, decision, notified_restriction):
    notified_restriction(decision)
    breach = factories.contact(by=officer, customer=customer).breaches.get()
    confirm_breach(breach=breach, by=officer)
    client = signed_in(officer)
    page = client.get(breach.contact.get_absolute_url())
    assert "Take that back" in page.content.decode()
    assert is_asked_first(page, reverse("breach_dismiss", args=[breach.reference]))
    client.post(f"/breaches/{breach}/dismiss/")
    assert Breach.objects.get().status == BreachStatus.DISMISSED


def test_a_correction_asks_anew_where_it_changes_what_is_against_it(
    officer, customer, decision, notified_restriction
):
    notified_restriction(decision)
    contact = factories.contact(by=officer, customer=customer)
    confirm_breach(breach=contact.breaches.get(), by=officer)

    def correct(**changes):
        return correct_contact(contact=contact, by=officer, version=None, **changes)

    correct(subject="The lift, once more")
    assert contact.breaches.get().status == BreachStatus.CONFIRMED
    correct(about=AlwaysOpen.EMERGENCY)
    assert contact.breaches.get().status == BreachStatus.DISMISSED
    correct(about="")
    assert contact.breaches.get().status == BreachStatus.SUGGESTED
    correct(channel=Channel.EMAIL)
    assert contact.breaches.get().status == BreachStatus.DISMISSED


def test_one_logged_late_is_measured_by_what_had_come_before_it(
    officer, customer, decision, notified_restriction
):
    notified_restriction(decision, **volume(contacts=1, every="week"))
    factories.contact(by=officer, customer=customer)
    factories.contact(by=officer, customer=customer, occurred_at=timezone.now() - timedelta(minutes=30))
    assert suggested_breaches() == []


def test_a_manager_is_asked_where_whoever_had_the_contact_has_left(
    officer, manager, customer, decision, notified_restriction
):
    notified_restriction(decision)
    contact = factories.contact(by=officer, customer=customer)
    assert contacts_asked_about(manager) == []
    officer.is_active = False
    officer.save()
    assert contacts_asked_about(manager) == [contact.reference]


@pytest.mark.policy("49")
def test_logging_a_contact_costs_the_same_however_many_there_are(
    officer, customer, decision, notified_restriction, django_assert_max_num_queries
):
    notified_restriction(decision, **volume(contacts=200, minutes=9000, every="month"))
    notified_restriction(decision, **volume(contacts=100, every="week"))

    def cost():
        with django_assert_max_num_queries(25) as queries:
            factories.contact(by=officer, customer=customer)
        return len(queries)

    cost()  # what is read once is warm
    few = cost()
    for _ in range(28):
        factories.contact(by=officer, customer=customer)
    assert cost() == few


def test_the_customers_page_and_a_contacts_cost_the_same_at_one_and_at_thirty(
    signed_in,
    officer,
    manager,
    customer,
    decision,
    notified_restriction,
    organisation,
    django_assert_max_num_queries,
):
    restriction = notified_restriction(decision, **volume(contacts=1, every="week"))
    notified_restriction(decision)
    client = signed_in(manager)
    contact = factories.contact(by=officer, customer=customer)
    paths = [
        record.get_absolute_url() for record in (customer, contact, restriction, restriction.reviews.get())
    ]
    paths.append(f"{customer.get_absolute_url()}contacts/new/")

    def cost(path):
        with django_assert_max_num_queries(20) as queries:
            assert client.get(path).status_code == 200
        return len(queries)

    [cost(path) for path in paths]
    few = [cost(path) for path in paths]
    for _ in range(29):
        more = factories.contact(by=officer, customer=customer)
        for breach in more.breaches.all():
            confirm_breach(breach=breach, by=officer)
    assert [cost(path) for path in paths] == few

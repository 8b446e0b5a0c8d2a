"""Charts compare how much contact there was with the same customer's earlier level. Policy §49, 50."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.urls import reverse

from cha_engagement.customers.enums import AlwaysOpen, Channel
from incidents.contacts.queries import CHART_SPANS, contact_charts, contact_summary
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.database]

HERE = ZoneInfo("Europe/London")
NOW = datetime(2026, 11, 25, 15, 0, tzinfo=HERE)  # a Wednesday


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def log(officer, customer):
    """`log(moment, **changes)` logs a contact of that moment."""

    def log(moment, **changes):
        at = datetime.fromisoformat(moment).replace(tzinfo=HERE)
        return factories.contact(by=changes.pop("by", officer), customer=customer, occurred_at=at, **changes)

    return log


def values(chart):
    return {series.title: list(series.values) for series in chart.series}


@pytest.mark.policy("49")
def test_contacts_and_minutes_are_counted_by_day_and_channel(customer, log):
    log("2026-11-25T09:00", minutes=5)
    log("2026-11-25T10:00", minutes=7, channel=Channel.EMAIL)
    log("2026-11-24T23:30", minutes=20)
    contacts, minutes = contact_charts(customer, CHART_SPANS["days"])
    assert (contacts.title, minutes.title) == ("Contacts", "Minutes")
    assert len(contacts.labels) == 28
    assert (contacts.labels[0], contacts.labels[-1]) == ("29 October 2026", "25 November 2026")
    last_two = {title: row[-2:] for title, row in values(contacts).items()}
    assert last_two == {"All": [1, 2], "Phone": [1, 1], "Email": [0, 1]}
    assert values(minutes)["All"][-2:] == [20, 12]


@pytest.mark.policy("49")
def test_a_week_begins_on_monday(customer, log):
    log("2026-11-22T23:59")
    log("2026-11-23T00:00")
    log("2026-11-23T12:00")
    (contacts, _) = contact_charts(customer, CHART_SPANS["weeks"])
    assert values(contacts)["All"][-2:] == [1, 2]
    assert contacts.labels[-1] == "23 November 2026"


@pytest.mark.policy("50")
@pytest.mark.parametrize(("code", "level"), [("days", 0.5), ("weeks", 3.5)])
def test_the_earlier_level_is_that_of_the_twelve_weeks_before(customer, log, code, level):
    first = CHART_SPANS[code].first_days(date(2026, 11, 25))[0]
    for days in (1, 84):
        for _ in range(21):
            log(f"{first - timedelta(days=days)}T12:00")
    log(f"{first - timedelta(days=85)}T23:59")
    log(f"{first}T00:00")
    (contacts, _) = contact_charts(customer, CHART_SPANS[code])
    assert contacts.series[0].earlier_level == level
    assert values(contacts)["All"][0] == 1


@pytest.mark.policy("49", "50")
@pytest.mark.parametrize(("code", "days", "level"), [("days", 10, 0.2), ("weeks", 14, 1), ("weeks", 7, 2)])
def test_whoever_was_first_in_contact_later_is_compared_with_the_time_since(customer, log, code, days, level):
    first = CHART_SPANS[code].first_days(date(2026, 11, 25))[0]
    for _ in range(2):
        log(f"{first - timedelta(days=days)}T12:00")
    log(f"{first}T00:00")
    (contacts, minutes) = contact_charts(customer, CHART_SPANS[code])
    assert contacts.series[0].earlier_level == level
    assert minutes.series[0].earlier_level == level * 10


@pytest.mark.policy("49", "50")
@pytest.mark.parametrize(("code", "days"), [("days", 0), ("days", -5), ("weeks", 0), ("weeks", 6)])
def test_whoever_was_in_contact_too_lately_is_compared_with_nothing(
    signed_in, officer, customer, log, code, days
):
    log(f"{CHART_SPANS[code].first_days(date(2026, 11, 25))[0] - timedelta(days=days)}T12:00")
    (contacts, _) = contact_charts(customer, CHART_SPANS[code])
    assert contacts.series[0].earlier_level is None
    page = signed_in(officer).get(f"{reverse('contacts', args=[customer.reference])}?over={code}")
    assert "What it was before is not known." in page.content.decode()


@pytest.mark.beyond("B8")
def test_what_never_counts_is_no_part_of_it(customer, log):
    log("2026-11-25T09:00", about=AlwaysOpen.EMERGENCY)
    assert contact_charts(customer, CHART_SPANS["days"]) == []
    assert contact_summary(customer, 7) == ""


def test_nothing_ever_logged_is_told_from_nothing_lately(customer, log):
    assert contact_summary(customer, 7) is None
    log("2026-01-01T09:00")
    assert contact_summary(customer, 7) == ""


@pytest.mark.policy("49")
def test_the_page_shows_the_time_that_was_chosen_and_the_usual_one_for_any_other(
    signed_in, officer, customer, log
):
    log("2026-11-25T09:00")
    url = reverse("contacts", args=[customer.reference])
    client = signed_in(officer)
    page = client.get(f"{url}?over=half").content.decode()
    assert '<a class="moj-sub-navigation__link" href="?over=half" aria-current="page">' in page
    assert "Contacts by week" in page
    assert "Contacts by day" in client.get(f"{url}?over=nonsense").content.decode()


@pytest.mark.policy("49")
def test_the_customers_page_says_it_in_short_and_leads_there(signed_in, officer, customer, log):
    client = signed_in(officer)
    link = f'href="{reverse("contacts", args=[customer.reference])}"'
    # Beside the tab.
    assert client.get(customer.get_absolute_url()).content.decode().count(link) == 1
    log("2026-11-25T09:00", minutes=1)
    page = client.get(customer.get_absolute_url()).content.decode()
    assert page.count(link) == 2
    assert "1 contact, 1 minute, 1 staff, in the 28 days to 25 November 2026" in page


@pytest.mark.beyond("B11")
def test_a_decision_is_offered_its_effect_from_the_log(signed_in, officer, manager, customer, log):
    colleague = factories.staff("colleague", "Officer")
    for hour in (9, 10):
        log(f"2026-11-25T{hour:02}:00", minutes=15)
    log("2026-11-19T00:00", minutes=20, by=colleague)
    log("2026-11-18T23:59", minutes=30)
    seven = "3 contacts, 50 minutes, 2 staff, in the 7 days to 25 November 2026"
    assert contact_summary(customer, 7) == seven
    page = signed_in(manager).get(reverse("decide", args=[customer.reference])).content.decode()
    assert f'data-insert="id_effect" data-text="{seven}." hidden>' in page
    assert "4 contacts, 80 minutes, 2 staff, in the 28 days to 25 November 2026." in page


@pytest.mark.beyond("B11")
def test_nothing_is_offered_where_nothing_was_logged(signed_in, manager, customer):
    page = signed_in(manager).get(reverse("decide", args=[customer.reference])).content.decode()
    assert "From the contact log" not in page

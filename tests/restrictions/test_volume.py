"""Limits on how often, how long and when. Policy §21.5."""

import uuid
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.urls import reverse

from cha_engagement.core.refusals import Incomplete
from cha_engagement.customers.enums import Channel
from cha_engagement.desk.queries import customer_card
from cha_engagement.organisation.calendar import start_of_day, today
from restrictions import actions, rules
from restrictions.kinds import KINDS
from restrictions.kinds.volume import following_period_start, period_start
from restrictions.models import Restriction
from reviews import actions as appeals
from reviews.enums import AppealOutcome
from tests import factories
from tests.checked import send_checked
from tests.overwriting import overwrite_record

pytestmark = pytest.mark.django_db

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=ZoneInfo("Europe/London"))


def terms(*, limited=("phone",), contacts=None, minutes=None, every="", days=(), hours=()):
    most = {"contacts": contacts, "minutes": minutes, "every": every}
    return {"limited": list(limited), "most": most, "days": list(days), "hours": list(hours)}


def volume(**answers):
    return {"kind": "volume", "terms": terms(**answers)}


def impose_and_tell(manager, decision, **facts):
    restriction = factories.restriction(by=manager, decision=decision, **facts)
    return actions.notify_customer(restriction=restriction, on=today(), by=manager)


def refused_fields(facts, decision, manager):
    with pytest.raises(Incomplete) as caught:
        factories.restriction(by=manager, decision=decision, **facts)
    return {(refusal.field, refusal.paragraph) for refusal in caught.value.refusals}


def lines(customer):
    return {part.section: [line.text for line in part.lines] for part in customer_card(customer).parts}


@pytest.mark.policy("21.5")
def test_it_is_imposed_by_its_form_and_reads_alike_on_page_letter_and_card(
    signed_in, manager, decision, incident, organisation
):
    url = reverse("restrict", args=[decision.reference]) + "?kind=volume"
    client = signed_in(manager)
    form = client.get(url).context["form"]
    sent = {name: form[name].value() for name in ("submission", "known")}
    sent |= {
        "incidents": [incident.reference],
        "begins": "for_safety",
        "at_once_reason": "Your calls kept emergency calls waiting.",
        "review_months": "3",
        "reason": "You rang us forty times in a week.",
        "easing_conditions": "Three months within the limit. Ask Customer Services.",
        "limited": ["phone", "email"],
        "most_contacts": "3",
        "most_minutes": "60",
        "every": "week",
        "days": ["0", "3"],
        "hours_from": "10:00",
        "hours_until": "12:30",
    }
    assert client.post(url, sent).status_code == 302
    restriction = Restriction.objects.get()
    assert restriction.terms == terms(
        limited=[Channel.PHONE, Channel.EMAIL],
        contacts=3,
        minutes=60,
        every="week",
        days=[0, 3],
        hours=["10:00", "12:30"],
    )
    limits = "by phone or by email, at most 3 contacts and 60 minutes in a week, only on Monday and Thursday from 10:00am to 12:30pm"
    assert restriction.summary == f"B{limits[1:]}."
    assert restriction.kind_rules.letter_paragraph(restriction).startswith(
        "You can contact us by phone or by email up to 3 times and for up to 60 minutes in all in a week, on Monday and Thursday from "
        "10:00am to 12:30pm, all of these counted together. Once that is used up, we deal with what else you bring when the next week "
        "begins. What always stays open, listed at the end of this letter, never counts"
    )
    assert f"Keep to their limit: {limits}." in lines(restriction.customer)["do"]
    page = client.get(restriction.get_absolute_url()).content.decode()
    assert "Monday and Thursday" in page
    assert restriction.kind_rules.field_values(restriction.kind_rules.form_answers(restriction)) == {
        "terms": restriction.terms
    }


@pytest.mark.policy("14")
def test_it_stands_before_whatever_closes_a_way_of_contact():
    assert [*KINDS].index("volume") < [*KINDS].index("channel")


@pytest.mark.policy("21.5")
@pytest.mark.beyond("B2")
@pytest.mark.parametrize(
    ("facts", "field", "paragraph"),
    [
        (volume(limited=(), contacts=3, every="week"), "limited", "21.5"),
        (volume(), "most_contacts", "21.5"),
        (volume(contacts=3), "every", "21.5"),
        (volume(contacts=0, every="week"), "most_contacts", "B2"),
        (volume(minutes=-1, every="day"), "most_minutes", "B2"),
        (volume(days=[5, 6]), "days", "B2"),
        (volume(hours=["10:00", None]), "hours_until", "21.5"),
        (volume(hours=["10:00", "10:20"]), "hours_until", "B2"),
        (volume(hours=["12:00", "10:00"]), "hours_until", "B2"),
    ],
)
def test_what_is_missing_or_would_leave_nothing_is_refused_beside_its_field(
    decision, manager, facts, field, paragraph
):
    assert (field, paragraph) in refused_fields(facts, decision, manager)


@pytest.mark.beyond("B2")
def test_days_and_hours_of_two_limits_must_leave_a_time_between_them(decision, manager):
    factories.restriction(by=manager, decision=decision, **volume(days=[0, 1], hours=["09:00", "11:00"]))
    for clashing in (volume(days=[2]), volume(hours=["11:00", "13:00"]), volume(hours=["10:45", "13:00"])):
        assert refused_fields(clashing, decision, manager) == {("days", "B2")}
    assert factories.restriction(by=manager, decision=decision, **volume(hours=["10:30", "13:00"]))
    factories.restriction(by=manager, decision=decision, **volume(days=[1], hours=["10:00", "13:00"]))
    factories.restriction(by=manager, decision=decision, **volume(limited=[Channel.EMAIL], days=[2]))


@pytest.mark.beyond("B2")
def test_it_closes_no_way_of_contact(customer, decision, manager):
    restriction = factories.restriction(by=manager, decision=decision, **volume(contacts=5, every="month"))
    assert restriction.kind_rules.closed_channels(restriction) == set()
    assert rules.check_open_channel(restriction, customer) == []


@pytest.mark.policy("22")
@pytest.mark.parametrize(
    ("after", "is_harsher"),
    [
        ({"contacts": 5, "every": "week"}, False),
        ({"contacts": 4, "every": "week"}, True),
        ({"contacts": 5, "every": "day"}, False),
        ({"contacts": 29, "every": "month"}, True),
        ({"contacts": 30, "every": "month"}, False),
        ({"contacts": 5, "minutes": 600, "every": "week"}, True),
        ({"limited": ("phone", "email"), "contacts": 5, "every": "week"}, True),
        ({"contacts": 5, "every": "week", "days": [0, 1, 2]}, False),
        ({"contacts": 5, "every": "week", "days": [0]}, True),
        ({"contacts": 5, "every": "week", "hours": ["08:00", "13:00"]}, False),
        ({"contacts": 5, "every": "week", "hours": ["10:30", "12:00"]}, True),
        ({"days": [0, 1], "hours": ["10:00", "12:00"]}, False),
    ],
)
def test_a_panel_only_eases_it(after, is_harsher):
    before = Restriction(**volume(contacts=5, every="week", days=[0, 1], hours=["10:00", "12:00"]))
    if "days" not in after:
        after = after | {"days": [0, 1]}
    if "hours" not in after:
        after = after | {"hours": ["10:00", "12:00"]}
    assert rules.is_at_most_as_restrictive(before, Restriction(**volume(**after))) != is_harsher


@pytest.mark.policy("21.5")
def test_what_is_left_stands_on_card_and_form_and_goes_down_with_each_contact(
    signed_in, officer, manager, customer, decision
):
    allowed = volume(contacts=3, minutes=60, every="week")
    impose_and_tell(manager, decision, **allowed)
    assert "Left this week by phone: 3 of 3 contacts and 60 of 60 minutes." in lines(customer)["do"]
    factories.contact(by=officer, customer=customer, minutes=25)
    factories.contact(by=officer, customer=customer, minutes=5, channel=Channel.EMAIL)
    remaining = "Left this week by phone: 2 of 3 contacts and 35 of 60 minutes."
    assert remaining in lines(customer)["do"]
    client = signed_in(officer)
    assert remaining in client.get(reverse("contact_new", args=[customer.reference])).content.decode()
    contact = factories.contact(by=officer, customer=customer, minutes=35)
    used_up = f"Nothing is left this week by phone of 60 minutes. It begins again on {following_period_start('week', today()):%-d %B %Y}."
    assert any(line.startswith(used_up) for line in lines(customer)["stop"])
    assert used_up in client.get(contact.get_absolute_url()).content.decode()


@pytest.mark.beyond("B8")
@pytest.mark.parametrize(
    "about",
    ["emergency", "safety", "appeal", "adjustment", "complaint", "information", "ombudsman", "spoken_for"],
)
def test_what_never_counts_uses_nothing_up(officer, manager, customer, decision, about):
    impose_and_tell(manager, decision, **volume(contacts=5, every="month"))
    factories.contact(by=officer, customer=customer, about=about)
    assert "Left this month by phone: 5 of 5 contacts." in lines(customer)["do"]


@pytest.mark.policy("21.5")
@pytest.mark.parametrize(
    ("every", "contacts", "left"),
    [
        ("day", ["2026-11-24T23:59", "2026-11-25T00:01"], 4),
        ("week", ["2026-11-22T23:59", "2026-11-23T00:01"], 4),
        ("month", ["2026-10-31T23:59", "2026-11-01T00:01"], 4),
    ],
)
def test_days_weeks_and_months_are_those_of_the_calendar_here(
    officer, manager, customer, decision, every, contacts, left
):
    restriction = impose_and_tell(manager, decision, **volume(contacts=5, every=every))
    first = date(2026, 1, 1)
    overwrite_record(restriction, starts_on=first, customer_notified_on=first)
    here = ZoneInfo("Europe/London")
    for moment in contacts:
        at = datetime.fromisoformat(moment).replace(tzinfo=here)
        factories.contact(by=officer, customer=customer, occurred_at=at)
    with time_machine.travel(datetime(2026, 11, 25, 12, 0, tzinfo=here)):
        (line,) = [line for line in lines(customer)["do"] if line.startswith("Left")]
    assert f"{left} of 5 contacts" in line


def test_a_month_begins_and_begins_again_on_its_first():
    assert period_start("month", date(2028, 2, 29)) == date(2028, 2, 1)
    assert following_period_start("month", date(2026, 12, 31)) == date(2027, 1, 1)
    assert period_start("week", date(2026, 11, 29)) == date(2026, 11, 23)
    assert following_period_start("day", date(2028, 2, 28)) == date(2028, 2, 29)


@pytest.mark.policy("12")
def test_what_came_before_its_first_day_is_not_held_against_them(officer, manager, customer, decision):
    with time_machine.travel(MONDAY):
        factories.contact(by=officer, customer=customer, occurred_at=MONDAY)
    with time_machine.travel(MONDAY + timedelta(days=1)):
        impose_and_tell(manager, decision, **volume(contacts=3, every="week"))
        assert "Left this week by phone: 3 of 3 contacts." in lines(customer)["do"]


@pytest.mark.beyond("B23")
def test_what_came_before_they_were_told_on_the_same_day_is_not_held_against_them(
    officer, manager, customer, decision, time_machine
):
    noon = start_of_day(today()) + timedelta(hours=12)
    time_machine.move_to(noon - timedelta(hours=3))
    restriction = factories.restriction(by=manager, decision=decision, **volume(contacts=3, every="week"))
    factories.contact(by=officer, customer=customer)
    time_machine.move_to(noon)
    actions.notify_customer(restriction=restriction, on=today(), by=manager)
    assert "Left this week by phone: 3 of 3 contacts." in lines(customer)["do"]
    time_machine.move_to(noon + timedelta(hours=1))
    factories.contact(by=officer, customer=customer)
    assert "Left this week by phone: 2 of 3 contacts." in lines(customer)["do"]


@pytest.mark.beyond("B23")
def test_what_came_before_they_knew_of_it_is_not_held_against_them(officer, manager, customer, decision):
    remaining = [f"Left this week by phone: {left} of 3 contacts." for left in (3, 2)]
    with time_machine.travel(MONDAY):
        restriction = factories.restriction(by=manager, decision=decision, **volume(contacts=3, every="week"))
        received_on = MONDAY.date() + timedelta(days=2)
        actions.notify_customer(restriction=restriction, on=received_on, by=manager)
        factories.contact(by=officer, customer=customer)
        assert remaining[0] in lines(customer)["do"]
    with time_machine.travel(MONDAY + timedelta(days=2)):
        assert remaining[0] in lines(customer)["do"]
        factories.contact(by=officer, customer=customer)
        assert remaining[1] in lines(customer)["do"]


@pytest.mark.beyond("B1")
def test_a_card_asks_once_for_all_allowances(officer, manager, customer, decision, django_assert_num_queries):
    from restrictions.card import restriction_lines

    customer.lacking = {"representatives"}  # as of most
    factories.restriction(by=manager, decision=decision, **volume(contacts=3, every="week"))
    with django_assert_num_queries(3):
        restriction_lines(customer)
    for every in ("day", "month"):
        factories.restriction(by=manager, decision=decision, **volume(minutes=90, every=every))
    for _ in range(30):
        factories.contact(by=officer, customer=customer, channel=Channel.EMAIL)
    with django_assert_num_queries(3):
        restriction_lines(customer)


@pytest.mark.policy("22")
def test_a_new_version_of_its_hours_alone_eases_it(manager, decision):
    restriction = factories.restriction(by=manager, decision=decision, **volume(hours=["10:00", "12:00"]))
    new = actions.vary_restriction(
        restriction=restriction,
        by=manager,
        terms=terms(hours=["10:00", "14:00"]),
        status_reason="It went well.",
        first_review_on=restriction.first_review_on,
        review_months=3,
    )
    assert new.summary == "By phone, only from 10:00am to 2:00pm."


@pytest.mark.policy("22")
def test_a_panel_can_ease_its_hours_alone(signed_in, officer, manager, executive, customer, decision):
    restriction = factories.restriction(by=manager, decision=decision, **volume(hours=["10:00", "12:00"]))
    appeal = appeals.log_appeal(
        customer=customer,
        by=officer,
        submission=uuid.uuid4(),
        restrictions=[restriction],
        received_on=today(),
        channel=Channel.PHONE,
        lodged_by="Órla",
        grounds="I work until noon.",
    )
    appeals.acknowledge_appeal(appeal=appeal, by=executive, version=1, acknowledged_on=today())
    client = signed_in(executive)
    url = f"{appeal.get_absolute_url()}decide/"
    form = client.get(url).context["form"]
    sent = {name: form[name].value() for name in form.fields}
    sent = {name: "" if value is None else value for name, value in sent.items()}
    own = {
        "outcome": AppealOutcome.PARTLY_UPHELD,
        "reasons": "You told us of your work.",
        "hours_until": "11:00",
    }
    answer = client.post(url, sent | {f"{restriction}-{name}": answers for name, answers in own.items()})
    assert "Leave the hours there were" in answer.content.decode()
    own["hours_until"] = "14:00"
    answer = send_checked(
        client, url, sent | {f"{restriction}-{name}": answers for name, answers in own.items()}
    )
    assert answer.status_code == 302
    assert Restriction.objects.get(supersedes=restriction).summary == "By phone, only from 10:00am to 2:00pm."


@pytest.mark.parametrize(
    "rubbish",
    [
        {"most_contacts": "9" * 400},
        {"most_minutes": "-1"},
        {"every": "year"},
        {"days": ["7", "x"]},
        {"hours_from": "25:00"},
        {"hours_until": "a\0b"},
        {"limited": ["nowhere"]},
    ],
)
def test_rubbish_is_answered_plainly(signed_in, manager, decision, rubbish):
    url = reverse("restrict", args=[decision.reference]) + "?kind=volume"
    answer = signed_in(manager).post(url, {"limited": "phone"} | rubbish)
    assert answer.status_code == 422
    assert not Restriction.objects.exists()

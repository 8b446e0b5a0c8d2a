import uuid
from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cha_engagement.core.records import Stale, find_history_faults
from cha_engagement.core.refusals import Refused
from cha_engagement.customers.enums import Channel
from cha_engagement.customers.interfaces import event_kinds
from incidents.contacts import actions
from incidents.contacts.models import Contact
from incidents.enums import YesNo
from tests import factories
from tests.overwriting import insert_record
from tests.pages.test_plans import query_plan

pytestmark = pytest.mark.django_db


def typed_answers(**changes):
    """Return the answers of somebody who has just put the phone down."""
    form = {
        "submission": str(uuid.uuid4()),
        "occurred_at": timezone.localtime().strftime("%Y-%m-%dT%H:%M"),
        "channel": Channel.PHONE,
        "minutes": "12",
        "subject": "The lift again",
        "same_issue": YesNo.YES,
        "about": "",
    }
    return form | changes


@pytest.fixture
def log(signed_in, officer, customer):
    def log(data):
        return signed_in(officer).post(reverse("contact_new", args=[customer.reference]), data)

    return log


@pytest.mark.policy("49")
def test_a_contact_is_logged_from_the_customers_page_in_four_answers(signed_in, officer, customer, log):
    page = signed_in(officer).get(customer.get_absolute_url()).content.decode()
    assert f'href="{reverse("contact_new", args=[customer.reference])}"' in page
    answer = log(typed_answers())
    contact = Contact.objects.get()
    assert (answer.status_code, answer.url) == (302, contact.get_absolute_url())
    assert (contact.channel, contact.minutes, contact.same_issue) == (Channel.PHONE, 12, YesNo.YES)
    assert (contact.by, contact.customer, contact.counts) == (officer, customer, True)


def test_the_form_begins_at_its_first_question_and_says_that_it_was_now(signed_in, officer, customer):
    with time_machine.travel("2026-11-25 14:07+00:00", tick=False):
        page = signed_in(officer).get(reverse("contact_new", args=[customer.reference])).content.decode()
    form = page.partition("<main")[2].partition("</main>")[0]
    assert form.count("autofocus") == 1
    assert 'value="2026-11-25T14:07"' in page


def test_a_form_sent_twice_logs_one_contact(log):
    form = typed_answers()
    assert log(form).url == log(form).url
    assert Contact.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "error_message"),
    [
        ({"channel": ""}, "needs an answer"),
        ({"minutes": "0"}, "must be 1 or more"),
        ({"subject": ""}, "Say what they wanted, in a few words."),
        ({"same_issue": ""}, "needs an answer"),
        ({"occurred_at": "2999-01-01T10:00"}, "must be in the past"),
    ],
)
def test_a_missing_answer_is_pointed_out_and_what_was_typed_stays(log, changes, error_message):
    answer = log(typed_answers() | changes)
    assert answer.status_code == 422
    assert error_message in answer.content.decode()
    assert "12" in answer.content.decode()
    assert not Contact.objects.exists()


@pytest.mark.policy("4")
@pytest.mark.parametrize("channel", Channel.values)
def test_every_form_of_contact_can_be_logged(officer, customer, channel):
    assert factories.contact(by=officer, customer=customer, channel=channel).channel == channel


@pytest.mark.policy("62")
def test_contacts_are_on_the_timeline_in_a_line_each(signed_in, officer, manager, customer):
    factories.contact(by=officer, customer=customer, minutes=1, subject="The gate")
    page = signed_in(manager).get(customer.get_absolute_url()).content.decode()
    assert "Phone, 1 minute: The gate" in page


@pytest.mark.policy("65")
def test_whoever_may_deal_with_a_customer_reads_their_contacts_and_nobody_else(
    officer, manager, dpo, administrator, customer
):
    colleague = factories.staff("colleague", "Officer")
    factories.contact(by=officer, customer=customer)
    for reader in (officer, colleague, manager, dpo):
        assert Contact.objects.visible_to(reader).exists()
    assert not Contact.objects.visible_to(administrator).exists()


@pytest.mark.policy("49")
def test_who_does_not_deal_with_customers_logs_none(dpo, customer):
    with pytest.raises(Refused):
        factories.contact(by=dpo, customer=customer)


@pytest.mark.policy("62")
def test_the_author_corrects_a_contact_on_the_same_day_and_the_old_text_is_kept(signed_in, officer, customer):
    contact = factories.contact(by=officer, customer=customer, minutes=10)
    url = reverse("contact_edit", args=[contact.reference])
    client = signed_in(officer)
    assert client.get(url).status_code == 200
    answer = client.post(url, typed_answers(version="1", minutes="25"))
    assert answer.url == contact.get_absolute_url()
    contact.refresh_from_db()
    assert contact.minutes == 25
    assert list(contact.history.order_by("sequence").values_list("minutes", "event")) == [
        (10, "log"),
        (25, "correct"),
    ]
    assert find_history_faults(contact) == []


def test_nobody_else_corrects_a_contact_and_nobody_the_day_after(signed_in, officer, manager, customer):
    contact = factories.contact(by=officer, customer=customer)
    url = reverse("contact_edit", args=[contact.reference])
    assert signed_in(manager).get(url).status_code == 403
    with time_machine.travel(timezone.now() + timedelta(days=1)):
        assert signed_in(officer).get(url).status_code == 403
        with pytest.raises(Refused):
            actions.correct_contact(contact=contact, by=officer, version=1, minutes=3)


def test_of_two_corrections_the_second_is_told_of_the_first(officer, customer):
    contact = factories.contact(by=officer, customer=customer)
    actions.correct_contact(contact=contact, by=officer, version=1, minutes=3)
    with pytest.raises(Stale):
        actions.correct_contact(contact=contact, by=officer, version=1, minutes=4)


@pytest.mark.database
def test_a_contact_has_a_subject_and_took_time_in_the_database_too(officer, customer):
    for fault in ({"subject": ""}, {"minutes": 0}):
        facts = {
            "channel": Channel.PHONE,
            "minutes": 1,
            "subject": "The lift",
            "same_issue": YesNo.NO,
        } | fault
        with pytest.raises(IntegrityError), transaction.atomic():
            insert_record(Contact(customer=customer, by=officer, **facts))


@pytest.mark.beyond("B8")
def test_what_never_counts_is_named_and_told_apart(signed_in, officer, customer):
    page = signed_in(officer).get(reverse("contact_new", args=[customer.reference])).content.decode()
    for words in (
        "An emergency",
        "safety",
        "An appeal",
        "An adjustment",
        "Information",
        "ombudsman",
        "speaks for them",
    ):
        assert words in page
    for about in (
        "",
        "emergency",
        "safety",
        "appeal",
        "adjustment",
        "information",
        "ombudsman",
        "spoken_for",
    ):
        factories.contact(by=officer, customer=customer, about=about)
    assert [contact.about for contact in Contact.objects.exclude_never_counting()] == [""]


def test_the_list_goes_on_over_pages_newest_first_at_the_same_cost(
    signed_in, officer, customer, django_assert_max_num_queries
):
    url = reverse("contacts", args=[customer.reference])
    client = signed_in(officer)
    assert "No contacts logged yet" in client.get(url).content.decode()
    factories.contact(by=officer, customer=customer)

    def cost():
        with django_assert_max_num_queries(20) as queries:
            assert client.get(url).status_code == 200
        return len(queries)

    few = cost()
    for hours in range(31):
        moment = timezone.now() - timedelta(hours=hours)
        factories.contact(by=officer, customer=customer, occurred_at=moment, subject=f"Call {hours}")
    assert cost() == few
    first = client.get(url).context["page"]
    rest = client.get(url + first.next_url).context["page"]
    shown = [contact.occurred_at for contact in [*first.rows, *rest.rows]]
    assert len(shown) == 32
    assert shown == sorted(shown, reverse=True)


def test_its_events_have_names():
    assert {"contact.log", "contact.correct"} <= event_kinds().keys()


@pytest.mark.policy("62")
def test_managers_see_the_earlier_text_of_a_contact(signed_in, officer, manager, customer):
    contact = factories.contact(by=officer, customer=customer, subject="The gate")
    actions.correct_contact(contact=contact, by=officer, version=1, subject="The garden gate")
    page = signed_in(manager).get(f"{contact.get_absolute_url()}history/").content.decode()
    assert "The gate" in page
    assert "The garden gate" in page
    assert signed_in(officer).get(f"{contact.get_absolute_url()}history/").status_code == 403


def test_the_list_is_read_along_its_index(signed_in, officer, customer):
    factories.contact(by=officer, customer=customer)
    with CaptureQueriesContext(connection) as queries:
        signed_in(officer).get(reverse("contacts", args=[customer.reference]))
    (rows,) = [
        query["sql"]
        for query in queries
        if 'FROM "contacts_contact"' in query["sql"] and "LIMIT" in query["sql"]
    ]
    plan = query_plan(rows)
    assert "contact_customer" in plan
    assert "TEMP B-TREE" not in plan
    assert "Sort" not in plan

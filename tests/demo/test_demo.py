"""The demonstration, made once for all of these tests: it takes a while."""

from collections import Counter
from datetime import timedelta
from io import StringIO
from urllib.parse import urlsplit

import pytest
from bench import data, keeping
from django.apps import apps
from django.core.management import call_command
from django.db import transaction
from django.http import QueryDict
from django.test import override_settings
from django.urls import resolve
from django.utils import timezone
from lxml import html
from years.days import pass_days
from years.seeing import Seen
from years.telling import faults

from cha_engagement.core.records import CaseRecord, ChainedRecord, find_history_faults
from cha_engagement.core.statements import kept_rows
from cha_engagement.customers.interfaces import event_sources
from cha_engagement.customers.models import Customer, Merge
from cha_engagement.customers.queries import likely_duplicates, look_up_customers
from cha_engagement.customers.rules import may_unmerge_customers
from cha_engagement.demo.staff import ACCOUNTS, person
from cha_engagement.desk.events import find_wrong_records, mend_events
from cha_engagement.desk.models import ChasedTask, HeldTask
from cha_engagement.desk.tasks import mend_tasks
from cha_engagement.desk.waiting import waiting_tasks
from cha_engagement.letters.enums import LetterStatus
from cha_engagement.letters.interfaces import letter_kinds
from cha_engagement.letters.letters import GENERAL
from cha_engagement.letters.models import Letter
from cha_engagement.letters.rendering.standard_paragraphs import is_filled_by_a_kind
from cha_engagement.lists.interfaces import list_definitions
from cha_engagement.lists.models import SavedFilter
from cha_engagement.organisation import calendar
from cha_engagement.staff.checks import DEMO_PASSWORD, DEMO_USERNAMES
from cha_engagement.staff.interfaces import task_kinds as task_kinds_by_code
from cha_engagement.staff.models import AccessLogEntry, Notice, StaffMember
from incidents.models import Incident
from restrictions.blocks.models import Block, BlockStatus
from restrictions.breaches.models import Breach, BreachStatus
from restrictions.enums import InterimStatus, RestrictionStatus
from restrictions.kinds import KINDS
from restrictions.models import InterimMeasure, Restriction
from reviews.enums import AppealOutcome, AppealStatus, PassedTo, ReviewOutcome, ReviewStatus
from reviews.models import Appeal, AppealedRestriction, Review
from tests.desk.test_task_pages import DONE_BY, DONE_FIRST
from tests.desks import card_texts, task_rows
from tests.timelines import shown_events

CHAINED = [model for model in apps.get_models() if issubclass(model, ChainedRecord)]
RECORDS = [model for model in CHAINED if issubclass(model, CaseRecord)]


@pytest.fixture(scope="module")
def demonstration(django_db_setup, django_db_blocker, tmp_path_factory):
    files = override_settings(ENVIRONMENT="demo", MEDIA_ROOT=tmp_path_factory.mktemp("files"))
    with django_db_blocker.unblock(), transaction.atomic():
        with files:
            call_command("demo", stdout=StringIO())
        yield files
        transaction.set_rollback(True)


pytestmark = [pytest.mark.usefixtures("demonstration", "db"), pytest.mark.xdist_group("demonstration")]


def tasks(username):
    user = person(username)
    return task_rows(user)


def task_kinds(username):
    return {row["kind"] for row in tasks(username)}


def test_its_people_sign_in_with_the_published_password(client):
    usernames = {account.username for account in ACCOUNTS}
    assert {person.username for person in StaffMember.objects.all()} == usernames == {*DEMO_USERNAMES}
    assert person("officer").assigned_customers.count() == 10
    client.post("/accounts/login/", {"login": "officer", "password": DEMO_PASSWORD})
    assert "Farida Haidari" in client.get("/").content.decode()


def test_its_customers_are_found_by_any_spelling():
    assert [customer.name for customer in look_up_customers("orla", person("officer"))] == ["Órla Ní Bhriain"]


def test_two_customers_were_added_twice_and_one_of_them_was_merged():
    twice = Customer.objects.get(name="Hamish McDonald")
    (likeness, *_) = likely_duplicates(twice, person("officer"))
    assert (likeness.customer.name, likeness.description) == ("Hamish MacDonald", "phone, postcode, name")
    marco = Merge.objects.get().kept
    assert marco.name == "Marco Bellini"
    assert marco.adjustments.exists()
    assert may_unmerge_customers(person("manager"), Merge.objects.get()) is None


def test_it_has_customers_and_eighteen_months_of_incidents():
    assert Customer.objects.count() == 42  # two of them twice
    assert Incident.objects.count() == 120
    months = {incident.occurred_at.strftime("%Y-%m") for incident in Incident.objects.all()}
    assert len(months) >= 18
    assert len(set(Incident.objects.values_list("facts", flat=True))) == 120


@pytest.mark.parametrize(
    ("occurring", "wanted"),
    [
        (lambda: Restriction.objects.values_list("kind", flat=True), KINDS),
        (lambda: Restriction.objects.values_list("status", flat=True), RestrictionStatus.values),
        (
            lambda: InterimMeasure.objects.values_list("status", flat=True),
            [InterimStatus.IN_FORCE, InterimStatus.LAPSED],
        ),
        (lambda: Block.objects.values_list("status", flat=True), [BlockStatus.TO_BLOCK, BlockStatus.BLOCKED]),
        (lambda: Review.objects.values_list("status", flat=True), ReviewStatus.values),
        (
            lambda: Review.objects.filter(status=ReviewStatus.HELD).values_list("outcome", flat=True),
            ReviewOutcome.values,
        ),
        (lambda: Appeal.objects.values_list("status", flat=True), AppealStatus.values),
        (
            lambda: Appeal.objects.exclude(passed_to="").values_list("passed_to", flat=True),
            [PassedTo.APPEAL, PassedTo.COMPLAINTS],
        ),
        (
            lambda: AppealedRestriction.objects.exclude(outcome="").values_list("outcome", flat=True),
            AppealOutcome.values,
        ),
        (
            lambda: Letter.objects.exclude(sent_on=None).values_list("kind", flat=True),
            letter_kinds(),
        ),
        (
            lambda: Letter.objects.filter(sent_on=None).values_list("status", flat=True),
            [LetterStatus.DRAFT, LetterStatus.ISSUED],
        ),
    ],
)
def test_every_kind_status_and_outcome_occurs(occurring, wanted):
    assert set(occurring()) == set(wanted), (
        "Plan one in cha_engagement/demo, so that whoever looks around meets it."
    )


def test_no_standard_paragraph_can_take_the_name_of_a_placeholder():
    letters = Letter.objects.select_related("customer")
    assert {GENERAL, *(letter.kind for letter in letters)} == set(letter_kinds())
    assert all(
        map(
            is_filled_by_a_kind,
            {place for letter in letters for place in letter.letter_kind.placeholders(letter)},
        )
    )


def test_reviews_are_coming_due_overdue_and_passed_up():
    today = calendar.today()
    waits = Counter(
        (review.due_on - today) // timedelta(days=14)
        for review in Review.objects.filter(status=ReviewStatus.SCHEDULED)
    )
    assert Review.objects.filter(status=ReviewStatus.SCHEDULED, due_on=today).exists()
    assert waits[0] > 1
    assert waits[-1] == 1
    assert (
        Review.objects.filter(status=ReviewStatus.SCHEDULED, due_on__lte=today - timedelta(days=14)).count()
        == 1
    )


@pytest.mark.parametrize("model", CHAINED, ids=lambda model: model.__name__)
def test_every_history_is_whole(model):
    assert [record.pk for record in model.objects.all() if find_history_faults(record)] == []


@pytest.mark.parametrize("model", RECORDS, ids=lambda model: model.__name__)
def test_nothing_is_dated_ahead_and_references_follow_time(model):
    records = list(model.objects.order_by("created_at", "pk").values_list("created_at", "reference"))
    references = [(moment.year, reference) for moment, reference in records]
    assert references == sorted(references)
    assert not model.history.filter(history_date__gt=timezone.now()).exists()


@pytest.mark.parametrize(
    ("username", "waits"),
    [
        ("officer", {"incident.finish", "restorative.reengage", "breach.settle"}),
        ("officer2", {"restorative.reengage"}),
        (
            "manager",
            {
                "incident.assess",
                "interim.tell",
                "letter.finish",
                "review.hold",
            },
        ),
        ("manager2", {"review.hold"}),
        ("management", {"review.hold"}),
        ("executive", {"appeal.decide"}),
        ("executive2", {"appeal.decide"}),
    ],
)
def test_each_account_has_tasks_waiting(username, waits):
    assert waits <= task_kinds(username)


def test_what_waits_for_several_is_given_to_one_of_them():
    waiting = {"manager": set(), "executive": set()}
    for account in ACCOUNTS:
        for role in waiting.keys() & {account.username.rstrip("2")}:
            waiting[role] |= task_kinds(account.username)
    waiting["manager"] |= task_kinds("management") | task_kinds("ccsm")
    assert {"incident.assess", "conversation.hold", "restriction.settle"} <= waiting["manager"]
    assert {"appeal.acknowledge", "appeal.decide"} <= waiting["executive"]
    assert HeldTask.objects.filter(ended_at=None, by=None).exists()


def test_each_line_of_my_work_leads_to_where_it_is_done_by_whoever_it_waits_for(signed_in):
    """The page has a form or a button, or leads to where it is done: asked for a line of each kind, for each account."""
    kinds = task_kinds_by_code()
    for account in ACCOUNTS:
        user = person(account.username)
        client = signed_in(user)
        for task in {task.kind: task for task in waiting_tasks(user).select_related("customer")}.values():
            url = kinds[task.kind].url(task.reference, task.customer.reference if task.customer else "")
            page = client.get(url)
            assert page.status_code == 200, (user, url)
            main = html.fromstring(page.content).xpath("//main")[0]
            place = urlsplit(url).fragment
            assert (
                not place
                or len(main.xpath(f".//*[self::a or self::button or self::summary][@id='{place}']")) == 1
            ), url
            led_to = {
                resolve(urlsplit(link).path).url_name for link in main.xpath(".//a/@href") if link[0] == "/"
            }
            ways_on = {DONE_BY.get(task.kind), DONE_FIRST.get(task.kind)}
            assert main.xpath(".//form[@method='post']") or ways_on & led_to, (user, url)


def test_one_customer_has_nearly_used_an_allowance_and_gone_beyond_it_twice():
    stuart = Customer.objects.get(name="Stuart Pollock")
    assert "Left today by phone: 1 of 5 contacts and 12 of 60 minutes." in card_texts(stuart)
    breaches = Breach.objects.filter(contact__customer=stuart)
    assert sorted(breaches.values_list("status", flat=True)) == [
        BreachStatus.CONFIRMED,
        BreachStatus.SUGGESTED,
    ]


def test_whoever_imposed_an_appealed_restriction_is_not_asked_to_hear_it():
    (appeal,) = Appeal.objects.filter(
        status=AppealStatus.ACKNOWLEDGED, appealed__restriction__imposed_by__username="executive2"
    )
    assert appeal.reference in {row["reference"] for row in tasks("executive")}
    assert appeal.reference not in {row["reference"] for row in tasks("executive2")}


def test_one_customers_page_tells_a_story_from_incident_to_last_review():
    orla = Customer.objects.get(name="Órla Ní Bhriain")
    event_kinds = {event.kind for event in shown_events(orla, person("manager"))}
    assert event_kinds >= {
        "incident.log",
        "incident.assess",
        "restorativeaction.record",
        "managementdecision.decide",
        "restriction.impose",
        "letter.send",
        "appeal.log",
        "appeal.decide",
        "restriction.vary",
        "review.hold",
        "restriction.lift",
    }
    assert not Restriction.objects.in_force().filter(customer=orla).exists()


@pytest.mark.policy("65")
@pytest.mark.parametrize("username", [account.username for account in ACCOUNTS])
def test_whoever_reads_about_one_customer_sees_neither_more_nor_less_of_them(username):
    """Of each kind of record on their timeline, by a statement that is kept for the next customer."""
    reader = StaffMember.objects.get(username=username)
    for number, source in enumerate(event_sources()):
        visible = source.visible_records(reader).filter(source.records).order_by()
        expected = {
            (customer, key) for customer, key in visible.values_list(source.customer, "pk") if customer
        }
        seen = {
            (customer.pk, key)
            for customer in Customer.objects.all()
            for (key,) in kept_rows(
                visible_keys, str(number), reader.narrow_to_customer(customer.pk), customer.pk
            )
        }
        assert seen == expected, source.model


def visible_keys(source, user, customer):
    source = event_sources()[int(source)]
    visible = source.visible_records(user).filter(source.records, **{source.customer: customer})
    return visible.order_by().values_list("pk")


def test_saved_filters_find_something_and_lists_were_exported():
    for saved_filter in SavedFilter.objects.all():
        definition = list_definitions()[saved_filter.list_code]
        list_filter = definition.filter_class(QueryDict(saved_filter.query), user=saved_filter.owner)
        assert list_filter.query_string() == saved_filter.query
        assert list_filter.filter_rows(definition.rows(saved_filter.owner)).exists(), saved_filter
    assert {saved_filter.owner.username for saved_filter in SavedFilter.objects.all()} == {
        "manager",
        "officer",
    }
    assert {export.by.username for export in AccessLogEntry.objects.list_exports()} == {"manager", "ccsm"}


def test_officers_were_notified_of_their_reports_and_nothing_is_emailed(mailoutbox):
    assert Notice.objects.filter(recipient=person("officer"), read_at=None).exists()
    assert not Notice.objects.filter(sent_at=None).exists()
    assert mailoutbox == []


def test_timelines_and_tasks_are_in_step_with_its_records():
    assert (mend_events(), mend_tasks()) == (0, 0)


def test_the_bench_fills_an_association_around_it():
    data.fill_tables(1000)
    keeping.mark_unsettled()
    keeping.keep_rows()
    assert Incident.objects.count() > 1000
    assert find_wrong_records(Incident) == set()


@pytest.mark.policy("22", "23", "24", "25")
def test_three_weeks_with_nobody_at_work_lose_nothing():
    seen = pass_days(21, "nobody", checked=(20,))
    assert faults(seen) == []
    assert seen.lists[20]["Manager"]["at once"]
    assert seen.lapsed


def test_two_weeks_with_everybody_at_work_leave_less_than_two_with_half(demonstration):
    with demonstration:
        with transaction.atomic():
            half = pass_days(14, "half", checked=(14,))
            transaction.set_rollback(True)
        everybody = pass_days(14, "everybody", checked=(14,))
    assert faults(half) == faults(everybody) == []
    assert everybody.lists[14]["Manager"]["late"] < half.lists[14]["Manager"]["late"]
    assert {"letter.finish", "incident.assess", "review.hold", "appeal.acknowledge"} <= everybody.done.keys()


def test_what_nobody_was_told_of_is_seen():
    seen = Seen()
    ChasedTask.objects.all().delete()
    seen.look(calendar.add_working_days(calendar.today(), 1))
    assert seen.unsaid
    assert faults(seen)

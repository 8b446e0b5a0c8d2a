"""Somebody whom colleagues are warned of is not made unfindable, and no words of others stand on their card, without a manager hearing of it."""

import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cha_engagement.core.templatetags.ui import uk_date
from cha_engagement.customers import actions
from cha_engagement.customers.enums import Format, Relationship
from cha_engagement.customers.queries import look_up_customers
from cha_engagement.staff.models import Notice
from incidents.card import caution_lines
from incidents.enums import Category

from .. import factories

pytestmark = [pytest.mark.django_db, pytest.mark.beyond("B1")]

UNIDENTIFIED = "Somebody not yet identified was reported for violence or a threat"


@pytest.fixture
def passer_by(manager):
    """An officer who has nothing to do with the customer."""
    return factories.staff("passer", "Officer", line_manager=manager)


@pytest.fixture
def threatening_customer(customer, officer):
    factories.incident(by=officer, customer=customer, categories=[Category.OTHER_THREAT])
    return customer


def notices(person):
    return [notice.text for notice in Notice.objects.filter(recipient=person, text__contains="look it over")]


def change(customer, by, **fields):
    return actions.change_customer(customer=customer, by=by, version=None, **fields)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"name": "Nora Byrne"}, "name"),
        ({"phones": ["0141 496 0099"], "address": ""}, "address, phones"),
        (
            {"deceased_on": timezone.localdate(), "death_source": "A neighbour wrote to us."},
            "that they died, how we know that they died",
        ),
        (
            {"accessibility_needs": "Never alone."},
            "accessibility and communication needs, when their needs were checked, needs confirmed with, who checked their needs",
        ),
    ],
)
def test_a_manager_hears_what_was_changed_about_somebody_whom_we_are_warned_of(
    threatening_customer, passer_by, manager, fields, words
):
    change(threatening_customer, passer_by, **fields)
    (text,) = notices(manager)
    assert (
        text
        == f"Passer Example changed what is recorded of {threatening_customer}. Please look it over: {words}."
    )


def test_a_manager_hears_that_their_household_was_changed(threatening_customer, passer_by, officer, manager):
    other = factories.customer(by=officer, name="Somebody Else")
    change(threatening_customer, passer_by, household_of=other)
    change(threatening_customer, passer_by, household_of=other)
    change(threatening_customer, passer_by, household_of=None, name="Nora Byrne")
    assert [text.partition(": ")[2] for text in sorted(notices(manager))] == [
        "household of.",
        "name, household of.",
    ]


def test_a_manager_hears_of_an_adjustment_that_is_recorded_or_ended(threatening_customer, passer_by, manager):
    adjustment = actions.agree_adjustment(
        customer=threatening_customer, by=passer_by, submission=uuid.uuid4(), what="Text first."
    )
    actions.end_adjustment(adjustment=adjustment, by=passer_by, version=1, ends_on=timezone.localdate())
    assert len(notices(manager)) == 2


def test_nobody_is_told_of_what_their_manager_changes_or_whoever_looks_after_them(
    threatening_customer, passer_by, manager
):
    threatening_customer = factories.assign_record(
        actions.assign_customer, customer=threatening_customer, to=passer_by
    )
    change(threatening_customer, passer_by, name="Nora Byrne")
    change(threatening_customer, manager, name="Nora Burns")
    assert not notices(manager)


WORDS = "At her wish we phone after noon."


@pytest.mark.beyond("B36")
@pytest.mark.parametrize(
    ("fields", "words"),
    [
        (
            {"accessibility_needs": WORDS, "phones": ["0141 496 0099"]},
            "accessibility and communication needs",
        ),
        ({"vulnerability": WORDS}, "what may make them vulnerable"),
        ({"emergency_route": "0141 496 0088"}, "how they reach us in an emergency"),
        ({"what": WORDS}, "an adjustment"),
    ],
)
@pytest.mark.parametrize("who", ["manager", "assigned"])
@pytest.mark.parametrize("why", ["warned of", "under a decision"])
def test_manager_cannot_word_a_card_without_another_looking_it_over(
    customer, officer, passer_by, manager, management, organisation, fields, words, who, why
):
    categories = [Category.OTHER_THREAT] if why == "warned of" else [Category.ABUSE]
    incident = factories.incident(by=officer, customer=customer, categories=categories)
    if why == "under a decision":
        factories.decision(by=management, incidents=[incident])
    customer = factories.assign_record(actions.assign_customer, customer=customer, to=passer_by)
    manager.line_manager = management
    manager.save()
    by, looks_over = (manager, {management, passer_by}) if who == "manager" else (passer_by, {manager})
    if "what" in fields:
        actions.agree_adjustment(customer=customer, by=by, submission=uuid.uuid4(), **fields)
    else:
        change(customer, by, **fields)
    notices = Notice.objects.filter(text__contains="look it over")
    assert {notice.recipient for notice in notices} == looks_over
    assert {notice.text.partition("over: ")[2] for notice in notices} == {f"{words}."}


@pytest.mark.beyond("B36")
def test_of_one_change_there_is_one_notice(threatening_customer, passer_by, manager):
    change(threatening_customer, passer_by, name="Nora Byrne", accessibility_needs="No right arm.")
    text = Notice.objects.get(recipient=manager, reference=threatening_customer.reference).text
    assert "may limit something" in text
    assert "name, accessibility and communication needs" in text


def test_whoever_looks_after_them_hears_what_a_passer_by_changes(threatening_customer, passer_by, manager):
    colleague = factories.staff("colleague", "Officer")
    threatening_customer = factories.assign_record(
        actions.assign_customer, customer=threatening_customer, to=colleague
    )
    change(threatening_customer, passer_by, phones=["0141 496 0099"])
    assert notices(colleague) == notices(manager) != []


def test_nobody_is_told_where_nothing_warns_of_them_or_nothing_changes(customer, officer, passer_by, manager):
    change(customer, passer_by, name="Nora Byrne")
    factories.incident(by=officer, customer=customer, categories=[Category.OTHER_THREAT])
    change(customer, passer_by, name="Nora Byrne")
    assert not notices(manager)


@pytest.mark.beyond("B16")
def test_whom_we_are_warned_of_is_found_by_what_they_were_found_by_before(
    threatening_customer, passer_by, officer
):
    change(threatening_customer, passer_by, name="Nora Byrne", address="9 Moss Road", postcode="G00 9ZZ")
    for typed in ("Bhriain", "4 Kelp Street", "4 Kelp Street G00 0AB", "Nora", "9 Moss"):
        assert look_up_customers(typed, officer) == [threatening_customer]


@pytest.mark.parametrize(
    ("field", "was", "now", "typed"),
    [
        ("phones", ["0141 496 0077"], ["0141 496 0088"], "0141 496 0077"),
        ("emails", ["wrong@example.com"], ["right@example.com"], "wrong@example.com"),
        ("tenancy_reference", "T9009", "T1001", "T9009"),
        ("online_handles", ["@wrongname"], ["@rightname"], "wrongname"),
    ],
)
def test_no_number_or_account_that_is_not_theirs_finds_whom_we_are_warned_of(
    threatening_customer, passer_by, officer, field, was, now, typed
):
    change(threatening_customer, passer_by, **{field: was})
    assert look_up_customers(typed, officer) == [threatening_customer]
    change(threatening_customer, passer_by, **{field: now})
    assert look_up_customers(typed, officer) == []


def test_others_are_found_by_what_is_so_now_alone(customer, passer_by, officer):
    change(customer, passer_by, name="Nora Byrne")
    assert look_up_customers("Bhriain", officer) == []


@pytest.mark.policy("24")
def test_a_look_up_warns_of_a_threat_by_somebody_unidentified(officer, passer_by, manager, signed_in):
    officer.line_manager = manager
    officer.save()
    who = {"customer": None, "unidentified_person": "Zebedee, in a green coat"}
    threat = factories.incident(by=officer, categories=[Category.OTHER_THREAT], **who)
    factories.incident(by=officer, customer=None, unidentified_person="Zachary", categories=[Category.ABUSE])
    client = signed_in(passer_by)

    def look_up(words):
        return client.post("/look-up/", {"q": words, "fragment": "1"}).content.decode()

    shown = look_up("zebedee quill")
    assert shown.count(UNIDENTIFIED) == 1
    assert "speak to Manager Example" in shown
    assert "green" not in shown
    assert threat.reference not in shown
    assert UNIDENTIFIED not in look_up("zachary quill")
    form = {"submission": uuid.uuid4(), "name": "Zebedee Quill", "relationship": Relationship.TENANT}
    added = client.post("/customers/new/", form | {"preferred_format": Format.STANDARD}, follow=True)
    assert added.content.decode().count(UNIDENTIFIED) == 1


@pytest.mark.policy("24")
@pytest.mark.parametrize(
    ("typed", "described", "is_warned"),
    [
        ("The Laurels", "A man who rang from the office", False),
        ("12 Kelp Street", "A woman in Main Street", False),
        ("Flat 2, Kelp Court", "Somebody at a flat in Moss Ct", False),
        ("Mrs Quill", "Called Mrs Something", False),
        ("Smith and Sons Ltd", "A driver and his mate, Moss Ltd", False),
        ("The Laurels", "A man at The Laurels", True),
        ("12 Kelp Street", "Somebody from Kelp Road", True),
        ("Will Moss", "He said that he was Will", True),
        ("Ann Green", "In a green coat", True),
        ("Lois Lane", "A Ms Lane", True),
        ("Street", "A Mr Street", True),
        ("0141 496 0077", "Rang from 496 0077", True),
    ],
)
def test_a_word_that_says_who_somebody_is_warns_of_them_and_a_common_one_does_not(
    officer, passer_by, signed_in, typed, described, is_warned
):
    factories.incident(
        by=officer, customer=None, unidentified_person=described, categories=[Category.OTHER_THREAT]
    )
    shown = signed_in(passer_by).post("/look-up/", {"q": typed, "fragment": "1"}).content.decode()
    assert (UNIDENTIFIED in shown) is is_warned


@pytest.mark.policy("24")
def test_of_many_who_may_be_meant_the_likeliest_are_told_of_and_how_many_more(officer, passer_by, signed_in):
    for day, described in enumerate([*["Zebedee"] * 6, "Zebedee Quill"]):
        at = timezone.now() - timedelta(days=10 - day)
        who = {"customer": None, "unidentified_person": described, "occurred_at": at}
        likeliest = factories.incident(by=officer, categories=[Category.OTHER_THREAT], **who)
    shown = signed_in(passer_by).post("/look-up/", {"q": "Zebedee Quill", "fragment": "1"}).content.decode()
    assert shown.count(UNIDENTIFIED) == 5
    assert uk_date(likeliest.occurred_at) in shown
    assert "2 more such reports" in shown


@pytest.mark.policy("24")
@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"categories": [Category.VIOLENCE]}, "was reported for violence or a threat on"),
        ({"categories": []}, "and no manager has decided on it yet. If this may be them, speak to"),
        ({"categories": [Category.LEVEL_OF_CONTACT]}, ""),
    ],
)
@pytest.mark.parametrize("typed", ["12 Thistle Wynd", "thistle wynd, Lochside", "Zebedee"])
def test_looking_up_a_place_or_a_person_warns_of_what_may_have_been_a_threat(
    officer, passer_by, signed_in, facts, words, typed
):
    who = {"customer": None, "unidentified_person": "Zebedee", "location": "12 Thistle Wynd"}
    factories.incident(by=officer, **who | facts)
    client = signed_in(passer_by)
    shown = client.post("/look-up/", {"q": typed, "fragment": "1"}).content.decode()
    assert ("Somebody not yet identified" in shown) is bool(words)
    assert words in shown
    shown = client.post("/look-up/", {"q": "9 Moss Street", "fragment": "1"}).content.decode()
    assert "Somebody not yet identified" not in shown


@pytest.mark.policy("24")
@pytest.mark.parametrize(
    ("typed", "is_warned"),
    [
        ("Redshank", True),  # somebody of that name is on record
        ("33 Wrasse Court", True),
        ("01414960955", True),
        ("4960955", True),
        ("960955", True),
        ("0141 496 0777", False),
        ("Moss Street", False),
    ],
)
def test_an_unidentified_threat_warns_whoever_else_is_found_and_after_an_edit(
    officer, passer_by, signed_in, typed, is_warned
):
    factories.customer(by=officer, name="Hester Redshank", address="33 Wrasse Court")
    who = {"unidentified_person": "Mrs Redshank, rang from 0141 496 0955", "location": "33 Wrasse Court"}
    threat = factories.incident(by=officer, categories=[Category.PHYSICAL_THREAT], customer=None, **who)
    client = signed_in(officer)
    form = client.get(f"{threat.get_absolute_url()}edit/").context["form"]
    kept = {bound.html_name: bound.value() for bound in form if bound.value() not in (None, [])}
    sent = kept | {"unidentified_person": "x", "location": ""}
    assert client.post(f"{threat.get_absolute_url()}edit/", sent).status_code == 302
    shown = signed_in(passer_by).post("/look-up/", {"q": typed, "fragment": "1"}).content.decode()
    assert ("Somebody not yet identified" in shown) is is_warned


@pytest.mark.policy("24")
def test_a_card_asks_once_whom_to_speak_to_about_what_one_colleague_reported(
    threatening_customer, officer, manager
):
    def query_count():
        with CaptureQueriesContext(connection) as queries:
            assert f"Speak to {manager}" in caution_lines(threatening_customer)[0].text
        return len(queries)

    count = query_count()
    factories.incident(by=officer, customer=threatening_customer, categories=[Category.OTHER_THREAT])
    assert query_count() == count

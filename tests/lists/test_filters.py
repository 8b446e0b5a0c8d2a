"""Each list has its questions, which filter it, are shown above it, and can be taken off."""

import uuid
from datetime import date, datetime, timedelta

import pytest
import time_machine
from django.utils import timezone
from lxml.html import fromstring

from cha_engagement.core.paging import PAGE_SIZE, write_cursor
from cha_engagement.customers import actions as customers
from cha_engagement.customers.enums import Channel, NeedCode, Relationship
from cha_engagement.customers.interfaces import flags
from cha_engagement.organisation.calendar import add_months, today
from incidents import actions as incidents
from incidents.enums import Category, IncidentStatus, Outcome
from restrictions import actions as restrictions
from reviews import actions as reviews
from tests.pages.conftest import log_appeal

from .. import factories

pytestmark = [pytest.mark.django_db, pytest.mark.beyond("B19"), pytest.mark.database]


@pytest.fixture
def references(signed_in, names):
    """Return a function: `shown(user, path)` are the references that a list shows."""
    return lambda user, path: names(signed_in(user).get(path))


@pytest.mark.parametrize(
    ("query", "fits", "fits_not"),
    [
        ("status=assessed", {"status": IncidentStatus.ASSESSED}, {}),
        (
            "category=refusal",
            {"categories": [Category.REFUSAL, Category.OTHER], "other_category": "Shouting"},
            {},
        ),
        (
            "category=refusal&zero_tolerance=on",
            {"categories": [Category.REFUSAL, Category.ABUSE]},
            {"categories": [Category.REFUSAL]},
        ),
        ("zero_tolerance=on", {"categories": [Category.ABUSE]}, {"categories": [Category.REFUSAL]}),
        ("channel=email", {"channel": Channel.EMAIL}, {"channel": Channel.PHONE}),
        ("reported_by=on", {"by": "manager"}, {"by": "officer"}),
        ("assigned_to=on", {"assigned_to": "manager"}, {"by": "manager", "assigned_to": "officer"}),
    ],
)
def test_incidents_are_filtered(references, officer, manager, customer, query, fits, fits_not):
    people = {"officer": officer, "manager": manager}

    def log(by="officer", status="", **changes):
        if changes.get("assigned_to"):
            changes["assigned_to"] = people[changes["assigned_to"]]
        incident = factories.incident(by=people[by], customer=customer, **changes)
        if status:
            incidents.assess_incident(
                incident=incident,
                by=manager,
                version=incident.version,
                outcome=Outcome.WARNED,
                reasons="Over.",
            )
        return incident.reference

    log(**fits_not)
    wanted = log(**fits)
    assert references(manager, f"/incidents/?{query}") == [wanted]


def test_incidents_are_filtered_by_whole_local_days_and_by_a_customer(references, officer, manager, customer):
    other = factories.customer(by=officer, name="Other")
    moments = ("2026-07-01T22:59:00+00:00", "2026-07-01T23:00:00+00:00", "2026-07-02T22:59:00+00:00", "2026-07-02T23:00:00+00:00")  # fmt: skip
    with time_machine.travel("2026-07-04T10:00:00Z"):
        references_by_day = [
            factories.incident(
                by=officer, customer=customer, occurred_at=datetime.fromisoformat(moment)
            ).reference
            for moment in moments
        ]
        factories.incident(by=officer, customer=other, occurred_at=datetime.fromisoformat(moments[1]))
    query = f"/incidents/?customer={customer.reference.lower()}&since=2026-07-02&until=02/07/2026"
    assert references(manager, query) == [references_by_day[2], references_by_day[1]]


def test_customers_are_filtered(references, officer, manager, customer, restriction):
    factories.incident(by=officer, customer=customer, categories=[Category.OTHER_THREAT])
    mine = factories.customer(by=officer, name="Mine", assigned_to=manager)
    child = factories.customer(by=officer, name="Child", household_of=customer)
    trader = factories.customer(by=officer, name="Trader", relationship=Relationship.CONTRACTOR)
    customers.agree_adjustment(customer=child, by=officer, submission=uuid.uuid4(), what="Text first")
    deaf = factories.customer(by=officer, name="Deaf", needs=[NeedCode.CANNOT_HEAR, NeedCode.NO_PHONE])
    no_longer = factories.customer(by=officer, name="Hears", needs=[NeedCode.CANNOT_HEAR])
    customers.change_customer(
        customer=no_longer, by=officer, version=no_longer.version, needs={}, needs_confirmed_with="customer"
    )
    for query, wanted in {
        f"need={NeedCode.CANNOT_HEAR}": [deaf],
        f"need={NeedCode.NO_ENGLISH}": [],
        "assigned_to=on": [mine],
        "assigned_to=me": [mine],
        "relationship=contractor": [trader],
        f"household={customer}": [child, customer],
        f"household={child}": [child, customer],
        "flag=restricted": [customer],
        "flag=adjusted": [child],
        "flag=under_notice": [customer],
    }.items():
        assert references(manager, f"/customers/?{query}") == [record.reference for record in wanted], query


def test_customers_are_filtered_by_all_flags_of_a_look_up(signed_in, officer, customer, restriction):
    page = fromstring(signed_in(officer).get("/customers/").content.decode())
    labels = [option.text for option in page.xpath("//select[@name='flag']/option")]
    assert labels == ["Any", *(flag.words for flag in flags().values())]
    assert "Restrictions in force" in labels


def test_restrictions_are_filtered(references, manager, restriction):
    def impose(way, ends_on, make=factories.restriction, **dates):
        terms = {"closed": [way], "open": ["letter"]}
        return make(by=manager, decision=restriction.decision, ends_on=ends_on, terms=terms, **dates)

    sooner, later = add_months(today(), 4), add_months(today(), 5)
    notified = restrictions.notify_customer(restriction=impose("email", later), on=today(), by=manager)
    lifted = impose("office", sooner)
    restrictions.lift_restriction(restriction=lifted, by=manager, status_reason="Calm.")
    coming = impose("message", None, not_before=today() + timedelta(days=1))
    unreviewed = impose("online_form", None, factories.unreviewed_restriction)
    restrictions.notify_customer(restriction=unreviewed, on=today(), by=manager)
    for query, wanted in {
        "status=lifted": [lifted],
        "status=imposed": [unreviewed, notified, restriction],
        "status=later": [coming],
        "kind=channel": [unreviewed, coming, lifted, notified, restriction],
        "kind=channel:email": [notified],
        "kind=channel:letter": [],
        "kind=named_contact": [],
        f"ends_by={later}": [notified],
        f"ends_by={sooner}": [],
        "untold=on": [restriction],
        "unreviewed=on": [unreviewed],
    }.items():
        assert references(manager, f"/restrictions/?{query}") == [record.reference for record in wanted], (
            query
        )


@pytest.mark.policy("23")
def test_the_diary_of_reviews_is_filtered(references, manager, restriction):
    review = restriction.reviews.get()
    assert references(manager, "/reviews/?within=31") == []
    assert references(manager, "/reviews/?within=92") == [review.reference]
    assert references(manager, "/reviews/?kind=complaints_process") == []
    for kind, found in (
        ("channel", [review.reference]),
        ("channel:phone", [review.reference]),
        ("channel:email", []),
    ):
        assert references(manager, f"/reviews/?kind={kind}") == found
    assert references(manager, "/reviews/?overdue=on") == []
    with time_machine.travel(add_months(today(), 4)):
        assert references(manager, "/reviews/?overdue=on&within=7") == [review.reference]
    with time_machine.travel(add_months(today(), 3) + timedelta(days=13)):
        assert references(manager, "/reviews/?passed_up=on") == []
    with time_machine.travel(add_months(today(), 3) + timedelta(days=14)):
        assert references(manager, "/reviews/?passed_up=on") == [review.reference]


def test_appeals_are_filtered_by_those_that_wait_for_their_reader(
    references, officer, manager, executive, restriction
):
    involved = factories.staff("involved", "Executive Team", "Manager")
    second = factories.restriction(
        by=involved, decision=restriction.decision, terms={"closed": ["email"], "open": ["letter"]}
    )
    first_appeal, second_appeal = (
        log_appeal(restriction_appealed, by=officer) for restriction_appealed in (restriction, second)
    )
    acknowledged = reviews.acknowledge_appeal(
        appeal=first_appeal, by=executive, version=1, acknowledged_on=today()
    )
    assert references(executive, "/appeals/?status=acknowledged") == [acknowledged.reference]
    assert references(executive, "/appeals/?waiting=on") == [second_appeal.reference, first_appeal.reference]
    assert references(involved, "/appeals/?waiting=on") == [first_appeal.reference]
    assert references(manager, "/appeals/?waiting=on") == []


@pytest.mark.beyond("B33")
def test_appeals_that_wait_are_found_by_whoever_may_not_read_another_case(
    references, officer, manager, executive, restriction
):
    appeal = log_appeal(restriction, by=officer)
    another = factories.customer(by=officer, name="Hamish")
    factories.limit_readers(another, by=manager, readers=[manager])
    assert references(executive, "/appeals/?waiting=on") == [appeal.reference]


def test_filters_in_use_are_listed_and_can_be_removed_in_turn(signed_in, manager, incident, links):
    answer = signed_in(manager).get(
        f"/incidents/?status=with_manager&zero_tolerance=on&since=2026-01-31&customer={incident.customer}&channel="
    )
    assert {words: url for words, url in links(answer).items() if words.startswith("Remove filter")} == {
        "Remove filter: Status: With a manager": f"?since=2026-01-31&customer={incident.customer}&zero_tolerance=on",
        "Remove filter: Happened on or after: 31 January 2026": f"?status=with_manager&customer={incident.customer}&zero_tolerance=on",
        f"Remove filter: Customer’s reference: {incident.customer}": "?status=with_manager&since=2026-01-31&zero_tolerance=on",
        "Remove filter: Zero tolerance": f"?status=with_manager&since=2026-01-31&customer={incident.customer}",
    }


@pytest.mark.parametrize(
    ("query", "is_open"), [("", False), ("status=with_manager", False), ("status=nonsense", True)]
)
def test_the_questions_are_folded_away_unless_there_is_something_to_put_right(
    signed_in, manager, query, is_open
):
    """Active filters stand above the list, which is what somebody came to see."""
    page = fromstring(signed_in(manager).get(f"/incidents/?{query}").content.decode())
    (details,) = page.xpath("//main//details")
    assert (details.get("open") is not None) == is_open


def test_the_questions_keep_their_answers(signed_in, manager):
    page = fromstring(
        signed_in(manager).get("/incidents/?status=with_manager&reported_by=on&customer=X").content.decode()
    )
    assert page.xpath("//select[@name='status']/option[@selected]/@value") == ["with_manager"]
    assert page.xpath("//input[@name='reported_by']/@checked")
    assert page.xpath("//input[@name='customer']/@value") == ["X"]


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ("status=nonsense", "“Status”: “nonsense” is not one of the answers."),
        ("since=2026-02-30", "“Happened on or after” is not a date."),
        ("until=9999-12-31", "Give a day up to 31 December 2999."),
        ("since=2026-03-02&until=2026-03-01", "This day comes before the first one."),
        ("customer=CUS-1999-0001", "No customer has this reference."),
    ],
)
def test_an_answer_that_makes_no_sense_is_refused_and_filters_nothing(
    signed_in, manager, customer, officer, names, wrong, sentence
):
    threat = factories.incident(by=officer, customer=customer, categories=[Category.OTHER_THREAT])
    factories.incident(by=officer, customer=customer, categories=[Category.REFUSAL])
    answer = signed_in(manager).get(
        f"/incidents/?{wrong.replace('since=2026-03-02', 'since=2020-03-02').replace('until=2026-03-01', 'until=2020-03-01')}&zero_tolerance=on"
    )
    assert answer.status_code == 422
    page = fromstring(answer.content.decode())
    assert sentence in page.xpath("string(//*[@role='alert'])")
    assert sentence in " ".join(
        message.text_content() for message in page.xpath("//details//*[@class='govuk-error-message']")
    )
    assert names(answer) == [threat.reference]


def test_the_next_page_keeps_the_filter_and_another_filter_begins_at_the_first(
    signed_in, officer, manager, customer, names
):
    for number in range(PAGE_SIZE + 2):
        factories.incident(by=officer, customer=customer, channel=Channel.EMAIL if number else Channel.PHONE)
    client = signed_in(manager)
    first = client.get("/incidents/?channel=email")
    second = client.get(f"/incidents/{first.context['page'].next_url}")
    assert (len(names(first)), len(names(second))) == (PAGE_SIZE, 1)
    assert {row.channel for row in second.context["page"].rows} == {"email"}
    assert all("after=" not in chip["url"] for chip in second.context["chips"])


def test_the_heading_of_what_a_list_is_ordered_by_turns_it_round(
    signed_in, officer, manager, customer, names
):
    """It keeps the filter, and its pages, its file and its filters keep the order."""
    for number in range(32):
        occurred_at = timezone.now() - timedelta(hours=number)
        factories.incident(by=officer, customer=customer, channel=Channel.EMAIL, occurred_at=occurred_at)
    client = signed_in(manager)
    newest = client.get("/incidents/?channel=email")
    (heading,) = fromstring(newest.content).xpath("//main//th[@aria-sort]")
    assert (heading.get("aria-sort"), heading.xpath("a/@href")) == (
        "descending",
        ["?channel=email&order=reversed"],
    )
    oldest = client.get("/incidents/?channel=email&order=reversed")
    following = client.get(f"/incidents/{oldest.context['page'].next_url}")
    turned = [row.occurred_at for page in (oldest, following) for row in page.context["page"].rows]
    assert len(turned) == 32
    assert turned == sorted(turned)
    (heading,) = fromstring(oldest.content).xpath("//main//th[@aria-sort]")
    assert (heading.get("aria-sort"), heading.xpath("a/@href")) == ("ascending", ["?channel=email"])
    assert oldest.context["chips"][0]["url"] == "?order=reversed"
    lines = b"".join(client.post(oldest.context["export_url"])).decode().splitlines()
    assert oldest.context["page"].rows[0].reference in lines[1]
    asked = client.post("/incidents/?order=reversed", {"channel": "phone"})
    assert asked.headers["Location"] == "/incidents/?channel=phone&order=reversed"


def headings(answer):
    return {
        heading.xpath("string(a/text())"): (heading.get("aria-sort"), heading.xpath("string(a/@href)"))
        for heading in fromstring(answer.content).xpath("//main//th[a]")
        if heading.get("scope") == "col"
    }


def test_customers_are_ordered_by_name_and_back(signed_in, officer, names):
    for name in ("Zara Muir", "abigail Reid", "Morag Bell"):
        factories.customer(by=officer, name=name)
    client = signed_in(officer)
    by_name = client.get("/customers/")
    assert [row.name for row in by_name.context["page"].rows] == ["abigail Reid", "Morag Bell", "Zara Muir"]
    assert headings(by_name) == {"Name": ("ascending", "?order=reversed")}
    from_the_end = client.get("/customers/?order=reversed")
    assert [row.name for row in from_the_end.context["page"].rows] == [
        "Zara Muir",
        "Morag Bell",
        "abigail Reid",
    ]
    assert headings(from_the_end) == {"Name": ("descending", "?")}


def test_names_with_accents_and_other_letters_stand_where_they_are_looked_for(
    signed_in, officer, names, manager
):
    given = ["Zara", "Ángel", "Orla Bell", "Łukasz", "Órla Adair", "Ann Smith", "Anna Bell", "O’Neill", "ewa"]
    for name in given:
        factories.customer(by=officer, name=name)
    wanted = [
        "Ángel",
        "Ann Smith",
        "Anna Bell",
        "ewa",
        "Łukasz",
        "O’Neill",
        "Órla Adair",
        "Orla Bell",
        "Zara",
    ]
    client = signed_in(officer)
    rows = client.get("/customers/").context["page"].rows
    assert [row.name for row in rows] == wanted
    renamed = customers.change_customer(
        customer=rows[0], by=manager, version=rows[0].version, name="Élan", details_reason="She says so."
    )
    assert [row.name for row in client.get("/customers/").context["page"].rows].index("Élan") == 2
    assert not hasattr(renamed.history.first(), "sort_name")


def test_what_no_index_would_order_keeps_the_order_of_its_list(signed_in, manager, restriction, monkeypatch):
    monkeypatch.setattr("cha_engagement.lists.queries.FEW", -1)
    terms = {"closed": ["office"], "open": ["letter"]}
    newer = factories.restriction(by=manager, decision=restriction.decision, terms=terms)
    answer = signed_in(manager).get("/restrictions/?status=imposed&order=review")
    assert answer.context["page"].rows == [newer, restriction]
    assert "Next review" not in headings(answer)


def test_restrictions_are_ordered_by_their_last_day_those_without_one_at_the_end(
    signed_in, manager, restriction
):
    def impose(way, ends_on):
        terms = {"closed": [way], "open": ["letter"]}
        return factories.restriction(by=manager, decision=restriction.decision, ends_on=ends_on, terms=terms)

    sooner = impose("office", add_months(today(), 4))
    later, unending = impose("email", add_months(today(), 5)), impose("message", None)
    client = signed_in(manager)
    answer = client.get("/restrictions/?order=ends")
    rows = answer.context["page"].rows
    assert [row for row in rows if row != restriction] == [sooner, later, unending]
    assert rows == sorted(rows, key=lambda row: (row.ends_on or date.max, row.pk))
    assert "Restrictions, the one that ends first at the top" in answer.content.decode()
    following = client.get(f"/restrictions/?order=ends&after={write_cursor([later.ends_on, later.pk])}")
    assert unending in following.context["page"].rows
    assert sooner not in following.context["page"].rows
    assert client.get("/restrictions/?order=ends-reversed").context["page"].rows == rows[::-1]


@pytest.mark.policy("65")
def test_a_filter_shows_nobody_what_the_list_alone_would_not(references, officer, manager, customer):
    other = factories.staff("other", "Officer")
    factories.incident(by=other, customer=customer, categories=[Category.ABUSE])
    assert references(officer, f"/incidents/?zero_tolerance=on&customer={customer}") == []
    assert len(references(manager, f"/incidents/?zero_tolerance=on&customer={customer}")) == 1


def test_nothing_found_says_what_to_do(signed_in, manager):
    page = signed_in(manager).get("/incidents/?status=closed").content.decode()
    assert "Nothing here with this filter" in page
    assert "No incidents here yet" not in page


FILTERED = [
    "/customers/?flag=restricted&relationship=tenant",
    "/incidents/?category=abuse&zero_tolerance=on&status=assessed",
    "/restrictions/?kind=channel&untold=on",
    "/reviews/?within=92",
]


def test_a_filtered_list_takes_the_same_few_queries_however_long(
    signed_in, officer, manager, django_assert_max_num_queries
):
    def count(path):
        with django_assert_max_num_queries(11) as queries:  # one of them for the number that waits
            answer = signed_in_manager.get(path)
        return len(queries), len(answer.context["page"].rows)

    def make_restriction(number):
        customer = factories.customer(by=officer, name=f"Customer {number}", assigned_to=officer)
        incident = factories.incident(by=officer, customer=customer)
        decision = factories.decision(by=manager, incidents=[incident])
        factories.restriction(by=manager, decision=decision)

    signed_in_manager = signed_in(manager)
    make_restriction(0)
    before = {path: count(path) for path in FILTERED}
    for number in range(1, PAGE_SIZE + 1):
        make_restriction(number)
    assert {rows for _, rows in before.values()} == {1}
    assert {path: count(path) for path in FILTERED} == {
        path: (queries, PAGE_SIZE) for path, (queries, _) in before.items()
    }


def test_the_questions_are_posted_and_lead_to_an_address_without_names(signed_in, officer, customer):
    answer = signed_in(officer).post(
        "/incidents/",
        {
            "customer": f" {customer.reference.lower()} ",
            "status": IncidentStatus.WITH_MANAGER,
            "since": "2026-11-01",
            "zero_tolerance": "on",
        },
    )
    query = f"status=with_manager&since=2026-11-01&customer={customer.reference}&zero_tolerance=on"
    assert answer.headers["Location"] == f"/incidents/?{query}"
    assert signed_in(officer).post("/incidents/", {"status": ""}).headers["Location"] == "/incidents/"


def test_a_name_typed_into_a_filter_stands_in_no_address(signed_in, officer, customer):
    page = signed_in(officer).post("/incidents/?status=with_manager", {"customer": "bhriain"})
    references = page.content.decode()
    assert page.status_code == 422
    assert f"Type the reference of the one you mean: {customer.name} is {customer.reference}" in references
    assert 'value="bhriain"' in references
    assert "=bhriain" not in references
    assert "Status: With a manager" in references  # the list itself is as it was


@pytest.mark.parametrize("asked", ["assigned_to=on", "relationship=tenant"])
def test_customers_are_in_the_order_of_names_whatever_they_are_filtered_by(signed_in, officer, asked):
    for name in ("Morag", "Zara", "Abigail"):
        factories.customer(by=officer, name=name, assigned_to=officer)
    answer = signed_in(officer).get(f"/customers/?{asked}")
    assert [row.name for row in answer.context["page"].rows] == ["Abigail", "Morag", "Zara"]
    assert headings(answer) == {"Name": ("ascending", f"?{asked}&order=reversed")}


def test_restrictions_in_force_are_ordered_by_next_review(signed_in, manager, restriction):
    def impose(way, **review):
        terms = {"closed": [way], "open": ["letter"]}
        return factories.restriction(by=manager, decision=restriction.decision, terms=terms, **review)

    latest = impose("office", first_review_on=restriction.reviews.get().due_on + timedelta(days=9))
    soonest = impose("email", first_review_on=restriction.reviews.get().due_on - timedelta(days=9))
    client = signed_in(manager)
    assert "Next review" not in headings(client.get("/restrictions/"))
    answer = client.get("/restrictions/?status=imposed&order=review")
    rows = answer.context["page"].rows
    assert rows == [soonest, restriction, latest]
    assert headings(answer)["Next review"] == ("ascending", "?status=imposed&order=review-reversed")
    behind = write_cursor([rows[0].next_review_on, rows[0].pk])
    following = client.get(f"/restrictions/?status=imposed&order=review&after={behind}")
    assert following.context["page"].rows == [restriction, latest]

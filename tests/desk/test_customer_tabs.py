"""The pages about one customer: what applies in a line, the next step, the menu of other actions, and the tabs."""

import uuid
from dataclasses import replace
from datetime import date, timedelta

import pytest
from lxml.html import fromstring

from cha_engagement.core.refusals import Refusal
from cha_engagement.customers import actions
from cha_engagement.customers.enums import CustomerTab
from cha_engagement.customers.interfaces import Action, CustomerPage
from cha_engagement.lists.interfaces import Lists, list_definitions
from cha_engagement.organisation.calendar import today
from incidents.enums import Category
from restrictions import actions as restrictions
from reviews import actions as reviews
from tests import desks, factories

pytestmark = pytest.mark.django_db


def tabs_of(page):
    return [(tab.title, tab.url) for tab in page.context["tabs"]]


def applies(client, customer):
    (line,) = fromstring(client.get(customer.get_absolute_url()).content).find_class("app-applies")
    return " ".join(line.text_content().split())


@pytest.fixture
def other_customer(officer):
    return factories.customer(by=officer, name="Bea Gray")


@pytest.fixture
def restricted(officer, manager, customer):
    """Return a customer whose phone is closed until December next year, who is told of it."""
    decision = factories.decision(by=manager, incidents=[factories.incident(by=officer, customer=customer)])
    last_day = date(today().year + 1, 12, 1)
    restriction = factories.restriction(by=manager, decision=decision, ends_on=last_day)
    restrictions.notify_customer(restriction=restriction, on=today(), by=manager)
    return customer


@pytest.mark.parametrize(("tab", "action"), [("incidents", "Log an incident"), ("contacts", "Log a contact")])
def test_a_tab_offers_what_is_begun_there_above_it(signed_in, officer, customer, tab, action):
    page = fromstring(signed_in(officer).get(f"{customer.get_absolute_url()}{tab}/").content)
    assert page.xpath("//main//a[contains(@class, 'govuk-button')]/text()") == [action]


def test_one_line_under_the_name_says_what_applies(signed_in, officer, executive, restricted, other_customer):
    client = signed_in(officer)
    until = f"1 Dec {today().year + 1}"
    assert applies(client, restricted) == f"Phone closed to {until}"
    reviews.log_appeal(
        customer=restricted,
        by=officer,
        submission=uuid.uuid4(),
        restrictions=list(restricted.restrictions.all()),
        received_on=today(),
        channel="phone",
        lodged_by="Órla",
        grounds="I was upset about the heating.",
    )
    assert applies(client, restricted) == f"Phone closed to {until} · appeal being heard"
    assert applies(client, other_customer) == "Nothing is restricted"
    factories.incident(by=officer, customer=other_customer, categories=[Category.OTHER_THREAT])
    assert applies(client, other_customer) == "Speak to a manager first"


def test_where_much_applies_the_line_has_the_worst_of_it_and_leads_to_the_rest(
    signed_in, officer, manager, other_customer
):
    factories.incident(by=officer, customer=other_customer, categories=[Category.OTHER_THREAT])
    seen = factories.incident(by=officer, customer=other_customer, saw_only=True)
    decision = factories.decision(by=manager, incidents=[seen])
    closed = {"phone": 300, "email": 310, "office": 320}
    for channel, days in closed.items():
        factories.restriction(
            by=manager,
            decision=decision,
            terms={"closed": [channel], "open": ["letter", "home_visit"]},
            ends_on=today() + timedelta(days=days),
        )
    client = signed_in(officer)
    for path in ("", "notes/"):
        page = fromstring(client.get(f"{other_customer.get_absolute_url()}{path}").content)
        (line,) = page.find_class("app-applies")
        words = " ".join(line.text_content().split())
        assert words.startswith("Speak to a manager first · ")
        shown, _, more = words.rpartition(" · ")
        assert len(shown.split(" · ")) == 3
        (link,) = line.findall("a")
        card = client.get(link.get("href"))
        assert fromstring(card.content).get_element_by_id(link.get("href").partition("#")[2]) is not None
        summaries = card.context["card"].summaries
        assert more == f"and {len(summaries) - 3} more"
        assert shown == card.context["card"].shortest_summary
        assert len(summaries) > 3


def test_the_line_stands_on_every_page_about_them(signed_in, officer, restricted):
    client = signed_in(officer)
    for _, url in tabs_of(client.get(restricted.get_absolute_url())):
        assert "Phone closed to" in client.get(url).content.decode(), url


def test_the_next_step_is_what_presses_most_and_one_the_reader_may_take(
    signed_in, officer, manager, customer
):
    assert next_step(signed_in(officer), customer) == (
        "Log an incident",
        f"/incidents/new/?customer={customer}",
    )
    incident = factories.incident(by=officer, customer=customer, categories=[Category.VIOLENCE])
    assess = f"{incident.get_absolute_url()}assess/"
    assert next_step(signed_in(manager), customer) == ("Decide what follows", assess)
    assert next_step(signed_in(officer), customer)[0] == "Log an incident"
    factories.assess_incident(incident, by=manager)
    decide = f"{customer.get_absolute_url()}decide/?incident={incident}"
    assert next_step(signed_in(manager), customer) == ("Decide on active management", decide)


def test_an_action_that_is_the_next_step_stands_once_whatever_it_is_called(
    signed_in, officer, manager, customer, monkeypatch
):
    incident = factories.incident(by=officer, customer=customer)
    assess = f"{incident.get_absolute_url()}assess/"
    namesake = Action("Decide what follows", "/elsewhere/")
    desks.add_desk(monkeypatch, CustomerPage, customer_actions=lambda *_: [namesake])
    client = signed_in(manager)
    assert next_step(client, customer) == (namesake.title, assess)
    assert b'href="/elsewhere/"' in client.get(customer.get_absolute_url()).content
    action = Action("Sort it out", "/there/", task="incident.assess")
    desks.add_desk(monkeypatch, CustomerPage, customer_actions=lambda *_: [action])
    assert next_step(client, customer) == (namesake.title, assess)
    assert action.title not in client.get(customer.get_absolute_url()).content.decode()


def next_step(client, customer):
    page = fromstring(client.get(customer.get_absolute_url()).content)
    (button,) = page.xpath("//main//*[contains(@class, 'app-next__button')]")
    buttons = page.xpath("//main//a[contains(@class, 'govuk-button')]")
    assert [one for one in buttons if "--secondary" not in one.get("class")] == [button]
    return button.text_content(), button.get("href")


def test_all_other_actions_stand_in_one_menu_that_needs_no_script(signed_in, manager, customer):
    page = fromstring(signed_in(manager).get(customer.get_absolute_url()).content)
    (menu,) = page.xpath("//details[contains(@class, 'app-menu')]")
    groups = {
        section.xpath("string(h2)"): section.xpath(".//a/text()") for section in menu.xpath(".//section")
    }
    assert groups["Decide what follows"] == [
        "Record restorative work",
        "Record that they were asked not to contact a colleague",
        "Decide on active management",
        "Set an interim measure",
        "Propose a restriction",
    ]
    assert page.xpath("//main//*[contains(@class, 'app-next__quick')]/text()") == ["Log a contact"]
    assert "Log what happened" not in groups
    assert "Merge with another record" in groups["Keep their record"]


@pytest.mark.parametrize(
    ("tab", "action"),
    [
        ("incidents", "Log an incident"),
        ("restrictions", "Decide on active management"),
        ("letters", "Write a letter"),
        ("notes", "Write a note"),
    ],
)
def test_a_tab_offers_what_adds_to_it_to_whoever_may(signed_in, manager, dpo, customer, tab, action):
    def buttons(reader):
        page = fromstring(signed_in(reader).get(f"{customer.get_absolute_url()}{tab}/").content)
        return page.xpath("//main//a[contains(@class, 'govuk-button')]/text()")

    assert buttons(manager) == [action]
    assert buttons(dpo) == []


def test_a_menu_offers_what_its_reader_may_do(signed_in, dpo, customer):
    page = fromstring(signed_in(dpo).get(customer.get_absolute_url()).content)
    assert page.xpath("//details[contains(@class, 'app-menu')]//a/text()") == [
        "Limit who can read this case",
        "History of their details",
    ]
    assert page.xpath("string(//*[contains(@class, 'app-next__button')])") == "Print the card"


def test_a_timeline_is_filtered_by_kind_and_has_the_words(signed_in, manager, officer, customer):
    factories.incident(by=officer, customer=customer, facts="He shouted at us for an hour.")
    actions.agree_adjustment(customer=customer, by=officer, submission=uuid.uuid4(), what="Text her first")
    url = f"{customer.get_absolute_url()}timeline/"
    client = signed_in(manager)
    titles = {
        kind: [event["title"] for event in client.get(f"{url}?kind={kind}").context["page"].rows]
        for kind in ("", "incidents", "details", "letters", "nonsense")
    }
    assert titles[""] == titles["nonsense"] == ["Adjustment agreed", "Incident logged", "Added as a customer"]
    assert titles["incidents"] == ["Incident logged"]
    assert titles["details"] == ["Adjustment agreed", "Added as a customer"]
    assert titles["letters"] == []
    assert "He shouted at us for an hour." in client.get(url).content.decode()


@pytest.mark.policy("65")
def test_the_words_of_others_incidents_are_on_no_page_of_an_officer(signed_in, manager, officer, customer):
    factories.incident(by=manager, customer=customer, facts="He shouted at us for an hour.")
    client = signed_in(officer)
    for _, url in tabs_of(client.get(customer.get_absolute_url())):
        assert "shouted at us" not in client.get(url).content.decode(), url


@pytest.mark.policy("65")
def test_a_tab_says_that_there_is_nothing_only_of_what_its_reader_can_open(
    signed_in, manager, officer, customer
):
    url = f"{customer.get_absolute_url()}incidents/"
    factories.incident(by=manager, customer=customer)
    assert "Nothing that you can open" in signed_in(officer).get(url).content.decode()
    assert "Nothing that you can open" not in signed_in(manager).get(url).content.decode()


def test_tabs_are_links_to_pages_and_mark_the_present_one(signed_in, officer, customer):
    client = signed_in(officer)
    tabs = tabs_of(client.get(customer.get_absolute_url()))
    assert [title for title, _ in tabs] == CustomerTab.labels
    for title, url in tabs:
        page = fromstring(client.get(url).content)
        assert page.xpath("//main//*[@aria-current='page']/text()")[0] == title


@pytest.mark.parametrize("code", [CustomerTab.INCIDENTS, CustomerTab.LETTERS])
def test_whoever_may_not_read_a_list_is_offered_neither_its_tab_nor_its_place_in_the_menu(
    signed_in, manager, customer, monkeypatch, code
):
    refusing = replace(list_definitions()[code], may_read=lambda user: Refusal("Not you."))
    desks.add_desk(monkeypatch, Lists, lists=(refusing,))
    response = signed_in(manager).get(customer.get_absolute_url())
    assert code.label not in [title for title, _ in tabs_of(response)]
    assert refusing.title not in [item["title"] for item in response.context["nav"]]


def test_records_of_a_customer_stand_on_their_tab_and_those_of_others_do_not(
    signed_in, manager, officer, customer, other_customer
):
    own = factories.incident(by=officer, customer=customer)
    others = factories.incident(by=officer, customer=other_customer)
    page = signed_in(manager).get(f"{customer.get_absolute_url()}incidents/").content.decode()
    assert own.get_absolute_url() in page
    assert others.get_absolute_url() not in page

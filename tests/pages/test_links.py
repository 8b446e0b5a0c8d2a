"""Records lead to each other both ways, and each is named by what it is before its reference."""

import re

import pytest
from lxml.html import fromstring

from . import routes

PAIRS = [
    ("incident", "decision"),
    ("incident", "restriction"),
    ("incident", "review"),
    ("incident", "appeal"),
    ("incident", "evidence"),
    ("decision", "restriction"),
    ("decision", "review"),
    ("decision", "appeal"),
    ("decision", "letter"),
    ("restriction", "letter"),
    ("restriction", "review"),
    ("restriction", "appeal"),
    ("review", "appeal"),
]
LISTS = ["incidents", "decisions", "restrictions", "reviews", "appeals", "letters"]
RECORD_PAGES = [name for name, record in routes.RECORDS.items() if name == record]


def main_links(answer):
    return fromstring(answer.content).xpath("//main//a")


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_records_lead_to_each_other_both_ways(world, ask, one, other):
    first, second = world.own[one], world.own[other]
    for here, there in ((first, second), (second, first)):
        answer = ask("management", "get", here.get_absolute_url())
        addresses = {link.get("href") for link in main_links(answer)}
        assert there.get_absolute_url() in addresses, (here, there)


@pytest.mark.parametrize("who", ["officer", "management", "executive"])
@pytest.mark.parametrize("name", [*RECORD_PAGES, "customer_restrictions", "customer_timeline", *LISTS])
def test_no_link_is_a_bare_reference(world, ask, who, name):
    answer = ask(who, "get", routes.path_of(name, world.own))
    if answer.status_code != 200:
        return
    bare = [
        link
        for link in main_links(answer)
        if re.fullmatch(r"[A-Z]{3}-\d{4}-\d{4}", link.text_content().strip())
    ]
    assert [link.get("href") for link in bare] == []


@pytest.mark.parametrize("name", [*RECORD_PAGES, "home", "letters", "decisions"])
def test_the_menu_marks_where_a_page_belongs(world, ask, name):
    page = fromstring(ask("management", "get", routes.path_of(name, world.own)).content)
    assert len(page.xpath("//nav[@aria-label='Menu']//a[@aria-current]")) == 1


@pytest.mark.policy("65")
@pytest.mark.parametrize("who", ["officer", "dpo", "executive"])
def test_no_record_leads_where_its_reader_may_not_go(world, ask, who):
    """What stands beside a record is what its reader may open."""
    led_to = {}
    for name in [*RECORD_PAGES, "customer_restrictions", "customer_letters", "customer_incidents"]:
        answer = ask(who, "get", routes.path_of(name, world.own))
        if answer.status_code == 200:
            for link in fromstring(answer.content).xpath("//main//*[contains(@class, 'app-rows__item')]//a"):
                led_to.setdefault(link.get("href"), name)
    refused = {
        url: name for url, name in led_to.items() if ask(who, "get", url).status_code not in (200, 302)
    }
    assert refused == {}
    assert led_to

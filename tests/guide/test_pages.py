"""The user guide and the association's policy are read in the application, and each page leads to its place there."""

import re

import pytest
from django.urls import get_resolver, reverse
from lxml import html

from cha_engagement.guide.places import PLACES, guide_place
from cha_engagement.guide.queries import INDEX, guide_url, page_names, read_page
from cha_engagement.organisation.models import Policy
from tests import factories
from tests.pages.routes import names

POLICY = "What it is about\n\n3 Everybody,\nand whoever speaks for them.\n\n21.1. Some ways of contact."


def places_on(page):
    return set(html.fromstring(f"<div>{page.text}</div>").xpath("//@id"))


@pytest.mark.parametrize("name", PLACES)
def test_each_page_leads_to_a_place_that_the_guide_has(name):
    page, _, place = PLACES[name].guide.partition("#")
    assert not place or place in places_on(read_page(page))


def test_every_place_belongs_to_a_page_of_ours():
    assert PLACES.keys() - {"admin:index"} <= set(names(get_resolver()))


def test_a_page_without_a_place_of_its_own_leads_to_what_is_the_same_for_everybody():
    assert guide_place("nowhere").guide == "README#what-is-the-same-for-everybody"
    assert guide_place("admin:staff_staffmember_add") == PLACES["admin:index"]


@pytest.mark.parametrize("name", [INDEX, *page_names()])
def test_links_and_pictures_of_the_guide_lead_somewhere(signed_in, officer, name):
    client = signed_in(officer)
    page = html.fromstring(client.get(guide_url(name)).content)
    (text,) = page.find_class("app-guide__text")
    for address in text.xpath(".//a/@href | .//img/@src"):
        url, _, place = address.partition("#")
        answer = client.get(url or guide_url(name))
        assert answer.status_code == 200, address
        assert not place or html.fromstring(answer.content).xpath("//*[@id=$place]", place=place), address


def test_nothing_but_the_guide_is_read_there(signed_in, officer):
    client = signed_in(officer)
    assert client.get("/guide/README/").status_code == 404
    assert client.get("/guide/security/").status_code == 404
    assert client.get("/guide/images/..%2Fduties.md").status_code == 404
    assert client.get("/guide/images/nothing.png").status_code == 404


@pytest.mark.django_db
def test_help_leads_to_where_the_guide_tells_of_the_page(signed_in, officer):
    page = html.fromstring(signed_in(officer).get(reverse("incident_new")).content)
    (link,) = page.find_class("app-account__help")
    assert link.get("href") == "/guide/officer/#log-an-incident"
    assert page.xpath("//footer//a[contains(@href, '/policy/#paragraph-24')]")


def test_the_policy_is_read_by_its_paragraphs(signed_in, officer):
    client = signed_in(officer)
    assert b"The policy is not here yet" in client.get("/policy/").content
    Policy.objects.create(pk=1, text=POLICY)
    page = html.fromstring(client.get("/policy/").content)
    (paragraph,) = page.xpath("//*[@id='paragraph-3']")
    assert re.sub(r"\s+", " ", paragraph.text_content()).strip() == (
        "Paragraph 3 Everybody,and whoever speaks for them."
    )
    assert page.xpath("//*[@id='paragraph-21.1']")
    assert page.xpath("//main//h2/text()") == ["What it is about"]


def test_a_refusal_leads_to_the_paragraph_of_the_policy(signed_in, officer, customer):
    incident = factories.incident(by=officer, customer=customer)
    page = signed_in(officer).get(reverse("incident_assess", args=[incident.reference]))
    assert page.status_code == 403
    assert html.fromstring(page.content).xpath("//main//a[starts-with(@href, '/policy/#paragraph-')]")

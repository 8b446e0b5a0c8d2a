"""What can be done stands on some page: a page that nothing links to is not there for those who would use it."""

from urllib.parse import urljoin, urlsplit

from django.urls import Resolver404, resolve
from lxml.html import fromstring

from cha_engagement.customers.enums import Channel
from cha_engagement.desk.search import finding
from cha_engagement.letters import actions as letters
from cha_engagement.organisation.calendar import today
from restrictions import actions as restrictions
from restrictions.breaches.actions import confirm_breach

from .. import factories
from .access import EXPECTED, PEOPLE
from .routes import path_of


def linked_pages(answer, path):
    """Return the names of the other pages that a page links to, and of the pictures on it."""
    if answer.status_code != 200 or not answer["Content-Type"].startswith("text/html"):
        return set()
    names = set()
    for href in fromstring(answer.content).xpath("//a/@href | //img/@src"):
        try:
            names.add(resolve(urlsplit(urljoin(path, href)).path).view_name)
        except Resolver404:  # such as a phone number
            continue
    return names - {resolve(urlsplit(path).path).view_name}


def next_url(answer):
    """Return the query of the next page of a list, empty where there is none."""
    return getattr((answer.context or {}).get("page"), "next_url", "")


def post_letter(decision, by):
    letter = factories.general_letter(decision.customer, by=by, subject="Your repair")
    letter = factories.issue_letter(letter, by=by)
    return letters.send_letter(
        letter=letter,
        by=by,
        version=letter.version,
        sent_by_channel="letter",
        sent_on=today(),
        sent_reason="Read out to them too.",
    )


def count_contact(customer, officer, manager):
    facts = {"terms": {"closed": ["message"], "open": ["letter"]}}
    restriction = factories.unrelated_restriction(by=manager, customer=customer, reported_by=officer, **facts)
    restrictions.notify_customer(restriction=restriction, on=today(), by=manager)
    contact = factories.contact(by=officer, customer=customer, channel=Channel.MESSAGE)
    return confirm_breach(breach=contact.breaches.get(), by=officer)


def test_each_page_is_linked_from_one_that_somebody_can_open(world, ask, monkeypatch):
    # The world has no incident that still waits and needs something, nobody affected who has not been asked, no letter that was sent, no contact
    # that counts, and nobody with a line manager.
    officer = world.staff["officer"]
    officer.line_manager = world.staff["manager"]
    officer.save()
    new = factories.incident(
        by=officer,
        customer=world.own["customer"],
        affected_staff=[world.staff["ccsm"]],
        how_ended="",
    )
    unlinked = {route for (route, _), (shown, _) in EXPECTED.items() if 200 in shown}
    # A form leads nowhere but back.
    without_form = {route for route in unlinked if 422 not in EXPECTED[route, "own"][1]}
    posted = post_letter(world.own["decision"], world.staff["manager"])
    counted = count_contact(world.own["customer"], officer, world.staff["manager"])
    records = [
        record
        for record in [new, posted, counted, world.own["few"].customer, *world.own.values()]
        if hasattr(record, "get_absolute_url")
    ]
    paths = {path_of(route, world.own) for route in without_form}
    for path in sorted(paths | {record.get_absolute_url() for record in records}):
        for person in PEOPLE if unlinked else []:
            answer = ask(person, "get", path)
            unlinked -= linked_pages(answer, path)
            if following := next_url(answer):
                unlinked -= linked_pages(ask(person, "get", f"{path}{following}"), path)
    monkeypatch.setattr(finding, "FEW", 1)
    found = ask("manager", "post", "/look-up/", {"q": "repair"}, follow=True)
    unlinked -= linked_pages(found, "/look-up/")
    assert unlinked == set(), "Link each from a page, below the rule that its view asks."

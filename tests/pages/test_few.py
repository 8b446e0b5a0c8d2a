"""A case closed to all but named readers, through every page: whoever is none of them reads no word of it. Beyond the policy: B33."""

import pytest
from django.contrib.auth.models import Group
from django.db import transaction

from cha_engagement.staff.models import StaffMember

from .. import factories
from ..role_matrix import ROLES_OF_PERSON
from .routes import FILES, OWN, RECORDS, WITHIN, names, path_of

pytestmark = pytest.mark.beyond("B33")

OUTSIDERS = [name for name in ROLES_OF_PERSON if name not in ("officer", "ccsm")]
"""Who is no reader below; the officer wrote most of the case."""
STILL_OPEN = {"customer", "few_open", "contact_new", "conversation"}
"""Pages about a closed case that whoever deals with its customer still has: what to do, where to log what happens, and the talk with a colleague, which says nothing of the case."""


@pytest.fixture
def closed(world, db):
    """The own case, closed to all but two managers. Everything else of the world is as it was afterwards."""
    with transaction.atomic():
        readers = StaffMember.objects.filter(username__in=["decider", "ccsm"])
        factories.limit_readers(
            world.own["customer"], by=StaffMember.objects.get(username="ccsm"), readers=readers
        )
        yield world.own
        transaction.set_rollback(True)


LEFT_OUT = ("customer", "closed", "few", "twin", "merge", "conversation", "letter", "sent")
"""What is found elsewhere: colleagues who read letters in these tests are called by the reference of the letter."""


def secrets(case):
    """Return words that stand in the records of a case, and references of these."""
    references = {
        record.reference
        for name, record in case.items()
        if getattr(record, "reference", "") and name not in LEFT_OUT
    }
    return {*references, "Shouted and swore", "The post as it stood", "Rang to say sorry"}


def test_no_page_of_a_closed_case_opens_for_anybody_else(closed, ask):
    answered = []
    for route, kind in (RECORDS | WITHIN).items():
        if closed.get(kind) is None or kind in ("few", "closed") or route in STILL_OPEN:
            continue
        for person in OUTSIDERS:
            code = ask(person, "get", path_of(route, closed)).status_code
            if code not in (404, 405):
                answered.append(f"{route} answers {code} to {person}")
    assert answered == []


def test_no_other_page_has_a_word_of_a_closed_case(closed, ask):
    told = []
    for route in names():
        if route in FILES or (route in OWN) or (route in RECORDS | WITHIN and route not in STILL_OPEN):
            continue
        if route is None or route.startswith(("account_", "guide", "policy", "health")):
            continue
        for person in OUTSIDERS:
            page = ask(person, "get", path_of(route, closed) or "/").content.decode()
            told += [f"{route} tells {person}: {words}" for words in secrets(closed) if words in page]
    assert "\n".join(sorted(told)) == ""


AUTHOR = "officer"
"""Who wrote most of the case, and is no reader of it."""
NAMED_BY_THEM = {"appeal": {"restriction", "third_party"}}
"""Records of others that a page of theirs names, since they did so themselves: what an appeal is against."""


def records_of_case(case):
    """Return the records about the closed case, by the name of their kind."""
    managers = {name: type(record)._default_manager for name, record in case.items() if record is not None}
    return {
        name: case[name]
        for name, manager in managers.items()
        if hasattr(manager, "visible_to") and name not in LEFT_OUT
    }


def test_the_author_finds_what_they_wrote_themselves_and_nothing_that_others_did(closed, ask):
    author = StaffMember.objects.get(username=AUTHOR)
    author.groups.add(Group.objects.get(name="Manager"))  # by their role they would read it all
    author.groups.add(Group.objects.get(name="Executive Team"))
    records = records_of_case(closed)
    own = {
        name
        for name, record in records.items()
        if type(record).objects.visible_to(author).filter(pk=record.pk).exists()
    }
    assert {"incident", "contact", "note", "appeal"} <= own
    theirs = {name: record.reference for name, record in records.items() if name not in own}
    theirs["why a manager decided so"] = "It needs a decision."
    answered, told = [], []
    for route, kind in (RECORDS | WITHIN).items():
        if (kind not in records and kind != "customer") or route in STILL_OPEN:
            continue
        page = ask(AUTHOR, "get", path_of(route, closed))
        if kind not in own and page.status_code not in (404, 405):
            answered.append(f"{route} answers {page.status_code}")
        if page.status_code == 200:
            words, named = page.content.decode(), NAMED_BY_THEM.get(route, set())
            told += [f"{route} tells of {name}" for name in theirs.keys() - named if theirs[name] in words]
    assert answered + told == []

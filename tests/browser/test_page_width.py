"""Nothing that people write makes a page wider than their screen."""

import uuid

import pytest
from django.urls import reverse

from cha_engagement.customers.enums import Format
from cha_engagement.letters import actions as letters
from cha_engagement.letters.letters import GENERAL

from .. import factories

WORD = "Wolfeschlegelsteinhausenbergerdorff" * 4


@pytest.mark.parametrize("width", [320, 800, 1280])
def test_a_word_longer_than_its_line_is_broken(page_as, transactional_db, width):
    manager = factories.staff("rowan", "Manager")
    customer = factories.customer(by=manager, name=WORD, known_as=WORD, address=WORD)
    incident = factories.incident(by=manager, customer=customer, facts=WORD, location=WORD)
    page = page_as(manager, viewport={"width": width, "height": 800})
    for path in (
        reverse("home"),
        reverse("customers"),
        reverse("incidents"),
        customer.get_absolute_url(),
        incident.get_absolute_url(),
        f"{incident.get_absolute_url()}assess/",
        f"{incident.get_absolute_url()}history/",
    ):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
    page.goto(reverse("look_up"))
    page.get_by_label("Who is it?").fill(WORD[:20])
    page.get_by_label("Who is it?").press("Enter")
    page.get_by_role("main").get_by_role("listitem").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_username_of_usual_length_stands_in_one_line(page_as, transactional_db):
    administrator = factories.staff("rowan", "Administrator")
    factories.staff("management", "Management Team")
    page = page_as(administrator, viewport={"width": 1280, "height": 720})
    page.goto("/admin/staff/staffmember/")
    cell = page.get_by_role("cell", name="management", exact=True)
    lines = "cell => { const r = new Range(); r.selectNodeContents(cell); return r.getClientRects().length }"
    assert cell.evaluate(lines) == 1


def test_a_letter_in_large_print_fits_a_phone(page_as, transactional_db):
    factories.organisation()
    manager = factories.staff("rowan", "Manager")
    customer = factories.customer(by=manager, preferred_format=Format.LARGE_PRINT)
    letter = letters.draft_letter(
        customer=customer,
        kind=GENERAL,
        subject="Your call",
        about=customer,
        by=manager,
        submission=uuid.uuid4(),
    )
    page = page_as(manager, viewport={"width": 320, "height": 800})
    page.goto(letter.get_absolute_url())
    assert page.locator(".letter--large_print").count() == 1
    assert page.evaluate("document.documentElement.scrollWidth") == 320

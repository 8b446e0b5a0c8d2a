"""A line of My work leads to the very button by which it is done, by keyboard too."""

import re

import pytest
from playwright.sync_api import expect

from incidents.enums import Outcome

from .. import factories


@pytest.mark.parametrize("scripts", [True, False])
def test_a_task_done_by_a_button_leads_to_that_button(transactional_db, association, page_as, scripts):
    officer, manager = factories.staff("rowan", "Officer"), factories.staff("sam", "Manager")
    incident = factories.incident(by=officer, customer=factories.customer(by=officer))
    factories.assess_incident(incident, by=manager, outcome=Outcome.WARNING_LETTER)
    page = page_as(manager, viewport={"width": 390, "height": 844}, java_script_enabled=scripts)
    page.goto("/")
    page.get_by_role("link", name=re.compile("^Write a letter about what we expect")).click()
    button = page.get_by_role("button", name="Draft the letter")
    expect(button).to_be_focused()
    expect(button).to_be_in_viewport(ratio=1)
    page.keyboard.press("Enter")
    page.wait_for_url("**/letters/LET-*/")

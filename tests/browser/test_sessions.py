"""A page behind sign-in is seen by whoever is signed in, and by nobody after them."""

import pytest
from playwright.sync_api import expect

from .. import factories

pytestmark = pytest.mark.browser


@pytest.fixture
def officer(transactional_db):
    return factories.staff("rowan", "Officer")


@pytest.fixture
def customer(association, officer):
    return factories.customer(by=officer)


@pytest.mark.parametrize("scripts", [True, False])
def test_after_signing_out_back_shows_no_page(page_as, officer, customer, scripts):
    page = page_as(officer, java_script_enabled=scripts)
    page.goto("/")
    page.goto(customer.get_absolute_url())
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    expect(page.locator("body")).not_to_contain_text(customer.name)
    page.go_back()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()

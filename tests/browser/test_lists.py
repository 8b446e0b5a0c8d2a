"""A list is filtered, its filter saved and the list exported by keyboard alone, with scripts and without."""

import csv

import pytest

from cha_engagement.staff.models import AccessLogEntry, StaffMember
from incidents.enums import Category

from .. import factories
from .colleague import Colleague

pytestmark = pytest.mark.beyond("B19")


@pytest.mark.parametrize("scripts", [True, False])
def test_a_list_is_filtered_kept_applied_and_saved_by_keyboard(association, page_as, scripts):
    officer, manager, dpo = (StaffMember.objects.get(username=name) for name in ("officer", "manager", "dpo"))
    customer = factories.customer(by=officer)
    threat = factories.incident(by=officer, customer=customer, categories=[Category.OTHER_THREAT])
    refusal = factories.incident(by=officer, customer=customer, categories=[Category.REFUSAL])
    colleague = Colleague(page_as(manager, java_script_enabled=scripts))
    colleague.opens("/")
    colleague.follows("Incidents")

    colleague.reaches(colleague.page.locator("summary"))
    colleague.keys.press("Enter")
    colleague.selects("Status", "With a manager")
    colleague.reaches(colleague.page.get_by_label("Zero tolerance"))
    colleague.keys.press("Space")
    colleague.presses("Apply the filter")
    colleague.sees("Filtered by", "Status: With a manager", threat.reference)
    colleague.does_not_see(refusal.reference)

    colleague.follows("Save this filter")
    colleague.types("Name", "Threats")
    colleague.presses("Save the filter")
    colleague.sees("“Threats” is saved")
    colleague.follows("Remove filter: Status: With a manager")
    colleague.follows("All")
    colleague.sees(refusal.reference)
    colleague.follows("Threats")
    colleague.does_not_see(refusal.reference)

    colleague.reaches(colleague.page.get_by_role("button", name="Save as a spreadsheet (CSV)"))
    with colleague.page.expect_download() as download:
        colleague.keys.press("Enter")
    with download.value.path().open(encoding="utf-8-sig", newline="") as file:
        assert [row[0] for row in csv.reader(file)] == ["Reference", threat.reference]
    assert AccessLogEntry.objects.get().filtered_by == "Status: With a manager\nZero tolerance"

    colleague.presses("Remove this filter")
    colleague.sees("“Threats” is removed.", refusal.reference)

    data_protection = Colleague(page_as(dpo, java_script_enabled=scripts))
    data_protection.opens("/")
    data_protection.follows("Exports")
    data_protection.sees_in_order(str(manager), "Incidents", "Status: With a manager", "Zero tolerance", "1")


def test_a_list_is_sorted_on_a_phone_without_scripts(page_as, transactional_db):
    officer = factories.staff("rowan", "Officer")
    for name in ("Zara Muir", "Abigail Reid"):
        factories.customer(by=officer, name=name)
    page = page_as(officer, java_script_enabled=False, viewport={"width": 390, "height": 844})
    page.goto("/customers/")
    names = page.get_by_role("main").locator("tbody th a")
    assert names.all_inner_texts() == ["Abigail Reid", "Zara Muir"]
    for first in ("Zara Muir", "Abigail Reid"):
        page.get_by_role("navigation", name="Sort by").get_by_role("link", name="Name").click()
        assert names.first.inner_text() == first
    page.set_viewport_size({"width": 1280, "height": 720})
    assert not page.get_by_role("navigation", name="Sort by").is_visible()

"""The form that logs an incident can be typed into at once, and its questions stand in line."""

import pytest

from cha_engagement.staff.models import StaffMember

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_form_opens_in_its_first_question_and_hangs_from_the_top(page_as, association):
    page = page_as(StaffMember.objects.get(username="officer"), viewport={"width": 1280, "height": 720})
    page.goto("/incidents/new/")

    def place(label):
        return page.locator("label, legend").filter(has_text=label).first.bounding_box()

    page.keyboard.type("A man")
    assert page.get_by_label("Who was it?").input_value() == "A man"
    assert place("What happened")["x"] == place("Was anybody threatened, hurt or abused?")["x"]
    page.get_by_role("button", name="Save and send to a manager").click()
    page.get_by_role("heading", name="There is something to put right").wait_for()
    labels = ("Who was it?", "How they were in contact", "When it happened")
    assert len({round(place(label)["y"]) for label in labels}) == 1

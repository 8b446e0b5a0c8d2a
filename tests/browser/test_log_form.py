"""The form that logs an incident can be typed into at once, its questions stand in line, and little is pressed but names and the story."""

import pytest
from playwright.sync_api import expect

from cha_engagement.customers.enums import Channel
from cha_engagement.staff.models import StaffMember
from incidents.enums import Harm
from incidents.models import Incident

QUESTIONS = ("customer", "channel", "occurred_at", "facts", "harm")
"""In the order in which somebody tells it."""


def save(page):
    return page.get_by_role("button", name="Save and send to a manager")


@pytest.mark.parametrize(("size", "screens"), [((1280, 720), 1), ((390, 844), 2)])
def test_who_how_when_what_and_harm_stand_in_that_order_on_one_screen_or_two(page_as, officer, size, screens):
    width, height = size
    page = page_as(officer, viewport={"width": width, "height": height})
    page.goto("/incidents/new/")
    places = [page.locator(f"[name={question}]").first.bounding_box() for question in QUESTIONS]
    order = [(place["y"], place["x"]) for place in places]
    assert order == sorted(order)
    button = save(page).bounding_box()
    assert button["y"] + button["height"] <= screens * height


def test_the_moment_is_known_and_tab_comes_to_it_last(page_as, officer, customer):
    page = page_as(officer)
    page.goto(f"/incidents/new/?customer={customer}")
    moment = page.get_by_label("When it happened")
    assert moment.input_value()
    page.get_by_label("Not sure").check()
    page.keyboard.press("Tab")
    expect(moment).to_be_focused()


def test_the_form_opens_in_its_first_question_and_hangs_from_the_top(page_as, association):
    page = page_as(StaffMember.objects.get(username="officer"), viewport={"width": 1280, "height": 720})
    page.goto("/incidents/new/")

    def place(label):
        return page.locator("label, legend").filter(has_text=label).first.bounding_box()

    page.keyboard.type("A man")
    assert page.get_by_label("Who was it?").input_value() == "A man"
    assert place("What happened")["x"] == place("Was anybody threatened, hurt or abused?")["x"]
    button = save(page).bounding_box()
    assert button["y"] + button["height"] <= 720
    save(page).click()
    page.get_by_role("heading", name="There is something to put right").wait_for()
    labels = ("Who was it?", "How they were in contact", "When it happened")
    assert len({round(place(label)["y"]) for label in labels}) == 1


@pytest.mark.beyond("B1")
@pytest.mark.parametrize("by", ["keys", "clicks"])
def test_an_incident_is_logged_by_six_keys_or_clicks(page_as, officer, customer, by):
    """Names and the story apart, from the open page to what is saved."""
    page = page_as(officer)
    page.goto("/incidents/new/")
    page.keyboard.type("orla bhri")
    choice = page.get_by_role("button", name=customer.name)
    expect(choice).to_be_visible()
    if by == "keys":
        for key in ("Tab", "p", "Tab"):
            page.keyboard.press(key)
        page.keyboard.type("Said he would break my legs.")
        for key in ("Tab", "Space", "Enter"):
            page.keyboard.press(key)
    else:
        choice.click()
        page.get_by_label("How they were in contact").select_option("Phone")  # two: to open it, and to choose
        page.get_by_role("textbox", name="What happened").click()
        page.keyboard.type("Said he would break my legs.")
        page.get_by_label("Yes", exact=True).first.check()
        save(page).click()
    page.wait_for_url("**/incidents/INC-*/more/")
    incident = Incident.objects.get()
    assert (incident.customer, incident.channel, incident.harm) == (customer, Channel.PHONE, Harm.YES)


def test_a_name_that_was_typed_on_is_not_taken_by_going_on(page_as, officer, customer):
    page = page_as(officer)
    page.goto("/incidents/new/")
    page.keyboard.type(customer.name)
    expect(page.get_by_role("button", name=customer.name).first).to_be_visible()
    page.keyboard.type(" and")
    page.keyboard.press("Tab")
    assert page.get_by_label("Who was it?").input_value() == f"{customer.name} and"


def test_somebody_new_is_added_without_leaving_the_form(page_as, officer, customer):
    page = page_as(officer)
    page.goto("/incidents/new/")
    page.keyboard.type("Iain Muir")
    page.get_by_role("button", name="Add somebody new: Iain Muir").click()
    expect(page.get_by_label("Their name")).to_have_value("Iain Muir")
    expect(page.get_by_label("A phone number, email or address")).to_be_focused()
    page.keyboard.type("0141 496 0000")
    page.get_by_label("How they were in contact").select_option("Phone")
    page.get_by_role("textbox", name="What happened").fill("Shouted and swore.")
    page.get_by_label("No", exact=True).first.check()
    save(page).click()
    page.wait_for_url("**/incidents/INC-*/more/")
    added = Incident.objects.get().customer
    assert (added.name, added.phones) == ("Iain Muir", ["0141 496 0000"])

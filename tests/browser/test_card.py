"""From the look-up on any page to the customer card, and what is done from there. Beyond the policy: B1."""

import pytest
from playwright.sync_api import expect

from incidents.contacts.models import Contact
from restrictions import actions
from restrictions.models import ReadReceipt

from .. import factories
from .colleague import Colleague

pytestmark = pytest.mark.beyond("B1")

INSTRUCTION = "Offer an answer in writing within two days."


@pytest.fixture
def officer(transactional_db):
    return factories.staff("rowan", "Officer")


@pytest.fixture
def customer(association, officer):
    """Órla, whose phone is closed, and somebody else whose name begins alike."""
    factories.customer(by=officer, name="Orlando Burns")
    customer = factories.customer(by=officer, phones=["0141 496 0777"])
    manager = factories.staff("morag", "Manager")
    decision = factories.decision(by=manager, incidents=[factories.incident(by=officer, customer=customer)])
    restriction = factories.restriction(by=manager, decision=decision, staff_instruction=INSTRUCTION)
    actions.request_read_receipts(restriction=restriction, by=manager, version=restriction.version)
    return customer


def test_a_customer_is_found_and_a_contact_logged_by_keyboard_alone(page_as, officer, customer):
    rowan = Colleague(page_as(officer))
    rowan.opens("/incidents/")
    rowan.looks_up("orla")
    rowan.sees("2 customers found")
    rowan.follows(customer.name)
    rowan.sees_in_order("Do", INSTRUCTION, "Do not", "Deal with them by phone.")
    rowan.presses("I have read this")
    rowan.sees("It is recorded that you have read this.")
    rowan.does_not_see("A manager asks you to confirm")
    rowan.follows("Log a contact")
    rowan.selects("How they were in contact", "Phone (closed to them)")
    rowan.reaches(rowan.page.get_by_label("Minutes it took"))
    rowan.keys.type("4")
    rowan.types("What they wanted", "A window")
    rowan.chooses("The same issue as before?", "No")
    rowan.presses("Log the contact")
    contact, reading = Contact.objects.get(), ReadReceipt.objects.get()
    assert (contact.customer, contact.by) == (customer, officer)
    assert (reading.restriction.customer, reading.by) == (customer, officer)


def test_a_single_result_is_opened_with_enter(page_as, officer, customer):
    rowan = Colleague(page_as(officer))
    rowan.opens("/")
    rowan.looks_up("496 0777")
    expect(rowan.page.get_by_role("link", name=customer.name)).to_be_focused()
    with rowan.page.expect_navigation():
        rowan.keys.press("Enter")
    rowan.sees(INSTRUCTION)


def boxes(page):
    """Return the boxes that show results while somebody types: on every page, and on its own."""
    page.goto("/look-up/")
    yield page.get_by_role("main")
    page.goto("/incidents/")
    yield page.get_by_role("banner")


def test_the_arrow_keys_move_through_the_results_of_each_look_up(page_as, officer, customer):
    page = page_as(officer)
    for place in boxes(page):
        box, answers = place.get_by_role("searchbox"), place.locator("li").get_by_role("link")
        box.press_sequentially("orla")
        expect(answers).to_have_count(2)
        for key, focused in (
            ("ArrowDown", answers.first),
            ("ArrowDown", answers.last),
            ("ArrowDown", answers.last),
            ("ArrowUp", answers.first),
            ("ArrowUp", box),
            ("ArrowDown", answers.first),
        ):
            page.keyboard.press(key)
            expect(focused).to_be_focused()
        with page.expect_navigation():
            page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text(customer.name)


def test_look_up_results_close_when_one_moves_on(page_as, officer, customer):
    page = page_as(officer)
    page.goto("/incidents/")
    banner = page.get_by_role("banner")
    box, answers = banner.get_by_role("searchbox"), banner.locator("li").get_by_role("link")
    box.press_sequentially("496 0777")
    expect(answers).to_have_count(1)
    expect(banner.get_by_role("status")).to_have_text("1 customer found")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Escape")
    expect(box).to_be_focused()
    expect(answers).to_be_hidden()
    assert page.url.endswith("/incidents/")
    banner.get_by_role("button", name="Look up").focus()
    box.focus()
    expect(answers).to_be_visible()
    page.get_by_role("link", name="My work").focus()
    expect(answers).to_be_hidden()


def test_look_up_results_stay_while_read_and_go_with_the_typed_words(page_as, officer, customer):
    page = page_as(officer)
    page.goto("/incidents/")
    banner = page.get_by_role("banner")
    box, answers = banner.get_by_role("searchbox"), page.locator("#masthead-answers")
    box.press_sequentially("orla")
    banner.get_by_text(customer.reference).click()
    expect(answers).to_be_visible()
    box.fill("")
    expect(answers).to_be_hidden()
    box.press_sequentially("o")
    expect(answers).to_have_text("Type two letters or more")


@pytest.mark.parametrize(
    "broken",
    [
        lambda page: page.route("**/look-up/*", lambda route: route.abort()),
        lambda page: page.context.clear_cookies(name="sessionid"),
    ],
    ids=["line", "session"],
)
def test_a_broken_connection_leaves_the_typed_page_open(page_as, officer, customer, broken):
    page = page_as(officer)
    page.goto(f"/incidents/new/?customer={customer}")
    page.get_by_role("textbox", name="What happened").fill("They rang.")
    box, answers = page.get_by_role("banner").get_by_role("searchbox"), page.locator("#masthead-answers")
    box.press_sequentially("orla")
    expect(answers).to_contain_text(customer.name)
    broken(page)
    box.press_sequentially(" b")
    expect(answers).to_have_text("Could not look up just now. Press Look up.")
    expect(page.get_by_role("textbox", name="What happened")).to_have_value("They rang.")


def test_without_scripts_the_card_is_found_and_confirmed(page_as, officer, customer):
    page = page_as(officer, java_script_enabled=False)
    page.goto("/")
    box = page.get_by_role("banner").get_by_role("searchbox")
    box.fill("bhriain, orla")
    box.press("Enter")
    page.get_by_role("link", name=customer.name).click()
    page.get_by_role("button", name="I have read this").click()
    expect(page.get_by_text("It is recorded that you have read this.")).to_be_visible()
    assert ReadReceipt.objects.get().by == officer

"""Scripts add to a page, which does its work without them too."""

import re

import pytest
from playwright.sync_api import expect

from cha_engagement.customers.enums import Channel
from incidents.contacts.models import Contact
from incidents.enums import AimedAt, HowEnded, NoWarningReason, YesNo
from incidents.models import Incident

from .. import factories

LOG = "/incidents/new/?customer={}"


@pytest.fixture
def customer(association, officer):
    return factories.customer(by=officer, phones=["0141 496 0777"])


@pytest.fixture
def officer(transactional_db):
    return factories.staff("rowan", "Officer")


def fill_in(page):
    page.get_by_label("How they were in contact").select_option("Phone")
    page.get_by_role("textbox", name="What happened").fill("Shouted and swore.")
    page.get_by_role("group", name="Was anybody threatened, hurt or abused?").get_by_label("Yes").check()
    page.get_by_text("Say more now").click()


def save(page):
    return page.get_by_role("button", name="Save and send to a manager")


def test_without_scripts_an_incident_is_logged_with_all_its_questions(page_as, officer, customer):
    page = page_as(officer, java_script_enabled=False)
    page.goto(LOG.format(customer))
    fill_in(page)
    page.get_by_label("Abuse").check()
    page.get_by_label("Our staff").check()
    page.get_by_role("group", name="Did you end the contact?").get_by_label("Yes").check()
    page.get_by_label("Ended the call").check()
    page.get_by_label("Not warned").check()
    page.get_by_label("For my own wellbeing").check()
    save(page).click()
    incident = Incident.objects.get()
    assert page.url.endswith(f"{incident.get_absolute_url()}more/")
    assert (incident.aimed_at, incident.how_ended, incident.no_warning_reason) == (
        AimedAt.STAFF,
        HowEnded.ENDED_CALL,
        NoWarningReason.OWN_WELLBEING,
    )


def test_without_scripts_errors_are_shown_and_answers_stay(page_as, officer, customer):
    page = page_as(officer, java_script_enabled=False)
    page.goto(LOG.format(customer))
    page.get_by_label("How they were in contact").select_option("Phone")
    save(page).click()
    expect(page.get_by_role("alert")).to_contain_text("Say what happened.")
    expect(page.get_by_label("How they were in contact")).to_have_value("phone")


def test_without_scripts_a_customer_is_looked_up(page_as, officer, customer):
    page = page_as(officer, java_script_enabled=False)
    page.goto("/look-up/")
    page.get_by_label("Who is it?").fill("orla")
    page.get_by_role("main").get_by_role("button", name="Look up").click()
    assert "orla" not in page.url
    page.get_by_role("link", name=customer.name).click()
    assert page.url.endswith(customer.get_absolute_url())
    page.go_back()
    expect(page.get_by_label("Who is it?")).to_have_value("orla")
    page.reload()
    expect(page.get_by_role("link", name=customer.name)).to_be_visible()


def test_pasted_text_is_not_cut_and_the_count_agrees_with_the_server(page_as, officer, customer):
    """A line of 200, and a text of 10,000 in 100 lines of 99 characters, one of them an emoji."""
    page = page_as(officer)
    page.goto(f"{customer.get_absolute_url()}edit/")
    name, needs = page.locator("#id_name"), page.locator("#id_accessibility_needs")
    paste = "(field, text) => { field.value = text; field.dispatchEvent(new Event('input')) }"
    name.evaluate(paste, "x" * 319)
    needs.evaluate(paste, "\n".join(["x" * 98 + "🙂"] * 100))
    assert len(name.input_value()) == 319
    expect(page.get_by_text("You have 119 characters too many").first).to_be_visible()
    expect(page.get_by_text("You have 1 character remaining").first).to_be_visible()
    page.get_by_role("button", name="Save the changes").click()
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("“Name” has 319 characters. Shorten it to 200.")
    expect(alert).not_to_contain_text("needs")
    assert len(name.input_value()) == 319


def test_look_up_shows_results_while_somebody_types(page_as, officer, customer):
    page = page_as(officer)
    page.goto("/look-up/")
    page.get_by_label("Who is it?").press_sequentially("bhri")
    expect(page.get_by_role("link", name=customer.name)).to_be_visible()
    expect(page.get_by_role("main").get_by_role("status")).to_have_text("1 customer found")
    expect(page.get_by_label("Who is it?")).to_be_focused()
    assert page.url.endswith("/look-up/")
    page.get_by_role("link", name=customer.name).click()
    page.go_back()
    expect(page.get_by_label("Who is it?")).to_have_value("bhri")
    expect(page.get_by_role("link", name=customer.name)).to_be_visible()
    page.reload()
    expect(page.get_by_role("link", name=customer.name)).to_be_visible()


def test_whom_an_incident_is_about_is_chosen_while_somebody_types(page_as, officer, customer):
    """By keyboard alone, and the way they type stays theirs: nothing is chosen by itself."""
    page = page_as(officer)
    page.goto("/incidents/new/")
    box = page.get_by_label("Who was it?")
    box.press_sequentially("bhri")
    choice = page.get_by_role("button", name=customer.name)
    expect(choice).to_be_visible()
    expect(page.get_by_role("main").get_by_role("status")).to_have_text(
        "1 customer found. Choose them, by the Tab key if you like."
    )
    expect(box).to_have_value("bhri")
    box.press("Escape")
    expect(choice).to_be_hidden()
    expect(box).to_be_focused()
    box.press("a")
    expect(choice).to_be_visible()
    box.press("ArrowDown")
    expect(choice).to_be_focused()
    page.keyboard.press("Enter")
    expect(box).to_have_value(f"{customer.name} ({customer})")
    fill_in(page)
    save(page).click()
    page.wait_for_url("**/incidents/INC-*/more/")
    assert Incident.objects.get().customer == customer


def test_an_answer_shows_its_questions_and_another_hides_them(page_as, officer, customer):
    page = page_as(officer)
    page.goto(LOG.format(customer))
    page.get_by_text("Say more now").click()
    ended = page.get_by_role("group", name="Did you end the contact?")
    how, why_not = page.get_by_label("Ended the call"), page.get_by_label("For my own wellbeing")
    expect(how).to_be_hidden()
    ended.get_by_label("Yes").check()
    expect(how).to_be_visible()
    expect(why_not).to_be_hidden()
    page.get_by_label("Not warned").check()
    expect(why_not).to_be_visible()
    ended.get_by_label("No", exact=True).check()
    expect(how).to_be_hidden()


def test_the_summary_of_errors_takes_the_focus_and_links_to_fields(page_as, officer, customer):
    page = page_as(officer)
    page.goto(LOG.format(customer))
    save(page).click()
    expect(page.locator(".govuk-error-summary")).to_be_focused()
    page.get_by_role("link", name="Say what happened.").click()
    expect(page.get_by_role("textbox", name="What happened")).to_be_focused()


def test_pressing_the_button_twice_makes_one_record(page_as, officer, customer):
    page = page_as(officer)
    page.goto(LOG.format(customer))
    fill_in(page)
    save(page).dblclick()
    page.wait_for_url("**/incidents/INC-*/more/")
    assert Incident.objects.count() == 1


def test_going_back_after_saving_neither_loses_nor_repeats_a_record(page_as, officer, customer):
    page = page_as(officer)
    page.goto(LOG.format(customer))
    fill_in(page)
    save(page).click()
    page.wait_for_url("**/incidents/INC-*/more/")
    page.go_back()
    expect(page.get_by_role("textbox", name="What happened")).to_have_value("Shouted and swore.")
    save(page).click()
    page.wait_for_url("**/incidents/INC-*/more/")
    assert Incident.objects.count() == 1


def test_changes_after_going_back_are_kept(page_as, officer, customer):
    page = page_as(officer)
    page.goto(LOG.format(customer))
    fill_in(page)
    save(page).click()
    page.wait_for_url("**/incidents/INC-*/more/")
    page.go_back()
    page.get_by_role("textbox", name="What happened").fill("Shouted, swore and rang off.")
    save(page).click()
    expect(page.get_by_role("heading", name="This was saved already")).to_be_visible()
    expect(page.get_by_label("What you typed")).to_have_value("Shouted, swore and rang off.")
    expect(page.get_by_label("What is there now")).to_have_value("Shouted and swore.")
    page.get_by_role("link", name="Open it as it is now").click()
    page.wait_for_url("**/incidents/INC-*/")
    assert Incident.objects.count() == 1


@pytest.mark.policy("49")
def test_a_contact_is_logged_by_keyboard_alone(page_as, officer, customer):
    page = page_as(officer)
    page.goto(f"{customer.get_absolute_url()}contacts/new/")
    expect(page.get_by_label("How they were in contact")).to_be_focused()
    page.keyboard.type("Phone")
    page.keyboard.press("Tab")
    page.keyboard.type("12")
    page.keyboard.press("Tab")
    page.keyboard.type("The lift")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    page.wait_for_url("**/contacts/CON-*/")
    contact = Contact.objects.get()
    assert (contact.channel, contact.minutes, contact.subject) == (Channel.PHONE, 12, "The lift")
    assert (contact.same_issue, contact.about) == (YesNo.YES, "")


@pytest.fixture
def manager(transactional_db):
    return factories.staff("robin", "Manager")


@pytest.mark.beyond("B11")
def test_the_contact_log_is_added_below_the_typed_effect_with_one_click(page_as, officer, manager, customer):
    factories.contact(by=officer, customer=customer, minutes=14)
    page = page_as(manager)
    page.goto(f"{customer.get_absolute_url()}decide/")
    effect = page.get_by_label("Effect on staff and on the service")
    effect.fill("Two colleagues dread the phone.")
    page.get_by_role("button", name=re.compile("Insert this.*in the 7 days")).click()
    expect(effect).to_be_focused()
    typed, inserted = effect.input_value().splitlines()
    assert typed == "Two colleagues dread the phone."
    assert inserted.startswith("1 contact, 14 minutes, 1 staff, in the 7 days to ")


@pytest.mark.beyond("B11")
def test_without_scripts_the_log_is_there_to_be_copied(page_as, officer, manager, customer):
    factories.contact(by=officer, customer=customer, minutes=14)
    page = page_as(manager, java_script_enabled=False)
    page.goto(f"{customer.get_absolute_url()}decide/")
    expect(page.get_by_text(re.compile("^1 contact, 14 minutes, 1 staff, in the 7 days"))).to_be_visible()
    expect(page.get_by_role("button", name="Insert this")).to_have_count(0)


def test_what_a_restriction_changes_follows_what_is_filled_in(page_as, officer, customer):
    manager = factories.staff("morven", "Manager")
    incident = factories.assess_incident(factories.incident(by=officer, customer=customer), by=manager)
    decision = factories.decision(by=manager, incidents=[incident])
    page = page_as(manager)
    page.goto(f"{decision.get_absolute_url()}restrict/?kind=channel")
    changes = page.get_by_role("region", name="What they will be able to do")
    expect(changes.get_by_role("button")).to_have_count(0)
    page.get_by_role("group", name="Ways of contact that are closed").get_by_label("Phone").check()
    page.get_by_role("group", name="Ways of contact that stay open").get_by_label("Letter").check()
    expect(changes).to_contain_text(re.compile("Less than now.*Phone: closed", re.DOTALL))
    page.get_by_role("group", name="Ways of contact that are closed").get_by_label("Phone").uncheck()
    page.get_by_role("group", name="Ways of contact that are closed").get_by_label("Email").check()
    expect(changes).to_contain_text("Email: closed")
    expect(changes).not_to_contain_text("Phone: closed")
    assert not decision.restrictions.exists()

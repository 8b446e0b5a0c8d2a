"""A page behind sign-in is seen by the signed-in person, and by nobody after them."""

import re
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone
from playwright.sync_api import expect

from cha_engagement.customers import actions as customers
from cha_engagement.desk.models import TypedDraft

from .. import factories
from .conftest import sign_in


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


FACTS = "Shouted and swore about the lift."
PASSWORD = "plovers on a pier"
MINUTE = 60_000  # milliseconds


@pytest.fixture
def writing(page_as, officer, customer):
    """`writing(**how)` is the page of an officer who has begun to tell of an incident, with a clock of its own."""
    officer.set_password(PASSWORD)
    officer.save()

    def page(**how):
        page = page_as(officer, **how)
        page.clock.install()
        page.goto(f"/incidents/new/?customer={customer}")
        page.get_by_role("textbox", name="What happened").press_sequentially(FACTS)
        with page.expect_response("**/accounts/session/"):
            page.clock.fast_forward(MINUTE)
        return page

    return page


def end_in(seconds):
    """Let the session end in so many seconds, as if nobody had been there."""
    Session.objects.update(expire_date=timezone.now() + timedelta(seconds=seconds))


def seconds_left():
    return (Session.objects.get().expire_date - timezone.now()).total_seconds()


@pytest.mark.parametrize("key", ["Enter", "Escape"])
def test_one_key_answers_the_warning_before_a_session_ends(writing, key):
    page = writing(viewport={"width": 320, "height": 600})
    end_in(110)
    page.clock.fast_forward(13 * MINUTE)
    warning = page.get_by_role("alertdialog", name="You are about to be signed out")
    expect(warning).to_have_accessible_description(re.compile(r"you are signed out at \d\d:\d\d"))
    expect(warning).to_contain_text("What you have typed is kept")
    expect(page.get_by_role("button", name="Stay signed in")).to_be_focused()
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    with page.expect_response("**/accounts/session/"):
        page.keyboard.press(key)
    expect(warning).to_be_hidden()
    expect(page.get_by_role("textbox", name="What happened")).to_be_focused()
    expect(page.get_by_role("textbox", name="What happened")).to_have_value(FACTS)
    assert seconds_left() > 800


def test_an_ended_session_hides_the_page_and_signing_in_restores_the_form(writing, customer):
    page = writing()
    end_in(-1)
    page.clock.fast_forward(20 * MINUTE)
    page.wait_for_url("**/accounts/login/**")
    expect(page.locator("body")).not_to_contain_text(customer.name)
    expect(page.get_by_role("status")).to_contain_text("What you typed is kept: sign in")
    page.get_by_label("Username").fill("rowan")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="What you typed is not saved yet")).to_be_visible()
    expect(page.get_by_role("textbox", name="What happened")).to_have_value(FACTS)
    page.get_by_text("Discard what I typed").click()
    page.get_by_role("button", name="Discard it for good").click()
    expect(page.get_by_role("textbox", name="What happened")).to_have_value("")


def test_typing_keeps_a_session_open_and_an_open_page_does_not(writing):
    page = writing()
    end_in(300)
    page.get_by_role("textbox", name="What happened").press_sequentially(" Again.")
    with page.expect_response("**/accounts/session/"):
        page.clock.fast_forward(MINUTE)
    assert seconds_left() > 800
    end_in(300)
    with page.expect_response("**/accounts/session/"):
        page.clock.fast_forward(13 * MINUTE)
    expect(page.get_by_role("alertdialog")).to_be_hidden()
    assert seconds_left() < 310


def test_a_page_closes_when_another_person_has_signed_in(writing, customer, live_server):
    page = writing()
    sign_in(page.context, factories.staff("robin", "Officer"), live_server.url)
    page.clock.fast_forward(13 * MINUTE)
    page.wait_for_url(f"{live_server.url}/")
    expect(page.get_by_role("banner")).to_contain_text("Robin Example")
    assert {draft.person.username for draft in TypedDraft.objects.all()} == {"rowan"}


@pytest.mark.beyond("B30")
def test_what_is_typed_comes_back_when_the_page_is_loaded_anew(page_as, officer, customer):
    page = page_as(officer)
    page.clock.install()
    page.goto(f"/incidents/new/?customer={customer}")
    page.get_by_role("textbox", name="What happened").press_sequentially(FACTS)
    with page.expect_response("**/drafts/"):
        page.clock.fast_forward(1_000)
    page.reload()
    expect(page.get_by_role("heading", name="What you typed is not saved yet")).to_be_visible()
    expect(page.get_by_role("textbox", name="What happened")).to_have_value(FACTS)


UNSENT = "sessionStorage.getItem('unsent')"


@pytest.fixture
def unheard(page_as, officer, customer):
    """A page of a new incident, of which the server keeps nothing that is typed: as if it were loaded anew faster than that."""
    page = page_as(officer)
    page.route("**/drafts/", lambda route: route.abort())
    page.goto(f"/incidents/new/?customer={customer}")
    return page


@pytest.mark.beyond("B30")
def test_loading_anew_right_after_a_key_loses_nothing(unheard):
    page = unheard
    page.get_by_label("How they were in contact").select_option("Phone")
    page.get_by_role("group", name="Was anybody threatened, hurt or abused?").get_by_label(
        "No", exact=True
    ).check()
    page.get_by_role("textbox", name="What happened").press_sequentially(FACTS)
    for _ in range(2):
        page.reload()
        expect(page.get_by_role("textbox", name="What happened")).to_have_value(FACTS)
        expect(page.get_by_label("How they were in contact")).to_have_value("phone")
        expect(page.locator("#id_harm_1")).to_be_checked()
        assert page.evaluate(UNSENT) is None


@pytest.mark.beyond("B30")
@pytest.mark.parametrize("way", ["another page", "sign out", "session over"])
def test_what_was_left_for_the_next_page_is_taken_away_by_whichever_that_is(unheard, way, customer):
    page = unheard
    page.get_by_role("textbox", name="What happened").press_sequentially(FACTS)
    if way == "sign out":
        page.get_by_role("button", name="Sign out").click()
    elif way == "session over":
        Session.objects.all().delete()
        page.reload()
    else:
        page.goto(customer.get_absolute_url())
        page.unroute("**/drafts/")
    if way != "another page":
        expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    assert page.evaluate(UNSENT) is None


@pytest.mark.beyond("B30")
@pytest.mark.parametrize("newer", ["a draft", "the record"])
def test_nothing_from_the_last_page_goes_over_what_is_newer(page_as, officer, customer, newer):
    page = page_as(officer)
    page.route("**/drafts/", lambda route: route.abort())
    page.goto(f"{customer.get_absolute_url()}edit/")
    name = page.get_by_label("Name", exact=True)
    name.fill("Typed first")
    page.goto("about:blank")  # where a tab has a storage of its own: what was left waits
    if newer == "a draft":
        other = page.context.new_page()
        other.goto(f"{customer.get_absolute_url()}edit/")
        with other.expect_response("**/drafts/"):
            other.get_by_label("Name", exact=True).fill("Typed later")
    else:
        customers.change_customer(customer=customer, by=officer, name="Saved later", version=customer.version)
    page.goto(f"{customer.get_absolute_url()}edit/")
    expect(name).to_have_value("Typed later" if newer == "a draft" else "Saved later")


@pytest.mark.beyond("B30")
@pytest.mark.parametrize("way", ["link", "close"])
def test_a_page_that_is_left_keeps_what_was_typed(page_as, officer, customer, way):
    page = page_as(officer)
    page.goto(f"/incidents/new/?customer={customer}")
    page.get_by_role("textbox", name="What happened").press_sequentially(FACTS)
    page = page.context.new_page() if way == "close" else page
    if way == "close":
        page.context.pages[0].close(run_before_unload=True)
    else:
        page.get_by_role("link", name="My work").click()
    for _ in range(50):  # what is sent by a page that is gone, nobody hears of
        if TypedDraft.objects.exists():
            break
        page.wait_for_timeout(100)
    page.goto(f"/incidents/new/?customer={customer}")
    expect(page.get_by_role("heading", name="What you typed is not saved yet")).to_be_visible()
    expect(page.get_by_role("textbox", name="What happened")).to_have_value(FACTS)


@pytest.mark.beyond("B30")
def test_a_form_that_was_emptied_comes_back_with_what_is_typed_next(page_as, officer, customer):
    page = page_as(officer)
    page.clock.install()
    path = f"{customer.get_absolute_url()}notes/new/"
    page.goto(path)
    for text in (FACTS, "", "Rings on Mondays."):
        page.get_by_role("textbox", name="Note").fill(text)
        with page.expect_response("**/drafts/") as kept:
            page.clock.fast_forward(5_000)
        assert kept.value.status == 204
        assert TypedDraft.objects.exists() == bool(text)
    page.reload()
    expect(page.get_by_role("textbox", name="Note")).to_have_value("Rings on Mondays.")


@pytest.mark.beyond("B30")
def test_what_was_saved_or_discarded_does_not_come_back(page_as, officer, customer):
    page = page_as(officer)
    edit = f"{customer.get_absolute_url()}edit/"
    page.goto(edit)
    page.get_by_label("Name", exact=True).press_sequentially("!")
    asked = []
    page.on("request", lambda request: asked.append(request.url.partition("/drafts/")[1]))
    page.get_by_role("button", name="Save").click()
    expect(page).not_to_have_url(re.compile("edit"))
    assert not any(asked)
    assert not TypedDraft.objects.exists()
    page.goto(edit)
    with page.expect_response("**/drafts/"):
        page.get_by_label("Name", exact=True).press_sequentially("?")
    page.reload()
    page.get_by_label("Name", exact=True).press_sequentially("?")
    page.get_by_text("Discard what I typed").click()
    page.get_by_role("button", name="Discard it for good").click()
    expect(page.get_by_label("Name", exact=True)).to_have_value(f"!{customer.name}")
    assert not TypedDraft.objects.exists()


def test_adding_a_customer_meanwhile_leads_back_to_the_typed_incident(page_as, officer, association):
    page = page_as(officer)
    page.goto("/incidents/new/")
    page.get_by_role("textbox", name="What happened").fill(FACTS)
    page.get_by_role("link", name="Add the customer").click()
    page.get_by_label("Name", exact=True).fill("Iain Muir")
    page.get_by_role("button", name="Add the customer").click()
    expect(page.get_by_role("textbox", name="What happened")).to_have_value(FACTS)
    expect(page.get_by_role("main")).to_contain_text("Iain Muir")


@pytest.mark.parametrize("modifiers", [["Control"], ["Shift"]], ids=["tab", "window"])
def test_adding_a_customer_in_another_tab_leaves_the_typed_page(page_as, officer, association, modifiers):
    page = page_as(officer)
    page.goto("/incidents/new/")
    page.get_by_role("textbox", name="What happened").fill(FACTS)
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Add the customer").click(modifiers=modifiers)
    opened.value.wait_for_url("**/customers/new/**")
    page.wait_for_timeout(300)
    assert page.url.endswith("/incidents/new/")
    expect(page.get_by_role("textbox", name="What happened")).to_have_value(FACTS)


@pytest.mark.parametrize("same_window", [True, False])
def test_a_form_comes_back_after_signing_out_and_in_again(writing, same_window):
    page = writing()
    other = page if same_window else page.context.new_page()
    if not same_window:
        other.goto("/")
        page.clock.resume()
    other.get_by_role("button", name="Sign out").click()
    page.clock.fast_forward(200)
    other.wait_for_url("**/accounts/login/**")
    assert TypedDraft.objects.get().path.startswith("/incidents/new/")

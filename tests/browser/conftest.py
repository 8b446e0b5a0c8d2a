"""Chromium in front of the application as it is served: any complaint of a page fails its test."""

import pytest
from django.conf import settings
from django.test import Client

from cha_engagement.demo.organisation import create_organisation
from cha_engagement.demo.staff import create_accounts
from cha_engagement.staff.models import StaffMember

from .chromium import FLAGS, PROGRAM
from .colleague import Colleague

MILLISECONDS = 10_000  # that a page may take before something is wrong


def pytest_itemcollected(item):
    item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    return {**browser_type_launch_args, "executable_path": PROGRAM, "args": [*FLAGS, "--lang=en-US"]}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args):
    return {**browser_context_args, "locale": "en-GB", "timezone_id": "Europe/London"}


@pytest.fixture
def association(transactional_db):
    """The association of the demonstration and its accounts, and nothing that happened yet."""
    create_organisation()
    create_accounts()


@pytest.fixture
def complaints():
    """The complaints of pages. A test that leaves any has failed."""
    found_wrong = []
    yield found_wrong
    assert found_wrong == []


@pytest.fixture
def open_page(browser, browser_context_args, live_server, complaints):
    """`open_page(**how)` is a window of its own, with nobody signed in; `how` is what Playwright asks of a context."""
    contexts = []

    def window(**how):
        context = browser.new_context(**browser_context_args | {"base_url": live_server.url} | how)
        context.set_default_timeout(MILLISECONDS)
        contexts.append(context)
        page = context.new_page()
        listen(page, live_server.url, complaints)
        return page

    yield window
    for context in contexts:
        context.close()


@pytest.fixture
def page_as(open_page, live_server):
    """`page_as(user, **how)` is a window in which they have signed in."""

    def window(user, **how):
        page = open_page(**how)
        sign_in(page.context, user, live_server.url)
        return page

    return window


@pytest.fixture
def colleague(page_as, association):
    """`colleague(username)` sits at a keyboard, signed in, with no mouse."""
    return lambda username: Colleague(page_as(StaffMember.objects.get(username=username)))


def sign_in(context, user, url):
    client = Client()
    client.force_login(user)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": url}])


def listen(page, url, complaints):
    """Errors of scripts, what the content security policy blocked, answers of 5xx, missing parts, and calls elsewhere."""

    def console(message):
        # A page that answers 4xx is known from the response itself.
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            complaints.append(f"{page.url}: {message.text}")

    def response(answer):
        is_page = answer.request.resource_type == "document"
        if answer.status >= 500 or (answer.status >= 400 and not is_page):
            complaints.append(f"{answer.url}: {answer.status}")

    def request(asked):
        if not asked.url.startswith((url, "data:", "blob:")):
            complaints.append(f"{page.url} asks {asked.url}")

    page.on("console", console)
    page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))
    page.on("response", response)
    page.on("request", request)

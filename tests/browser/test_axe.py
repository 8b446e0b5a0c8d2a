"""C1: axe finds nothing on any page, in any state, at both widths, and for each role whose markup differs; nor too little contrast in the dark."""

from itertools import chain

import pytest
from axe_playwright_python.sync_playwright import Axe
from lxml.html import fromstring

from cha_engagement.staff.models import StaffMember

from ..pages.access import EXPECTED, PEOPLE
from ..pages.routes import FILES, RECORDS, path_of
from . import world as everything

WIDTHS = (1280, 320)
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}
CONTRAST = {"runOnly": {"type": "rule", "values": ["color-contrast"]}, "resultTypes": ["violations"]}
WRONG = """() => [
    document.querySelectorAll("h1").length === 1 || "not one h1",
    document.documentElement.lang === "en-GB" || "not in British English",
    document.documentElement.scrollWidth <= innerWidth || "wider than the screen",
    ...[...document.querySelectorAll("[id]")].map(one =>
        document.querySelectorAll(`#${CSS.escape(one.id)}`).length === 1 || `more than one ${one.id}`),
].filter(said => said !== true)"""
QUESTIONS = "input:not([type=hidden]), textarea, select"
EMPTY = f"""form => {{
    for (const one of form.querySelectorAll("{QUESTIONS}")) {{
        if (one.type === "radio" || one.type === "checkbox") one.checked = false
        else one.value = ""
    }}
    form.requestSubmit()
}}"""

OWN = {route: codes for (route, case), codes in EXPECTED.items() if case == "own" and route not in FILES}
PAGES = {
    route: [person for person, code in zip(PEOPLE, shown, strict=True) if code == 200]
    for route, (shown, _) in OWN.items()
    if 200 in shown
}
SENT_EMPTY = {"appeal_suspend", "customer_assign", "incident_assign"}  # nothing chosen is an answer
FORMS = {
    route: PEOPLE[done.index(422)]
    for route, (shown, done) in OWN.items()
    if 200 in shown and 422 in done and route not in SENT_EMPTY
}


@pytest.fixture
def world(transactional_db):
    return everything.make_world()


@pytest.fixture
def window(world, open_page, page_as):
    """`window(username)` is their window, the same each time; of None that of nobody."""
    windows = {}

    def open_window(username):
        if username not in windows:
            person = username and StaffMember.objects.get(username=username)
            page = windows[username] = page_as(person) if person else open_page()
            page.add_init_script(Axe().axe_script)
        return windows[username]

    return open_window


def markup(html):
    """Return the markup of a page: each kind of element in each kind of place."""
    elements = fromstring(html).xpath("//main//*[not(self::script)]")
    return {
        (tag.getparent().tag, tag.getparent().get("class"), tag.tag, tag.get("class")) for tag in elements
    }


def violations_of(page):
    """Return the violations of a page, at each width, and in the dark."""
    wrong = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        wrong += ask_axe(page, RULES, width)
        wrong += [(width, sentence) for sentence in page.evaluate(WRONG)]
    page.emulate_media(color_scheme="dark")
    wrong += ask_axe(page, CONTRAST, "dark")
    page.emulate_media(color_scheme="light")
    return wrong


def ask_axe(page, rules, where):
    violations = page.evaluate("rules => axe.run(rules).then(results => results.violations)", rules)
    return [
        (where, violation["id"], [node["target"] for node in violation["nodes"]]) for violation in violations
    ]


def send_form(page, script, form):
    """Send a form, and return the status of the response."""
    with page.expect_navigation() as answer:
        form.evaluate(script)
    return answer.value.status


def pages_by_role(world, window, client):
    """Yield each page for the role to whom it shows most, and again for each that is shown anything else."""
    for route in PAGES:
        path = path_of(route, world.own)
        unseen = {}
        for role in PAGES[route]:
            client.force_login(StaffMember.objects.get(username=role))
            unseen[role] = markup(client.get(path).content)
        while any(unseen.values()):
            role = max(unseen, key=lambda role: len(unseen[role]))
            seen = unseen[role]
            unseen = {role: made_of - seen for role, made_of in unseen.items()}
            page = window(role)
            page.goto(path)
            yield (route, role), page


def forms_with_errors(world, window):
    for route in FORMS:
        page = window(FORMS[route])
        # An appealed restriction cannot be varied or appealed again: its forms have fewer fields.
        page.goto(path_of(route, world.own if RECORDS.get(route) == "appeal" else world.ended))
        form = page.locator("main form").filter(has=page.locator(QUESTIONS))
        if form.count():
            assert send_form(page, EMPTY, form) == 422
            yield (route, "with errors"), page


def pages_of_the_administration(world, window):
    """Yield each kind of page that an Administrator has: no route of ours leads to them."""
    page, account = window("admin"), f"staff/staffmember/{world.staff['officer'].pk}"
    for path in (
        "",
        "staff/staffmember/?is_active__exact=1&q=a",
        f"{account}/change/",
        f"{account}/history/",
        "staff/email/",
        "organisation/organisation/1/change/",
        "organisation/standardtext/add/",
    ):
        page.goto(f"/admin/{path}")
        yield f"/admin/{path}", page
    page.goto("/admin/staff/staffmember/add/")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_role("alert").wait_for()
    yield "an account with errors", page


def pages_in_states(world, window):
    for state, (username, path) in everything.states(world).items():
        page = window(username)
        page.goto(path)
        yield state, page


def pages_while_working(world, window):
    """Yield states that appear only while somebody does something."""
    page = window("officer")
    for words in ("orla", "xyzzy"):
        page.goto("/look-up/")
        box = page.get_by_label("Who is it?")
        box.fill(words)
        with page.expect_navigation(url="**/look-up/?asked=*"):
            box.press("Enter")
        yield f"answers to a look-up of {words}", page
    page.goto("/")
    page.get_by_role("banner").get_by_role("searchbox").press_sequentially("orla")
    page.get_by_role("banner").get_by_role("listitem").first.wait_for()
    yield "the box of every page while it answers", page
    page.goto("/")
    page.evaluate("document.getElementById('session').showModal()")
    yield "a session that is about to end", page

    page = window(None)
    page.goto("/accounts/login/")
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("alert").wait_for()
    yield "a failed sign-in", page

    page = window("manager")
    page.goto(path_of("customer_edit", world.own))
    page.locator("main [name=version]").evaluate("version => version.value = 99")
    assert send_form(page, "form => form.requestSubmit()", page.locator("main form")) == 409
    yield "a form that somebody else was faster with", page
    page.goto(path_of("customer_edit", world.own))
    page.get_by_role("heading", name="What you typed is not saved yet").wait_for()
    yield "a form with what was typed before", page


def test_axe_finds_nothing_on_any_page_for_any_role(world, window, client):
    """One crawl, since each of its pages needs the world."""
    crawl = chain(
        pages_by_role(world, window, client),
        forms_with_errors(world, window),
        pages_of_the_administration(world, window),
        pages_in_states(world, window),
        pages_while_working(world, window),
    )
    wrong = {what: violations_of(page) for what, page in crawl}
    assert {what: faults for what, faults in wrong.items() if faults} == {}

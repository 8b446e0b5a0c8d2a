"""A colleague who works by keyboard alone."""

import re

from playwright.sync_api import expect

MAX_TABS = 200  # presses of Tab; pages are shorter
STANDS_BEFORE_FOCUS = """one => Boolean(
    one.compareDocumentPosition(document.activeElement) & Node.DOCUMENT_POSITION_FOLLOWING
)"""

PRESSES_AT_LEAST = """(one, back) => {
    // Whoever came to a place on the page goes on from there, though the focus is nowhere yet.
    if (location.hash) return 0
    const precedes = (a, b) => Boolean(a.compareDocumentPosition(b) & Node.DOCUMENT_POSITION_FOLLOWING)
    const question = one.name ? [...document.getElementsByName(one.name)] : [one]
    const ends = [document.activeElement, question.at(back ? -1 : 0)]
    const [first, last] = back ? ends.reverse() : ends
    return [...document.querySelectorAll("a[href], button:enabled")].filter(stop =>
        stop.tabIndex === 0 && stop.checkVisibility({visibilityProperty: true}) && precedes(first, stop) && precedes(stop, last)
    ).length
}"""


def label_pattern(label):
    """Return a pattern of a label, with or without the note that its answer may wait."""
    return re.compile(rf"^{re.escape(label)}( \(.*\))?$")


class Colleague:
    """A member of staff in front of `page`. They reach everything with Tab, and act with keys alone."""

    def __init__(self, page, place=None):
        self.page = page
        self.keys = page.keyboard
        self.place = place or page

    def answering(self, legend):
        """Return the same person, answering the questions under one legend, where another asks alike."""
        return Colleague(self.page, self.page.get_by_role("group", name=re.compile(f"^{re.escape(legend)}")))

    def opens(self, path):
        """Type an address. Only to begin with: from there on they follow what is on the page."""
        self.page.goto(path)

    def sees(self, *texts):
        for text in texts:
            expect(self.page.locator("body")).to_contain_text(text)

    def does_not_see(self, *texts):
        for text in texts:
            expect(self.page.locator("body")).not_to_contain_text(text)

    def sees_in_order(self, *texts):
        """See that the texts come one after the other on the page."""
        rest = self.page.locator("main").inner_text()
        for text in texts:
            _, separator, rest = rest.partition(text)
            assert separator, f"{text} does not come after what stands before it"

    def reaches(self, control):
        """Press Tab until the focus is there: anything else cannot be used without a mouse."""
        self.tabs_to(control.element_handle(), "one === document.activeElement")

    def tabs_to(self, element, there):
        back = element.evaluate(STANDS_BEFORE_FOCUS)
        key = "Shift+Tab" if back else "Tab"
        for _ in range(element.evaluate(PRESSES_AT_LEAST, back)):
            self.keys.press(key)
        for _ in range(MAX_TABS):
            if element.evaluate(f"one => {there}"):
                return
            self.keys.press(key)
        raise AssertionError(f"{key} does not come to {element} on {self.page.url}")

    def types(self, label, text):
        self.reaches(self.place.get_by_role("textbox", name=label_pattern(label)))
        self.keys.press("Control+a")
        self.keys.type(text)

    def pastes(self, label, text):
        """Put in a long text, in place of what stands there."""
        self.reaches(self.place.get_by_role("textbox", name=label_pattern(label)))
        self.keys.press("Control+a")
        self.keys.insert_text(text)

    def dates(self, label, moment):
        """Fill in a day, or a day and a time, part by part as Chromium asks for them: it speaks American English."""
        field = self.place.get_by_role("textbox", name=label_pattern(label))
        self.reaches(field)
        self.keys.type(f"{moment:%m%d%Y}")
        if field.get_attribute("type") == "datetime-local":
            self.keys.type(f"{moment:%I%M%p}")  # a year has four digits, after which the hour is asked for

    def selects(self, label, answer):
        field = self.place.get_by_role("combobox", name=label_pattern(label))
        self.reaches(field)
        self.keys.type(answer)
        assert field.evaluate("one => one.selectedOptions[0].label") == answer

    def chooses(self, question, answer):
        """Come to the radio buttons of a question with Tab, and to one of them with the arrows."""
        group = self.place.get_by_role("group", name=label_pattern(question))
        radio = group.get_by_role("radio", name=answer, exact=True).first
        element = radio.element_handle()
        self.tabs_to(element, "one.name === document.activeElement.name")
        for _ in range(group.get_by_role("radio").count()):
            if element.evaluate("one => one === document.activeElement"):
                break
            self.keys.press("ArrowDown")
        if not radio.is_checked():
            self.keys.press("Space")
        expect(radio).to_be_checked()

    def ticks(self, question, *answers):
        """Tick the boxes whose labels begin so, or end with this reference."""
        for answer in answers:
            expect(self.turns(question, answer)).to_be_checked()

    def unticks(self, question, *answers):
        for answer in answers:
            expect(self.turns(question, answer)).not_to_be_checked()

    def turns(self, question, answer):
        group = self.place.get_by_role("group", name=label_pattern(question))
        box = group.get_by_role(
            "checkbox", name=re.compile(rf"^{re.escape(answer)}|\({re.escape(answer)}\)$")
        )
        self.reaches(box)
        self.keys.press("Space")
        return box

    def looks_up(self, typed):
        """Look up a customer from any page."""
        self.reaches(self.page.get_by_role("banner").get_by_role("searchbox"))
        self.keys.type(typed)
        with self.page.expect_navigation():
            self.keys.press("Enter")

    def posts_by_hand(self, address, **fields):
        """Send a form that no page offers them, as somebody who knows how the web works could."""
        token = self.page.locator("[name=csrfmiddlewaretoken]").first.input_value()
        return self.page.request.post(address, form={"csrfmiddlewaretoken": token} | fields)

    def downloads(self, link):
        """Return the bytes of a file to which a link leads."""
        self.reaches(self.page.get_by_role("link", name=link))
        with self.page.expect_download() as download:
            self.keys.press("Enter")
        return download.value.path().read_bytes()

    def follows(self, link):
        """Follow a link; where none is in sight, one in the menu of other actions."""
        found = self.page.get_by_role("link", name=link)
        menu = self.page.locator("summary", has_text="Other actions")
        if not found.count() and menu.count():
            self.reaches(menu)
            self.keys.press("Enter")
        self.goes(found.first)

    def follows_row(self, words):
        """Follow the link that heads the row of a list with these words."""
        row = self.page.get_by_role("row").filter(has_text=words)
        self.goes(row.get_by_role("rowheader").get_by_role("link").first)

    def opens_fold(self, summary):
        self.page.locator("summary", has_text=summary).first.click()

    def presses(self, button):
        self.goes(self.page.get_by_role("button", name=button).first)

    def goes(self, control):
        self.reaches(control)
        with self.page.expect_navigation():
            self.keys.press("Enter")

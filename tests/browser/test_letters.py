"""A letter is looked over while it is written, and on saving where there are no scripts."""

import re
import shutil
import wave
from io import BytesIO

import pytest
from playwright.sync_api import expect

from tests.letters.test_pdf import pdf_words, print_sizes

from .. import factories
from .colleague import Colleague

WORDS_A_SECOND = 4
"""A voice that reads faster is not understood."""


@pytest.fixture
def manager(transactional_db):
    return factories.staff("morgan", "Manager")


@pytest.fixture
def letter(association, manager):
    customer = factories.customer(by=manager)
    return factories.general_letter(customer, by=manager, subject="Rent")


def add(page, words):
    text = page.get_by_role("textbox", name="Text")
    text.fill(f"{text.input_value()}\n\n{words}")


@pytest.mark.policy("61.1")
def test_blaming_words_are_pointed_out_while_somebody_types(page_as, manager, letter):
    page = page_as(manager)
    page.goto(letter.get_absolute_url())
    wording = page.get_by_role("heading", name="Wording to look at")
    expect(wording).to_be_hidden()
    add(page, "You were rude.")
    expect(wording).to_be_visible()
    expect(page.get_by_text("rude: say in a few words what was said or done")).to_be_visible()
    letter.refresh_from_db()
    assert "rude" not in letter.body


@pytest.mark.policy("61.1")
def test_without_scripts_blaming_words_are_pointed_out_on_saving(page_as, manager, letter):
    page = page_as(manager, java_script_enabled=False)
    page.goto(letter.get_absolute_url())
    add(page, "You were rude.")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("heading", name="Wording to look at")).to_be_visible()


def test_marks_are_put_in_by_buttons_and_the_text_fits_a_phone(page_as, manager, letter):
    page = page_as(manager, viewport={"width": 390, "height": 844})
    page.goto(letter.get_absolute_url())
    text = page.locator("#id_body")
    assert text.bounding_box()["height"] < 844
    text.fill("Your gate\nMended")
    marks = page.get_by_role("group", name="Marks in the text")
    text.evaluate("field => field.setSelectionRange(0, 0)")
    marks.get_by_role("button", name="Heading").click()
    text.evaluate("field => field.setSelectionRange(field.value.length - 6, field.value.length)")
    marks.get_by_role("button", name="Bold").click()
    marks.get_by_role("button", name="List").click()
    expect(text).to_have_value("## Your gate\n- **Mended**")


@pytest.mark.policy("61.1")
def test_on_a_phone_the_check_comes_before_the_saved_letter(page_as, manager, letter):
    page = page_as(manager, viewport={"width": 320, "height": 640})
    page.goto(letter.get_absolute_url())
    add(page, "You were rude.")
    wording = page.get_by_role("heading", name="Wording to look at")
    expect(wording).to_be_visible()
    saved = page.get_by_role("heading", name="The letter as you last saved it")
    assert wording.bounding_box()["y"] < saved.bounding_box()["y"]


@pytest.mark.policy("61.3")
@pytest.mark.parametrize(
    ("form", "link", "points"),
    [("Standard print", "PDF", 11), ("Large print", "PDF in large print", 18)],
)
def test_a_letter_is_downloaded_as_pdf_text_and_sound(page_as, manager, letter, settings, form, link, points):
    settings.SPEECH_PROGRAM = shutil.which("espeak-ng")
    morgan = Colleague(page_as(manager))
    morgan.opens(letter.get_absolute_url())
    morgan.chooses("How it is sent to them", form)
    morgan.presses("Save and preview")
    morgan.presses("Issue the letter")
    morgan.sees("The letter is issued.")
    paper = morgan.downloads(re.compile(rf"^{link}$"))
    text = morgan.downloads("plain text").decode()
    assert print_sizes(paper)[0] == points
    for text_of_pdf in (letter.reference, letter.customer.name, "an emergency repair", "0800 496 0001"):
        assert text_of_pdf in text
        assert "".join(text_of_pdf.split()) in pdf_words(paper)
    with wave.open(BytesIO(morgan.downloads("audio"))) as sound:
        seconds = sound.getnframes() / sound.getframerate()
    assert seconds > len(text.split()) / WORDS_A_SECOND

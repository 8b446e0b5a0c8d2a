"""The ends of pages and lines of a letter."""

import pytest

from cha_engagement.core.records import writing
from cha_engagement.letters.rendering import pdf

from .test_pdf import pdf_lines

pytestmark = pytest.mark.django_db

TOP, FOOT = 76, 1050  # of the text of a page in pixels: the margins hold the rest
PARAGRAPH = "Words.\n\n"
END = "The last but one.\n\nThe last."


@pytest.fixture(params=["standard", "large_print"])
def pages(request, draft, manager):
    """`pages(text)` are the pages of a letter with this text, each as (pixels from the top, line)."""
    letter = writing.save_record(draft, by=manager, reason="Changed", format=request.param)

    def render_pages(text):
        content = pdf.render_pdf(letter, text=text, final=True)
        return [[line for line in leaf if TOP < line[0] < FOOT] for leaf in pdf_lines(content)]

    return render_pages


def texts_of(page):
    return [text for _, text in page]


def letters_around_page_end(pages, text):
    """Yield the pages of letters in which a text begins at the foot of the first page, and some lines above and below that."""
    fit = texts_of(pages(PARAGRAPH * 60)[0]).count("Words.")
    for before in range(fit - 7, fit + 2):
        yield pages(PARAGRAPH * before + text)


def test_a_signature_stands_with_the_last_two_paragraphs(pages):
    letters = list(letters_around_page_end(pages, f"Before them.\n\n{END}"))
    for *_, last in letters:
        assert {"The last but one.", "The last.", "Yours sincerely"} <= {*texts_of(last)}
    assert "The last but one." in [texts_of(last)[0] for *_, last in letters]


def test_a_heading_at_the_top_of_a_page_stands_as_high_as_a_paragraph(pages):
    letters = letters_around_page_end(pages, f"## Why\n\nBecause.\n\n{PARAGRAPH * 60}")
    heights = {text: down for _, *others in letters for (down, text), *_ in others}
    assert heights["Why"] == pytest.approx(heights["Words."], abs=3)


def test_no_heading_ends_a_page(pages):
    for first, *_ in letters_around_page_end(pages, f"## Why\n\nBecause.\n\n{PARAGRAPH * 3}"):
        assert texts_of(first)[-1] != "Why"


def test_a_list_keeps_with_its_introduction_and_leaves_no_item_alone(pages):
    for first, second, *_ in letters_around_page_end(
        pages, f"You can:\n\n- one\n- two\n- three\n- four\n\n{PARAGRAPH * 30}"
    ):
        assert texts_of(first)[-1] not in ("You can:", "•one")
        assert texts_of(second)[0] != "•four"


@pytest.mark.policy("61.3")
@pytest.mark.parametrize(
    "kept",
    ["0800 496 0001", "+44 141 496 0000", "(0141) 496 0000", "EH7 4NS", "G00 0ZZ", "21 May 2026", "1 June"],
)
def test_numbers_postcodes_and_dates_stand_on_one_line(pages, kept):
    shifts = range(20, 110)
    pages_found = pages("\n\n".join(f"{'n' * shift} {kept} and so on." for shift in shifts))
    assert sum(kept in line for page in pages_found for line in texts_of(page)) == len(shifts)


def test_a_subject_is_escaped_and_keeps_its_date_on_one_line(draft, manager):
    letter = writing.save_record(draft, by=manager, reason="Changed", subject="<b>Rent</b> of 3 November")
    subject = pdf.sheet_context(letter, text="")["subject"]
    assert subject == '&lt;b&gt;Rent&lt;/b&gt; of <span class="letter__together">3 November</span>'


def test_other_words_are_not_kept_on_one_line():
    for text in ("20 working days", "May 2026", "A1 paper", "99 McDonald Road", "10 000 &amp; more"):
        assert pdf.keep_unbroken(text) == text


@pytest.mark.policy("61.3")
def test_no_letter_ends_on_a_page_that_is_nearly_empty(pages, monkeypatch):
    """Its last section begins well above the foot of a page, as the closing of every letter does."""
    section = f"## How to reach us\n\n{PARAGRAPH * 14}{END}"
    fit = texts_of(pages(PARAGRAPH * 60)[0]).count("Words.")
    letters = [f"## Why\n\n{PARAGRAPH * before}{section}" for before in range(max(1, fit - 18), fit + 14)]

    def ends_nearly_empty(text):
        *_, last = pages(text)
        heights = [down for down, _ in last]
        return len(heights) > 1 and max(heights) - TOP <= 0.25 * (FOOT - TOP)

    with monkeypatch.context() as plain:
        plain.setattr(pdf, "is_nearly_empty", lambda document: False)
        mended = [text for text in letters if ends_nearly_empty(text)]
    assert not [text for text in mended if ends_nearly_empty(text)]

"""Where the pages and lines of a letter end."""

import pytest

from cha_engagement.core.records import writing
from cha_engagement.letters.rendering import pdf

from .test_pdf import lines

pytestmark = pytest.mark.django_db

TOP, FOOT = 76, 1050  # of the text of a page in pixels: the margins hold the rest
PARAGRAPH = "Words.\n\n"
END = "The last but one.\n\nThe last."


@pytest.fixture(params=["standard", "large_print"])
def pages(request, draft, manager):
    """`pages(text)` are the pages of a letter that says this, each as (how far down, line)."""
    letter = writing.save_record(draft, by=manager, reason="Changed", format=request.param)

    def of(text):
        content = pdf.render_pdf(letter, text=text, final=True)
        return [[line for line in leaf if TOP < line[0] < FOOT] for leaf in lines(content)]

    return of


def said(page):
    return [text for _, text in page]


def at_the_foot(pages, text):
    """The pages of letters in which this begins at the foot of the first page, and at each line of some above and below that."""
    fit = said(pages(PARAGRAPH * 60)[0]).count("Words.")
    for before in range(fit - 7, fit + 2):
        yield pages(PARAGRAPH * before + text)


def test_a_signature_takes_the_last_two_paragraphs_along_and_no_more(pages):
    letters = list(at_the_foot(pages, f"Before them.\n\n{END}"))
    for *_, last in letters:
        assert {"The last but one.", "The last.", "Yours sincerely"} <= {*said(last)}
    assert "The last but one." in [said(last)[0] for *_, last in letters]


def test_a_heading_at_the_top_of_a_page_stands_as_high_as_a_paragraph(pages):
    letters = at_the_foot(pages, f"## Why\n\nBecause.\n\n{PARAGRAPH * 60}")
    found = {text: down for _, *others in letters for (down, text), *_ in others}
    assert found["Why"] == pytest.approx(found["Words."], abs=3)


def test_no_heading_ends_a_page(pages):
    for first, *_ in at_the_foot(pages, f"## Why\n\nBecause.\n\n{PARAGRAPH * 3}"):
        assert said(first)[-1] != "Why"


def test_a_list_keeps_with_its_introduction_and_leaves_no_item_alone(pages):
    for first, second, *_ in at_the_foot(
        pages, f"You can:\n\n- one\n- two\n- three\n- four\n\n{PARAGRAPH * 30}"
    ):
        assert said(first)[-1] not in ("You can:", "•one")
        assert said(second)[0] != "•four"


@pytest.mark.policy("61.3")
@pytest.mark.parametrize(
    "kept",
    ["0800 496 0001", "+44 141 496 0000", "(0141) 496 0000", "EH7 4NS", "G00 0ZZ", "21 May 2026", "1 June"],
)
def test_numbers_postcodes_and_dates_stand_on_one_line(pages, kept):
    shifts = range(20, 110)
    found = pages("\n\n".join(f"{'n' * shift} {kept} and so on." for shift in shifts))
    assert sum(kept in line for page in found for line in said(page)) == len(shifts)


def test_a_subject_keeps_its_date_whole_and_is_words_alone(draft, manager):
    letter = writing.save_record(draft, by=manager, reason="Changed", subject="<b>Rent</b> of 3 November")
    shown = pdf.sheet_context(letter, text="")["subject"]
    assert shown == '&lt;b&gt;Rent&lt;/b&gt; of <span class="letter__together">3 November</span>'


def test_what_is_no_number_postcode_or_date_is_left_as_it_is():
    for text in ("20 working days", "May 2026", "A1 paper", "99 McDonald Road", "10 000 &amp; more"):
        assert pdf.keep_unbroken(text) == text

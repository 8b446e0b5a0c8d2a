import io
import re
from collections import Counter
from html import unescape

import page
import pikepdf
import pytest
from django.core.files.base import ContentFile
from django.utils.html import escape
from django.utils.safestring import mark_safe

from cha_engagement.core.records import writing
from cha_engagement.demo.organisation import LOGO
from cha_engagement.letters import actions
from cha_engagement.letters.rendering import pdf
from cha_engagement.letters.rendering.long_words import break_long_words
from cha_engagement.letters.rendering.markdown import escape as escape_markdown

from .. import factories

pytestmark = pytest.mark.django_db


def pdf_lines(content):
    """Yield the lines of each page of a PDF, from its top to its foot, as (pixels from the top, text), read back through the map of each font."""
    with pikepdf.open(io.BytesIO(content)) as document:
        for leaf in document.pages:
            fonts = {name: unicode_map(font) for name, font in leaf.Resources.Font.items()}
            font, down, lines = {}, 0.0, {}
            for step in pikepdf.parse_content_stream(leaf, operators="Tf Tm Tj TJ"):
                first = step.operands[0]
                if str(step.operator) == "Tf":
                    font = fonts[str(first)]
                elif str(step.operator) == "Tm":
                    down = round(float(step.operands[5]))
                else:
                    pieces = first if isinstance(first, pikepdf.Array) else [first]
                    codes = b"".join(bytes(piece) for piece in pieces if isinstance(piece, pikepdf.String))
                    text = "".join(font.get(codes[i : i + 2].hex(), "") for i in range(0, len(codes), 2))
                    lines[down] = lines.get(down, "") + text
            yield sorted(lines.items())


def pdf_words(content):
    """Return the text of a PDF, without spaces."""
    return re.sub(r"\s", "", "".join(text for leaf in pdf_lines(content) for _, text in leaf))


def unicode_map(font):
    text = font.ToUnicode.read_bytes().decode()
    pairs = re.findall(r"<([0-9a-fA-F]{4})> <([0-9a-fA-F]+)>", text)
    return {code.lower(): bytes.fromhex(value).decode("utf-16-be") for code, value in pairs}


MILLIMETRES = 25.4 / 96  # in a pixel of CSS
LOWEST = 288  # millimetres from the top, below which printers cannot print


def print_sizes(content):
    """Return the sizes of print in a PDF, in points, the most usual first. WeasyPrint writes them in pixels of CSS."""
    with pikepdf.open(io.BytesIO(content)) as document:
        sizes = Counter(
            round(float(step.operands[1]) * 0.75)
            for leaf in document.pages
            for step in pikepdf.parse_content_stream(leaf, operators="Tf")
        )
    return [points for points, _ in sizes.most_common()]


def picture_descriptions(content):
    """Return the descriptions of the pictures of a PDF, in the order of its tags."""

    def walk(element):
        if isinstance(element, pikepdf.Dictionary):
            if element.get("/S") == pikepdf.Name.Figure:
                yield str(element.Alt)
            children = element.get("/K", [])
            for child in children if isinstance(children, pikepdf.Array) else [children]:
                yield from walk(child)

    with pikepdf.open(io.BytesIO(content)) as document:
        return list(walk(document.Root.StructTreeRoot))


def draft_pdf(letter, text):
    return pdf.render_pdf(letter, text=text)


def test_the_pdf_has_all_the_words_of_a_letter(draft_for, officer, manager):
    customer = factories.customer(
        by=officer, name="Zażółć Ní Bhriain", address="14 Harbour Street\nLochside", postcode="G00 1BB"
    )
    letter = draft_for(customer)
    text_of_pdf = pdf_words(actions.issue_letter(letter=letter, by=manager, version=1).pdf.read())
    for words_of_it in (
        "Lochside Homes",
        "Zażółć Ní Bhriain",
        "14 Harbour Street",
        "G00 1BB",
        letter.reference,
        "How you can contact us from now on",
        "please write to us",
        "look at this again within 20 working days",
        "0800 496 0001",
        "Scottish Public Services Ombudsman",
        "large print",
        "Manager Example",
        "Page 1 of",
    ):
        assert words_of_it.replace(" ", "") in text_of_pdf
    assert "Draft,notissued" not in text_of_pdf


def test_a_draft_says_so_on_each_page(draft):
    content = draft_pdf(draft, "One line.\n\n" * 60)
    with pikepdf.open(io.BytesIO(content)) as document:
        count = len(document.pages)
    assert count > 1
    assert pdf_words(content).count("Draft,notissued") == count + 1


@pytest.fixture
def logo(organisation):
    organisation.logo = ContentFile(LOGO.read_bytes(), name=LOGO.name)
    organisation.logo_words = "A house above two waves"
    organisation.save()
    return organisation


@pytest.mark.parametrize("letter_format", ["standard", "large_print"])
@pytest.mark.parametrize("with_logo", [False, True])
def test_a_letter_passes_the_machine_rules_of_pdf_ua(request, draft, manager, letter_format, with_logo):
    if with_logo:
        request.getfixturevalue("logo")
    letter = writing.save_record(draft, by=manager, reason="Changed", format=letter_format)
    everything = (
        "# One\n\n#### Deep\n\n**bold** *italic*\n\n- a\n\n  second\n\n  - nested\n\n"
        "3. three\n4. four\n\n> quoted\n\n---\n\n" + "Long text. " * 400
    )
    report = page.validate_pdf_bytes(draft_pdf(letter, everything), profile=page.ValidationProfile.PDF_UA_1)
    assert [failure.message for failure in report.failures] == []
    assert report.rules.total > 50


@pytest.mark.policy("61.3")
@pytest.mark.parametrize(("letter_format", "points", "least"), [("standard", 11, 9), ("large_print", 18, 18)])
def test_the_text_of_a_letter_is_as_large_as_its_form_promises(draft, manager, letter_format, points, least):
    letter = writing.save_record(draft, by=manager, reason="Changed", format=letter_format)
    sizes = print_sizes(draft_pdf(letter, "Long text. " * 400))
    assert (sizes[0], min(sizes)) == (points, least)


@pytest.mark.parametrize("letter_format", ["standard", "large_print"])
@pytest.mark.parametrize("with_logo", [False, True])
def test_the_address_stands_in_the_window_of_an_envelope(
    request, draft, manager, organisation, letter_format, with_logo
):
    if with_logo:
        request.getfixturevalue("logo")
    organisation.name = "Clydebank Housing Association"
    organisation.save()
    letter = writing.save_record(draft, by=manager, reason="Changed", format=letter_format)
    address = {"address": "Flat 2/1\n12 Kelp Street\nLochside", "postcode": "G00 0AB"}
    writing.save_record(letter.customer, by=manager, reason="Known", **address)
    first, *_ = pdf_lines(draft_pdf(letter, "Words."))
    shown = {text: down * MILLIMETRES for down, text in first}
    for part in (letter.customer.name, "G00 0AB"):
        (down,) = [down for text, down in shown.items() if text.startswith(part)]
        assert 56 < down < 87
    assert max(shown.values()) < LOWEST


@pytest.mark.parametrize(
    ("letter_format", "foot"), [("standard", "Lochside Homes · {}Page {}"), ("large_print", "{}Page {}")]
)
def test_the_foot_of_each_page_names_its_letter(draft, manager, letter_format, foot):
    letter = writing.save_record(draft, by=manager, reason="Changed", format=letter_format)
    pages = list(pdf_lines(draft_pdf(letter, "One line.\n\n" * 30)))
    for number, page_lines in enumerate(pages, 1):
        _, foot_text = page_lines[-1]
        assert foot_text == foot.format(letter.reference, f"{number} of {len(pages)}")


@pytest.mark.policy("61.3")
def test_the_logo_stands_once_at_the_head_of_a_letter_with_its_description(draft, logo):
    assert picture_descriptions(draft_pdf(draft, "One line.\n\n" * 60)) == ["A house above two waves"]


def test_without_a_logo_a_letter_has_no_picture(draft):
    assert picture_descriptions(draft_pdf(draft, "Words.")) == []


def test_nothing_but_the_logo_is_given_out_at_its_address(draft, logo):
    fetcher = pdf.StaticFetcher(LOGO.read_bytes())
    assert fetcher.fetch(pdf.LOGO).read() == LOGO.read_bytes()
    for address in (logo.logo.path, f"{pdf.LOGO}/../secret", "data:image/png;base64,iVBORw0KGgo="):
        with pytest.raises(ValueError, match="may not fetch"):
            fetcher.fetch(address)


def test_a_letter_has_a_title_a_language_and_embedded_fonts(draft):
    with pikepdf.open(io.BytesIO(draft_pdf(draft, "Words."))) as document:
        assert str(document.Root.Lang) == "en-GB"
        assert draft.reference in str(document.docinfo["/Title"])
        fonts = document.pages[0].Resources.Font
        assert {re.sub(r"^/\w+\+", "", str(font.BaseFont)) for font in fonts.values()} <= {
            "Letter",
            "Letter-Semi-Bold",
            "Letter-Italic",
        }


@pytest.mark.parametrize(
    "address",
    [
        "file:///etc/hostname",
        "file://localhost/etc/hostname",
        "http://127.0.0.1:9/x",
        "data:text/css,p{color:red}",
        (pdf.STATIC / ".." / "package.json").as_uri(),
        f"{pdf.STATIC.as_uri()}/%2e%2e/package.json",
    ],
)
def test_a_letter_fetches_nothing_but_our_styles_and_fonts(address):
    with pytest.raises(ValueError, match="may not fetch"):
        pdf.StaticFetcher().fetch(address)


def test_no_file_gets_into_a_letter_even_by_html(tmp_path, draft, monkeypatch):
    secret = tmp_path / "secret.txt"
    secret.write_text("secret")
    attack = f'<link rel="attachment" href="{secret.as_uri()}"><img src="{secret.as_uri()}" alt="x">'
    monkeypatch.setattr(pdf, "render_html", mark_safe)
    content = draft_pdf(draft, attack)
    with pikepdf.open(io.BytesIO(content)) as document:
        assert not document.attachments
        assert not document.pages[0].Resources.XObject


def test_words_that_look_like_html_are_printed_as_words(draft_for, officer):
    customer = factories.customer(by=officer, name='<img src="file:///etc/hostname">')
    letter = draft_for(customer)
    content = draft_pdf(letter, letter.body)
    assert '<imgsrc="file:///etc/hostname">' in pdf_words(content)
    with pikepdf.open(io.BytesIO(content)) as document:
        assert not document.pages[0].Resources.XObject


@pytest.mark.parametrize(
    "word", ["a" * 5_000, "&" * 900, "a\u00a0" * 2_000, "<" * 900], ids=["a", "&", "nbsp", "<"]
)
def test_a_long_word_is_broken_into_lines_and_read_as_it_was(draft, word):
    """A word of 20,000 letters took twenty seconds, in which nobody had another PDF."""
    html = break_long_words(f"<title>{escape(word)}</title><p>{escape(word)} <b>{escape(word)}</b></p>")
    shown = html.partition("</title>")[2]
    parts = [unescape(part) for part in re.split("<[^>]*>", shown)]
    assert max(map(len, parts)) <= 81
    assert "".join(parts) == f"{word} {word}"
    assert html.startswith(f"<title>{escape(word)}</title>")
    on_a_page = word[:900]
    text_of_pdf = pdf_words(draft_pdf(draft, f"Begin {escape_markdown(on_a_page)} end."))
    assert f"Begin{''.join(on_a_page.split())}end." in text_of_pdf


def test_scripts_without_spaces_are_not_broken():
    assert break_long_words("<p>" + "水" * 300 + "</p>") == "<p>" + "水" * 300 + "</p>"

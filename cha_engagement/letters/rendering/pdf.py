"""A letter on paper: its sheet, and the PDF, tagged for screen readers (PDF/UA-1)."""

import re
from calendar import month_name
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any
from urllib.parse import urlsplit
from urllib.request import url2pathname

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from weasyprint import CSS, HTML
from weasyprint.document import Document
from weasyprint.formatting_structure.boxes import LineBox
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

from cha_engagement.letters.models import Letter
from cha_engagement.organisation.models import Organisation

from .letterhead import letterhead
from .long_words import break_long_words
from .markdown import render_html

LEAST_FILLED = 0.3
"""Less than this part of a sheet is nearly nothing: a signature, and two or three paragraphs above it."""
SHEET = 'class="letter-page"'
TIGHTER, LAST_SECTION_TOGETHER = "letter-page--tighter", "letter-page--last-section"
"""The classes of a page that letter.css lays out in another way."""
STATIC = Path(settings.STATICFILES_DIRS[0]).resolve()
LOGO = "association:logo"

UNBROKEN = re.compile(
    rf"""(?<![\w+])(?:
        \d{{1,2}}\ (?:{"|".join(month_name[1:])})(?:\ \d{{4}})?  # a date
        | (?:\+44|\(?0\d+\)?)(?:\ \d{{2,}})+  # a phone number
        | [A-Z]{{1,2}}\d[A-Z\d]?\ \d[A-Z]{{2}}  # a postcode
    )(?!\w)""",
    re.VERBOSE,
)


class StaticFetcher(URLFetcher):
    """Reads our styles and fonts, gives out the logo, and nothing else: no words of a letter can open a file or an address."""

    def __init__(self, logo: bytes = b"") -> None:
        super().__init__()
        self.logo = logo

    def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:
        if self.logo and url == LOGO:
            return URLFetcherResponse(url, self.logo, {"Content-Type": "image/png"})
        parts = urlsplit(url)
        path = Path(url2pathname(parts.path)).resolve()
        if parts.scheme != "file" or parts.netloc or not path.is_relative_to(STATIC):
            raise ValueError(f"A letter may not fetch {parts.scheme}:")
        return super().fetch(path.as_uri(), headers)


@cache
def stylesheet() -> tuple[CSS, FontConfiguration]:
    """Read our style and fonts once: each reading would keep another copy of the fonts in memory."""
    fonts = FontConfiguration()
    style = CSS(filename=STATIC / "letter.css", url_fetcher=StaticFetcher(), font_config=fonts)
    return style, fonts


pango_lock = Lock()  # Pango's fonts are not made for several threads.


def sheet_context(letter: Letter, *, text: str) -> dict[str, Any]:
    """Return what `templates/letters/sheet.html` shows. `text` is the letter's with its placeholders filled in."""
    address, lines = letterhead(letter)
    return {
        "letter": letter,
        "head_address": address,
        "head_lines": lines,
        "organisation": Organisation.current(),
        "subject": keep_unbroken(escape(letter.title)),
        "body": keep_unbroken(render_html(text)),
    }


def keep_unbroken(html: SafeString) -> SafeString:
    """Keep dates, phone numbers and postcodes on one line each. Their words stay as they are, so that a search in the PDF finds them."""
    return mark_safe(UNBROKEN.sub(r'<span class="letter__together">\g<0></span>', html))  # noqa: S308


def logo_bytes(organisation: Organisation) -> bytes:
    """Return the association's logo; nothing where there is none."""
    if not organisation.logo:
        return b""
    with organisation.logo.open("rb") as file:
        return file.read()


def printed_page(letter: Letter, *, text: str, final: bool = False) -> tuple[str, bytes]:
    """Return all that is printed: the letter as HTML, marked as a draft unless it is `final`, and the logo at its head."""
    logo = logo_bytes(Organisation.current())
    context = {"final": final, "logo": logo and LOGO, **sheet_context(letter, text=text)}
    return render_to_string("letters/pdf.html", context), logo


def render_pdf(letter: Letter, *, text: str, final: bool = False) -> bytes:
    return write_pdf(*printed_page(letter, text=text, final=final))


def write_pdf(html: str, logo: bytes = b"") -> bytes:
    """Return a page of ours as a PDF that looks as letters do. `logo` is the picture that it asks for, where it does."""
    with pango_lock:
        return lay_out(break_long_words(html), logo).write_pdf(pdf_variant="pdf/ua-1")


def lay_out(html: str, logo: bytes) -> Document:
    """Lay out a page of ours so that its last sheet is not nearly empty.

    It has less room between paragraphs or, where that is not enough, the whole of its last section there. Its letters and lines stay as
    large as they are.
    """
    style, fonts = stylesheet()

    def render(layout: str = "") -> Document:
        page = html.replace(SHEET, f'class="letter-page {layout}"', 1) if layout else html
        return HTML(string=page, url_fetcher=StaticFetcher(logo)).render(
            stylesheets=[style], font_config=fonts
        )

    document = render()
    if not is_nearly_empty(document):
        return document
    tighter = render(TIGHTER)
    if len(tighter.pages) < len(document.pages):
        return tighter
    fuller = render(LAST_SECTION_TOGETHER)
    is_better = len(fuller.pages) == len(document.pages) and not is_nearly_empty(fuller)
    return fuller if is_better else document


def is_nearly_empty(document: Document) -> bool:
    """Return whether the last of several sheets has little on it."""
    if len(document.pages) < 2:
        return False
    sheet: Any = document.pages[-1]._page_box
    lines = [box for box in sheet.children[0].descendants() if isinstance(box, LineBox)]
    bottom = max((line.position_y + line.height for line in lines), default=sheet.content_box_y())
    return (bottom - sheet.content_box_y()) < LEAST_FILLED * sheet.height

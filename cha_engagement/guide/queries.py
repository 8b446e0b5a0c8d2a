"""The user guide as pages: the files of `docs/user-guide/`, which are read in the repository too."""

import re
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

from django.conf import settings
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token

GUIDE: Path = settings.BASE_DIR / "docs" / "user-guide"
IMAGES: Path = settings.BASE_DIR / "docs" / "images"
INDEX = "README"

parser = MarkdownIt("commonmark", {"html": False}).enable("table")


@dataclass(frozen=True, slots=True)
class GuidePage:
    title: str
    text: SafeString
    sections: tuple[tuple[str, str], ...]
    """Its headings of the second level, each with its place on the page."""


@cache
def page_names() -> list[str]:
    return sorted(path.stem for path in GUIDE.glob("*.md") if path.stem != INDEX)


@cache
def read_page(name: str) -> GuidePage:
    """Return a page of the guide by the name of its file. It changes with the program alone, so it is read once."""
    tokens = parser.parse((GUIDE / f"{name}.md").read_text())
    title, sections = "", []
    for heading, words in pairwise(tokens):
        if heading.type != "heading_open":
            continue
        place = section_place(words.content)
        heading.attrSet("id", place)
        if heading.tag == "h1":
            title = words.content
        elif heading.tag == "h2":
            sections.append((words.content, place))
    for token in tokens:
        for child in token.children or ():
            resolve_link(child)
    # The title stands above the page already. The files are ours, and none of them holds markup.
    body = tokens[3:] if title else tokens
    return GuidePage(title, mark_safe(parser.renderer.render(body, parser.options, {})), tuple(sections))  # noqa: S308


def section_place(title: str) -> str:
    """Return the place of a heading on its page, made as the repository makes it: links between files lead to both."""
    return re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")


def resolve_link(token: Token) -> None:
    """Let a link or a picture of a file lead to its page here."""
    if token.type == "image":
        name = str(token.attrGet("src")).rpartition("/")[2]
        token.attrSet("src", reverse("guide_image", args=[name]))
    elif token.type == "link_open":
        file, _, place = str(token.attrGet("href")).partition("#")
        if file.endswith(".md"):
            token.attrSet("href", guide_url(f"{file.removesuffix('.md')}#{place}"))


def guide_url(place: str) -> str:
    """Return the address of a place in the guide, such as "officer#log-an-incident"."""
    name, _, section = place.partition("#")
    url = reverse("guide") if name == INDEX else reverse("guide_page", args=[name])
    return f"{url}#{section}" if section else url

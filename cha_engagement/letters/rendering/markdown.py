"""The little Markdown that letters are written in: headings, lists, bold, italics, quotations. Nothing that fetches or links."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Any

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token

DISABLED_RULES = (
    "autolink",
    "backticks",
    "code",
    "entity",
    "fence",
    "html_block",
    "html_inline",
    "image",
    "lheading",
    "link",
    "reference",
)
ALLOWED_TAGS = {"p", "br", "h2", "h3", "h4", "ul", "ol", "li", "strong", "em", "blockquote", "hr"}

# What is escaped is passed over, so that a name in somebody's own words is never taken for a placeholder.
PLACEHOLDER = re.compile(r"\\.|\[([^\[\]\\\n]{1,60})\]", re.DOTALL)

parser = MarkdownIt("commonmark", {"html": False, "breaks": True}).disable(DISABLED_RULES)


class Markdown(str):
    """Text that is Markdown already: nothing escapes it again."""


def escape(text: str) -> str:
    """Return somebody else's words as Markdown that says exactly those words."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = re.sub(r"([\\*_\[\]])", r"\\\1", text)
    text = re.sub(r"^([^\S\n]*)([#>+-])", r"\1\\\2", text, flags=re.MULTILINE)
    return re.sub(r"^([^\S\n]*\d+)([.)])", r"\1\\\2", text, flags=re.MULTILINE)


def escape_data(data: Any) -> Any:
    """Return plain data for a file of words with every text in it escaped, but for what is Markdown already."""
    if isinstance(data, str):
        return data if isinstance(data, Markdown | Enum) else escape(data)
    if isinstance(data, Mapping):
        return {name: escape_data(value) for name, value in data.items()}
    if isinstance(data, list | tuple):
        return [escape_data(value) for value in data]
    if data is None or isinstance(data, int | date):
        return data
    raise TypeError(f"A file of words takes plain data, all of it escaped, and no {type(data).__name__}.")


def render_html(text: str) -> SafeString:
    """Return the text as HTML whose headings begin at h2, without attributes, links, images or anything that is fetched."""
    tokens = parser.parse(text)
    limit_heading_levels(tokens)
    html = parser.renderer.render(tokens, parser.options, {})
    return mark_safe(nh3.clean(html, tags=ALLOWED_TAGS, attributes={"ol": {"start"}}))  # noqa: S308


def limit_heading_levels(tokens: list[Token]) -> None:
    """Let each heading go at most one level deeper than the one before, from the subject at h1, as PDF/UA asks."""
    level = 1
    for token in tokens:
        if token.type == "heading_open":
            level = min(max(int(token.tag[1]), 2), level + 1, 4)
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{level}"


@dataclass(frozen=True, slots=True)
class TextBlock:
    """A heading, a paragraph or an item of a list in plain words; `mark` is what an item begins with, its depth included."""

    words: str
    mark: str = ""
    is_heading: bool = False


def text_blocks(text: str) -> Iterator[TextBlock]:
    """Yield what stands between the blank lines of a text, without the marks that make it bold, a list or a heading."""
    numbers: list[int | None] = []  # next item's number in each list that is open; None where it has bullets
    mark, is_heading = "", False
    for token in parser.parse(text):
        match token.type:
            case "bullet_list_open":
                numbers.append(None)
            case "ordered_list_open":
                numbers.append(int(token.attrGet("start") or 1))
            case "bullet_list_close" | "ordered_list_close":
                numbers.pop()
            case "list_item_open":
                mark = "  " * (len(numbers) - 1) + ("- " if numbers[-1] is None else f"{numbers[-1]}. ")
                numbers[-1] = numbers[-1] and numbers[-1] + 1
            case "heading_open" | "heading_close":
                is_heading = token.nesting == 1
            case "inline":
                yield TextBlock(inline_words(token), mark, is_heading)
                mark = ""


def inline_words(token: Token) -> str:
    """Return the words of a paragraph, with its line breaks."""
    parts = token.children or ()
    return "".join("\n" if part.type in ("softbreak", "hardbreak") else part.content for part in parts)


def render_words(text: str) -> str:
    """Return the text as plain words, with a blank line between its blocks but not between the items of a list."""
    words = ""
    previous = TextBlock("")
    for block in text_blocks(text):
        is_same_list = block.mark and previous.mark
        words += ("\n" if is_same_list else "\n\n") + block.mark + block.words
        previous = block
    return words.strip()


def placeholder_names(text: str) -> list[str]:
    """Return the names of the placeholders in a text, in the order in which they stand, each once."""
    names = (normalise(match[1]) for match in PLACEHOLDER.finditer(text) if match[1])
    return list(dict.fromkeys(names))


def sections_by_heading(text: str) -> dict[str, str]:
    """Return what stands below each heading of a text, down to the next one, by the heading's words."""
    _, *parts = re.split(r"^#{1,6}[ \t]+(.+)$", text.replace("\r\n", "\n"), flags=re.MULTILINE)
    return {normalise(heading): below.strip() for heading, below in zip(parts[::2], parts[1::2], strict=True)}


def fill_placeholders(text: str, texts: Mapping[str, str]) -> str:
    """Return the text with its placeholders filled in once: what is filled in is not looked at again. An unknown one stays."""

    def fill(match: re.Match[str]) -> str:
        return texts.get(normalise(match[1]), match[0]) if match[1] else match[0]

    return PLACEHOLDER.sub(fill, text)


def normalise(name: str) -> str:
    return " ".join(name.casefold().split())

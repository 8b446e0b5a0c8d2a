import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cha_engagement.customers.enums import Channel
from cha_engagement.letters.rendering.files import render_markdown
from cha_engagement.letters.rendering.markdown import (
    Markdown,
    escape,
    escape_data,
    fill_placeholders,
    placeholder_names,
    render_html,
)

# Letters, spaces, and all that Markdown or HTML could take for a sign.
words = st.text(alphabet=st.sampled_from("ab é1\n\t .,()*_#>+-=`~[]<>&!|:\\\"'/"), max_size=80)


def words_and_tags(markup):
    """Return the words of some HTML as a reader sees them, and the tags around them."""
    text = html.unescape(re.sub(r"<[^>]+>", " ", markup))
    return text.split(), set(re.findall(r"<(\w+)", markup))


@given(words)
def test_escaped_text_renders_its_exact_words_without_formatting(text):
    words_shown, tags = words_and_tags(render_html(escape(text)))
    assert words_shown == text.split()
    assert tags <= {"p", "br"}


@given(words)
def test_escaped_text_has_no_placeholders(text):
    assert placeholder_names(escape(f"[the ombudsman]{text}[x]")) == []


@given(st.text())
def test_no_text_makes_html_that_fetches_links_or_runs(text):
    _, tags = words_and_tags(render_html(text))
    assert tags <= {"p", "br", "h2", "h3", "h4", "ul", "ol", "li", "strong", "em", "blockquote", "hr"}


@pytest.mark.parametrize(
    "attack",
    [
        "![x](file:///etc/passwd)",
        "![x](https://example.org/x.png)",
        "[x](https://example.org)",
        "[x](javascript:alert(1))",
        "<https://example.org>",
        "<img src=x onerror=alert(1)>",
        "<style>@import url(file:///etc/passwd)</style>",
        "[x]: file:///etc/passwd\n\n[x]",
        "&lt;script&gt;",
    ],
)
def test_signs_of_html_and_links_stay_words(attack):
    words_shown, tags = words_and_tags(render_html(attack))
    assert words_shown == attack.split()
    assert tags <= {"p", "br"}


def test_headings_begin_below_the_subject_and_skip_no_level():
    assert re.findall(r"<(h\d)", render_html("# a\n\n##### b\n\n### c\n\n# d")) == ["h2", "h3", "h3", "h2"]


def test_line_breaks_stay_where_they_were_typed():
    assert "1 Pier Road<br>" in render_html("1 Pier Road\nLochside")


def test_placeholders_are_filled_in_once_whatever_their_case():
    texts = {"the ombudsman": "See [how to appeal].", "how to appeal": "Write."}
    assert fill_placeholders("[The  Ombudsman] [how to appeal]", texts) == "See [how to appeal]. Write."


def test_an_escaped_or_unknown_placeholder_stays():
    text = r"\[how to appeal\] \[how to appeal] [sic]"
    assert fill_placeholders(text, {"how to appeal": "Write."}) == text
    assert placeholder_names(r"\[how to appeal\] [Sic] [sic]") == ["sic"]


def test_plain_data_is_escaped_however_deep_it_lies():
    assert escape_data({"a": ["*x*", 3, {"b": "[y]"}]}) == {"a": [r"\*x\*", 3, {"b": r"\[y\]"}]}


def test_what_is_markdown_already_and_a_code_are_not_escaped_again():
    data = escape_data({"channel": Channel.HOME_VISIT, "limit": Markdown(r"not from a\_b")})
    assert data == {"channel": "home_visit", "limit": r"not from a\_b"}
    assert data["channel"] is Channel.HOME_VISIT


@pytest.mark.parametrize("value", [object(), {"*x*"}, (text for text in ("*x*",))])
def test_what_could_not_be_escaped_is_no_data_for_a_letter(value):
    with pytest.raises(TypeError, match="plain data"):
        escape_data({"a": [value]})


def test_a_file_of_words_says_what_was_typed_and_no_placeholder():
    text = render_markdown("letters/kinds/other.md", description="# *Call* [how to appeal]\n- now")
    assert text == "\\# \\*Call\\* \\[how to appeal\\]\n\\- now"

"""Words that no line holds: laying them out takes many times as long as other words, and whoever needs a PDF waits."""

import re

LONGEST_WORD = 200  # characters of a word that staff write: a long web address
CHARACTERS_IN_A_LINE = 80

WORD_CHARACTERS = r"!-%'-;=?-\u0dff\u10a0-\u177f\u1800-\u2dff"
"""All that only a space ends, but for `&`, `<` and `>`: the scripts left out, such as Thai and Chinese, end a line anywhere."""
WORD = re.compile(f"[&<>{WORD_CHARACTERS}]+")
TAG_OR_LONG_WORD = re.compile(
    rf"<title>.*?</title>|<[^>]*>|((?:&#?\w+;|[{WORD_CHARACTERS}]){{{CHARACTERS_IN_A_LINE}}})(?=[&{WORD_CHARACTERS}])",
    re.DOTALL,
)


def longest_word_length(text: str) -> int:
    return max(map(len, WORD.findall(text)), default=0)


def break_long_words(html: str) -> str:
    """Return a page whose long words may be broken at the end of a line. They are read and copied as they were."""
    return TAG_OR_LONG_WORD.sub(lambda match: f"{match[0]}<wbr>" if match[1] else match[0], html)

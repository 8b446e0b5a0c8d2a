"""Words that no line holds. To lay them out takes many times as long as other words, and whoever needs a PDF waits for it."""

import re

LONGEST = 200  # characters of a word that staff write: a long web address
PRINTED_TOGETHER = 80  # about a line

OF_A_WORD = r"!-%'-;=?-\u0dff\u10a0-\u177f\u1800-\u2dff"
"""What only a space ends, but for `&`, `<` and `>`: the scripts left out, such as Thai and Chinese, end a line anywhere."""
WORD = re.compile(f"[&<>{OF_A_WORD}]+")
TOO_LONG = re.compile(
    rf"<title>.*?</title>|<[^>]*>|((?:&#?\w+;|[{OF_A_WORD}]){{{PRINTED_TOGETHER}}})(?=[&{OF_A_WORD}])",
    re.DOTALL,
)


def longest_word(text: str) -> int:
    return max(map(len, WORD.findall(text)), default=0)


def breakable(html: str) -> str:
    """Return a page whose long words may be broken at the end of a line. They are read and copied as they were."""
    return TOO_LONG.sub(lambda found: f"{found[0]}<wbr>" if found[1] else found[0], html)

"""Characters that nobody sees: programs put them into copied text, and people who want to deceive put them into names."""

import re

from django.core.exceptions import ValidationError

FLAG = "\U0001f3f4[\U000e0030-\U000e0039\U000e0061-\U000e007a]{3,6}\U000e007f"
"""A flag such as that of Scotland: what follows the black one says which it is, and only there."""
INVISIBLE = re.compile(
    f"({FLAG})|[\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180e\u200b\u2028-\u202c\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e007f]"
)
"""Flags, to be kept, or what can be left out with nothing lost: where a line may break, which way it runs, or nothing at all.

The joiners of Persian and of emoji, the marks of Arabic and Hebrew, and the blank of Braille are none of these: with them goes what a text says.
"""
REORDERING = re.compile("[\u202d\u202e]")
"""They show the letters behind them in another order. Without them the text would read differently from what somebody saw."""


def strip_invisible(text: str) -> str:
    """Return a text without characters that nobody sees. Lines end where they did."""
    return INVISIBLE.sub(r"\1", text.replace("\u2028", "\n").replace("\u2029", "\n"))


def validate_reading_order(text: str) -> None:
    """Validate that a text is read in the order in which it stands."""
    if isinstance(text, str) and REORDERING.search(text):
        raise ValidationError(
            "This has an invisible character that turns the order of letters round. Type it again by hand.",
            code="reordering",
        )

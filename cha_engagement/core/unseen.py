"""Characters that nobody sees: programs put them into what is copied, and whoever wants to deceive puts them into names."""

import re

from django.core.exceptions import ValidationError

SEEN = "\U0001f3f4[\U000e0030-\U000e0039\U000e0061-\U000e007a]{3,6}\U000e007f"
"""A flag such as that of Scotland: what follows the black one says which it is, and only there."""
UNSEEN = re.compile(
    f"({SEEN})|[\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180e\u200b\u2028-\u202c\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e007f]"
)
"""Flags, to be kept, or what can be left out with nothing lost: where a line may break, which way it runs, or nothing at all.

The joiners of Persian and of emoji, the marks of Arabic and Hebrew, and the blank of Braille are none of these: with them goes what a text says.
"""
TURNED = re.compile("[\u202d\u202e]")
"""They show the letters behind them in another order. Taken out, what somebody read would become something else."""


def without_unseen(text: str) -> str:
    """Return what is seen of a text. What ends a line goes on doing so."""
    return UNSEEN.sub(r"\1", text.replace("\u2028", "\n").replace("\u2029", "\n"))


def refuse_turned(text: str) -> None:
    """Validate that a text is read in the order in which it stands."""
    if isinstance(text, str) and TURNED.search(text):
        raise ValidationError(
            "This has an invisible character that turns the order of letters round. Type it again by hand.",
            code="turned",
        )


def refuse_unseen(text: str) -> None:
    """Validate that a text has nothing in it that nobody sees, where a form does not take it out."""
    refuse_turned(text)
    if isinstance(text, str) and without_unseen(text) != text:
        raise ValidationError("This has an invisible character. Type it again by hand.", code="unseen")

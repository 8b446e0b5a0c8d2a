"""Characters that nobody sees: programs put them into what is copied, and whoever wants to deceive puts them into names."""

import re

from django.core.exceptions import ValidationError

UNSEEN = re.compile(
    "[\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180e\u200b\u2028-\u202c\u2060-\u206f\u2800\u3164\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e007f]"
)
"""Those that mean nothing in any language: the joiners of Persian and of emoji, and the marks of Arabic and Hebrew, are none of these."""
TURNED = re.compile("[\u202d\u202e]")
"""They show the letters behind them in another order. Taken out, what somebody read would become something else."""


def without_unseen(text: str) -> str:
    """Return what is seen of a text. What ends a line goes on doing so."""
    return UNSEEN.sub("", text.replace("\u2028", "\n").replace("\u2029", "\n"))


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

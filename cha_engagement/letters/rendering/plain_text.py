"""A letter in plain words, for an email or to be read aloud."""

import re

from django.template.loader import render_to_string

from cha_engagement.letters.models import Letter
from cha_engagement.organisation.models import Organisation

from .letterhead import letterhead
from .markdown import render_words


def render_plain_text(letter: Letter, *, text: str, final: bool = False) -> str:
    """Return all that the letter says on paper, as a draft unless it is `final`. `text` is its own with the placeholders filled in."""
    address, lines = letterhead(letter)
    context = {
        "letter": letter,
        "head_address": address,
        "head_lines": lines,
        "organisation": Organisation.current(),
        "body": render_words(text),
        "final": final,
    }
    return re.sub(r"\n{3,}", "\n\n", render_to_string("letters/plain.txt", context)).strip() + "\n"

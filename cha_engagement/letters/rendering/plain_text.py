"""A letter in plain words, for an email or to be read aloud, and as sound where this machine can speak."""

import logging
import re

from django.template.loader import render_to_string

from cha_engagement.letters.models import Letter
from cha_engagement.organisation.models import Organisation

from .letterhead import letterhead
from .markdown import render_words

logger = logging.getLogger(__name__)


def render_plain_text(letter: Letter, *, text: str, final: bool = False) -> str:
    """All that the letter says on paper; `text` is its own with the places filled in. Unless it is `final`, it says so."""
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

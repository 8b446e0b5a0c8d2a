"""How a letter comes about: drafted, read by a second person, issued, sent; withdrawn or replaced where it was a mistake."""

from cha_engagement.letters.actions.drafting import (
    draft_letter,
    edit_draft,
    enclose_file,
    link_letter,
    replace_letter,
)
from cha_engagement.letters.actions.issuing import issue_letter, send_letter, void_letter
from cha_engagement.letters.actions.second_reader import ask_second_reader, finish_reading

__all__ = [
    "ask_second_reader",
    "draft_letter",
    "edit_draft",
    "enclose_file",
    "finish_reading",
    "issue_letter",
    "link_letter",
    "replace_letter",
    "send_letter",
    "void_letter",
]

"""Draft a letter, have it read by a second person, issue and send it; withdraw or replace it where it was a mistake."""

from .drafting import (
    draft_letter,
    edit_draft,
    enclose_file,
    leave_draft,
    link_letter,
    replace_letter,
)
from .issuing import issue_letter, record_come_back, send_letter, void_letter
from .second_reader import ask_second_reader, finish_reading

__all__ = [
    "ask_second_reader",
    "draft_letter",
    "edit_draft",
    "enclose_file",
    "finish_reading",
    "issue_letter",
    "leave_draft",
    "link_letter",
    "record_come_back",
    "replace_letter",
    "send_letter",
    "void_letter",
]

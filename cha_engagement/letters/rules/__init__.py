"""Say who may do what to a letter, and what keeps it from being issued or sent: a module for each subject."""

from .association_words import (
    check_adviser,
    check_association_words,
    check_details_kept,
    check_standard_paragraph,
    may_read_words,
)
from .delivery import check_come_back, check_delivery, delivery_doubts, may_send, may_void
from .drafting import check_length, check_signatory, may_draft, may_write
from .enclosures import check_enclosure, check_enclosure_labels, check_enclosures, may_enclose
from .issuing import check_placeholders, check_ready, check_sections
from .merging import check_customer_of_letters
from .second_reader import check_read, check_unchanged, may_read

__all__ = [
    "check_adviser",
    "check_association_words",
    "check_come_back",
    "check_customer_of_letters",
    "check_delivery",
    "check_details_kept",
    "check_enclosure",
    "check_enclosure_labels",
    "check_enclosures",
    "check_length",
    "check_placeholders",
    "check_read",
    "check_ready",
    "check_sections",
    "check_signatory",
    "check_standard_paragraph",
    "check_unchanged",
    "delivery_doubts",
    "may_draft",
    "may_enclose",
    "may_read",
    "may_read_words",
    "may_send",
    "may_void",
    "may_write",
]

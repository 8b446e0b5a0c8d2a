from enum import StrEnum


class ContactEvent(StrEnum):
    """Names, in its history, for whatever happens to a contact."""

    LOG = "log"
    CORRECT = "correct"

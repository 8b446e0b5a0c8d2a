from enum import StrEnum


class NoteEvent(StrEnum):
    """Names, in its history, for whatever happens to a note."""

    WRITE = "write"
    CORRECT = "correct"
    TELL = "tell"

from enum import StrEnum


class FewEvent(StrEnum):
    """Names, in its history, for whatever happens to a case for few."""

    CLOSE = "close"
    READERS = "readers"
    END = "end"
    OPEN_IN_DANGER = "open_in_danger"

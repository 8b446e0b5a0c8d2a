"""The letters about decisions and restrictions, one module each, and the `placeholders` that they are made of.

Letters about reviews and appeals say some of the same things, and take them from here. A letter points to the restrictions that
it tells of from when it is drafted (`Restriction.letters`), and tells of no others.
"""

from . import decided, ended, interim, managed  # noqa: F401 (each registers its kind of letter)
from .decided import check_still_true
from .statements import (
    EASING,
    REQUIRED,
    WHY,
    after_a_panel,
    closed_ways,
    contact,
    duration,
    durations,
    each,
    eased,
    how_to_appeal,
    in_own_words,
    opened,
    other_route,
    paragraphs,
    reviews,
    sooner,
    still_applies,
    ways_left,
    what_cannot_be_appealed,
    words,
)

__all__ = [
    "EASING",
    "REQUIRED",
    "WHY",
    "after_a_panel",
    "check_still_true",
    "closed_ways",
    "contact",
    "duration",
    "durations",
    "each",
    "eased",
    "how_to_appeal",
    "in_own_words",
    "opened",
    "other_route",
    "paragraphs",
    "reviews",
    "sooner",
    "still_applies",
    "ways_left",
    "what_cannot_be_appealed",
    "words",
]

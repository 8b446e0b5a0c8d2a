"""The letters about decisions and restrictions, one module each, and the `statements` that they are made of.

Letters about reviews and appeals say some of the same things, and take them from here. A letter points to the restrictions that
it tells of from when it is drafted (`Restriction.letters`), and tells of no others.
"""

from .decided import ITS_END, NEW_VERSION, check_still_true, may_write, tell, untold, write
from .ended import end_untold, ended_on, write_end
from .interim import may_write_interim, predates_extension, write_interim
from .managed import may_write_alone, write_alone
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
    "ITS_END",
    "NEW_VERSION",
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
    "end_untold",
    "ended_on",
    "how_to_appeal",
    "in_own_words",
    "may_write",
    "may_write_alone",
    "may_write_interim",
    "opened",
    "other_route",
    "paragraphs",
    "predates_extension",
    "reviews",
    "sooner",
    "still_applies",
    "tell",
    "untold",
    "ways_left",
    "what_cannot_be_appealed",
    "words",
    "write",
    "write_alone",
    "write_end",
    "write_interim",
]

"""The letters about decisions and restrictions, one module each, and the `placeholders` that they are made of.

Letters about reviews and appeals say some of the same things, and take them from here. A letter points to the restrictions that
it tells of from when it is drafted (`Restriction.letters`), and tells of no others.
"""

from . import decided, ended, interim, managed, reader  # noqa: F401 (each registers its kind of letter)
from .changes import changes_text
from .decided import check_restrictions_stand
from .placeholders import (
    EASING_SECTION,
    REASON_SECTION,
    REQUIRED_PLACEHOLDERS,
    appeal_text,
    channel_placeholders,
    channels_closed_to,
    contact_text,
    duration_text,
    durations_text,
    eased_text,
    ended_text,
    join_paragraphs,
    opens_no_channel,
    paragraph_by_kind,
    plan_told_of,
    reopened_text,
    representative_route_text,
    review_text,
    still_applying_data,
    text_in_own_words,
    texts_by_kind,
)

__all__ = [
    "EASING_SECTION",
    "REASON_SECTION",
    "REQUIRED_PLACEHOLDERS",
    "appeal_text",
    "changes_text",
    "channel_placeholders",
    "channels_closed_to",
    "check_restrictions_stand",
    "contact_text",
    "duration_text",
    "durations_text",
    "eased_text",
    "ended_text",
    "join_paragraphs",
    "opens_no_channel",
    "paragraph_by_kind",
    "plan_told_of",
    "reopened_text",
    "representative_route_text",
    "review_text",
    "still_applying_data",
    "text_in_own_words",
    "texts_by_kind",
]

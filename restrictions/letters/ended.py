"""The letter that something no longer applies."""

from django.db.models import Q

from cha_engagement.core.unsettled import watch_transitions
from cha_engagement.letters.actions import link_letter
from cha_engagement.letters.interfaces import LetterKind
from cha_engagement.letters.models import Letter
from cha_engagement.letters.rendering.files import render_placeholders
from cha_engagement.letters.rendering.placeholders import PlaceholderTexts
from cha_engagement.letters.rules.issuing import check_placeholders, required_placeholder
from restrictions.enums import LetterCode, RestrictionEvent
from restrictions.letters.changes import changes_text
from restrictions.letters.placeholders import (
    channel_placeholders,
    ended_text,
    join_paragraphs,
    still_applying_data,
)
from restrictions.models import Restriction
from restrictions.queries import ended_on, is_end_unnotified
from restrictions.rules import may_write_end_letter

PLACEHOLDERS = dict([required_placeholder("what has ended", "what has ended, and when", "12")])


@watch_transitions(Restriction, RestrictionEvent.LIFT, RestrictionEvent.EXPIRE)
def is_end_waiting() -> Q:
    """Return the condition that no letter that was sent says so: a letter that was sent stays sent."""
    return is_end_unnotified(Letter.objects.filter_sent())


def placeholders(letter: Letter) -> PlaceholderTexts:
    restriction = letter.restrictions.get()
    return {
        **channel_placeholders(letter.customer, []),
        "what has ended": join_paragraphs(
            [
                ended_text(restriction, ended_on(restriction)),
                changes_text(letter.customer, [restriction], []),
            ]
        ),
        **render_placeholders(
            "restriction_ended", "what still applies", **still_applying_data(letter.customer)
        ),
    }


END_LETTER = LetterKind(
    code=LetterCode.RESTRICTION_ENDED,
    title="What no longer applies",
    may_write=may_write_end_letter,
    about=lambda letter: letter.restrictions.get(),
    context=lambda restriction: {"why": restriction.status_reason},
    link_records=link_letter,
    placeholders=placeholders,
    check_ready=lambda letter: check_placeholders(letter, PLACEHOLDERS),
)

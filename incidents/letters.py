"""Letters about an incident: what we expect of somebody, and the notice that we cannot accept what they sent."""

from cha_engagement.core.refusals import Refusal
from cha_engagement.customers.enums import Channel
from cha_engagement.letters.actions import link_letter
from cha_engagement.letters.interfaces import LetterKind
from cha_engagement.letters.models import Letter
from cha_engagement.letters.rendering.files import render_placeholders
from cha_engagement.letters.rendering.placeholders import PlaceholderTexts
from cha_engagement.letters.rules.issuing import (
    check_placeholders,
    check_sections,
    required_placeholder,
    required_section,
)

from .enums import ZERO_TOLERANCE, WarningLetter
from .models import Incident
from .rules import may_write_letter

CORRESPONDENCE_CHANNELS = (
    Channel.LETTER,
    Channel.EMAIL,
    Channel.ONLINE_FORM,
    Channel.MESSAGE,
    Channel.SOCIAL_MEDIA,
)
"""Channels on which things come in writing: their sender is told, and their content is not answered. Policy §29, 30."""

REQUIRED_PLACEHOLDERS = dict(
    [
        required_placeholder("what this is about", "what it is about, and of which day", "61.3"),
        required_placeholder(
            "what this letter changes", "that it changes nothing in how they can reach us", "61.3"
        ),
        required_placeholder("how to complain", "how to complain", "5"),
    ]
)
REQUIRED_SECTIONS = dict(
    [
        required_section("What happened", "what happened, in facts", "61.1"),
        required_section("What we ask of you", "what we ask of them", "61.3"),
    ]
)


def incident_of(letter: Letter) -> Incident:
    return letter.incidents.get()


def letter_kind_for(incident: Incident) -> WarningLetter:
    """Return the notice for what was written and is violent or abusive; else what we ask, which accuses of nothing.

    Policy §29, 31, 61.1.
    """
    is_abusive = incident.categories.filter(pk__in=ZERO_TOLERANCE).exists()
    if is_abusive and incident.channel in CORRESPONDENCE_CHANNELS:
        return WarningLetter.CORRESPONDENCE
    return WarningLetter.EXPECTATIONS


def letter_placeholders(letter: Letter) -> PlaceholderTexts:
    incident = incident_of(letter)
    return {
        **render_placeholders(
            "incident",
            "what this is about",
            "what this letter changes",
            channel=Channel(incident.channel),
            occurred_at=incident.occurred_at,
        )
    }


def check_letter_ready(letter: Letter) -> list[Refusal]:
    return [*check_placeholders(letter, REQUIRED_PLACEHOLDERS), *check_sections(letter, REQUIRED_SECTIONS)]


def letter_kind(kind: WarningLetter, *, from_team: bool = False, never_waits: bool = False) -> LetterKind:
    return LetterKind(
        code=kind.value,
        title=str(kind.label),
        may_write=may_write_letter,
        about=incident_of,
        link_records=link_letter,
        placeholders=letter_placeholders,
        check_ready=check_letter_ready,
        from_team=from_team,
        never_waits=never_waits,
    )


# Both begin without `context`: what staff wrote down for each other is not what its customer reads.
EXPECTATIONS_LETTER = letter_kind(WarningLetter.EXPECTATIONS)
CORRESPONDENCE_LETTER = letter_kind(WarningLetter.CORRESPONDENCE, from_team=True, never_waits=True)
"""It names nobody unless its writer chooses to sign, and waits for nobody. Policy §29; beyond the policy: B36."""

"""Ways of contact in words."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django import forms

from cha_engagement.customers.enums import CHANNEL_PHRASES, Channel
from cha_engagement.letters.rendering.standard_paragraphs import join_with_or

if TYPE_CHECKING:
    from restrictions.models import InterimMeasure, Restriction


def channels_in_words(codes: Iterable[str]) -> str:
    """Such as: by phone, by email or by letter."""
    return join_with_or(CHANNEL_PHRASES[Channel(code)] for code in codes)


def channel_labels(codes: Iterable[str]) -> str:
    return ", ".join(str(Channel(code).label) for code in codes)


def join_words(words: Iterable[str]) -> str:
    """Such as: Monday, Tuesday and Friday."""
    *first, last = [*words] or [""]
    return f"{', '.join(first)} and {last}" if first else last


def channels_closed_by(measures: Iterable["Restriction | InterimMeasure"]) -> set[Channel]:
    """The ways to us that these close together."""
    return set().union(*(one.closed_channels for one in measures))


def in_channel_order(codes: Iterable[str]) -> list[str]:
    """Each once, as the channels are listed everywhere."""
    chosen = set(codes)
    return [code for code in Channel.values if code in chosen]


def channels_field(
    channels: Iterable[Channel], *, label: str, help_text: str = ""
) -> forms.MultipleChoiceField:
    choices = [(channel.value, channel.label) for channel in channels]
    return forms.MultipleChoiceField(
        choices=choices, label=label, help_text=help_text, required=False, widget=forms.CheckboxSelectMultiple
    )

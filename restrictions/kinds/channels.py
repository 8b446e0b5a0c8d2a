"""Channels in words, in order and as a field."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django import forms

from cha_engagement.customers.contact_plan import unreachable_channels
from cha_engagement.customers.enums import CHANNEL_NOUNS, CHANNEL_PHRASES, Channel
from cha_engagement.letters.rendering.standard_paragraphs import join_with_or
from cha_engagement.organisation.models import Organisation

if TYPE_CHECKING:
    from restrictions.models import InterimMeasure, Restriction


def channels_in_words(codes: Iterable[str]) -> str:
    """Return channels such as: by phone, by email or by letter."""
    return join_with_or(CHANNEL_PHRASES[Channel(code)] for code in codes)


def channel_labels(codes: Iterable[str]) -> str:
    return ", ".join(str(Channel(code).label) for code in codes)


def closed_in_words(codes: Iterable[str]) -> str:
    """Return which channels are closed, such as "Phone and office closed"; an empty text where none is."""
    nouns = join_words(CHANNEL_NOUNS[Channel(code)] for code in ordered_channels(codes))
    return f"{nouns[0].upper()}{nouns[1:]} closed" if nouns else ""


def join_words(words: Iterable[str]) -> str:
    """Join words such as: Monday, Tuesday and Friday."""
    *first, last = [*words] or [""]
    return f"{', '.join(first)} and {last}" if first else last


def channels_closed_by(restrictions: Iterable["Restriction | InterimMeasure"]) -> set[Channel]:
    return set().union(*(restriction.closed_channels for restriction in restrictions))


def limited_channels(restriction: "Restriction | InterimMeasure") -> set[Channel]:
    """Return the channels that a restriction closes or limits."""
    return restriction.closed_channels | restriction.channel_limits.keys()


def ordered_channels(codes: Iterable[str]) -> list[str]:
    """Return each channel once, in the order in which they are listed everywhere."""
    wanted = set(codes)
    return [code for code in Channel.values if code in wanted]


class ChannelsField(forms.MultipleChoiceField):
    """A choice of channels, which says beside each by which nobody can reach us that it is so."""

    widget = forms.CheckboxSelectMultiple

    @property
    def choice_hints(self) -> dict[Channel, str]:
        unreachable = unreachable_channels(Organisation.current())
        return dict.fromkeys(unreachable, "Not offered: we keep no number or address for it.")


def channels_field(
    channels: Iterable[Channel], *, label: str, help_text: str = ""
) -> forms.MultipleChoiceField:
    choices = [(channel.value, channel.label) for channel in channels]
    return ChannelsField(choices=choices, label=label, help_text=help_text, required=False)

"""Describe how a customer can contact us, channel by channel. Beyond the policy: B29.

`restrictions.contact_plan` computes it; card, letters and pages read it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from cha_engagement.organisation.models import Organisation

from .enums import INBOUND_CHANNELS, Channel, ChannelState


@dataclass(frozen=True, slots=True)
class PlannedChannel:
    """One channel, with what closes it, limits it or leads it through somebody, the latter two each with words to the customer.

    These are restrictions and interim measures. It `is_unusable` where its customer cannot use it, open or not.
    """

    channel: Channel
    closed_by: tuple[Any, ...] = ()
    limited_by: tuple[tuple[Any, str], ...] = ()
    led_by: tuple[tuple[Any, str], ...] = ()
    is_unusable: bool = False

    @property
    def leads_nowhere(self) -> bool:
        """Return whether the association's details have no number or address for it: nobody can reach us by it, closed or not."""
        return self.channel in unreachable_channels(Organisation.current())

    @property
    def state(self) -> ChannelState:
        if self.closed_by:
            return ChannelState.CLOSED
        if self.led_by:
            return ChannelState.THROUGH
        return ChannelState.LIMITED if self.limited_by else ChannelState.OPEN

    @property
    def note(self) -> str:
        """Return its limits, all of which apply, and the person it leads to, in words to the customer."""
        limits, people = ([words for _, words in sources] for sources in (self.limited_by, self.led_by))
        return "; ".join([*filter(None, [", and ".join(limits)]), *people])

    @property
    def words(self) -> list[str]:
        return [words for _, words in [*self.limited_by, *self.led_by]]

    @property
    def unnotified_words(self) -> str:
        """Return that the customer was not told that it is closed or, where it is open, of all that limits it; an empty text where they were.

        Beyond the policy: B23.
        """
        if self.closed_by:
            return min((source.unnotified_words for source in self.closed_by), key=len)
        others = (source.unnotified_words for source, _ in (*self.limited_by, *self.led_by))
        return max(others, key=len, default="")

    @property
    def closing_titles(self) -> list[str]:
        """Return the titles of what closes it, each once."""
        return list(dict.fromkeys(source.title for source in self.closed_by))

    @property
    def closed_until(self) -> date | None:
        """Return the last day on which something closes it; None where it is open, or no end is set."""
        days = [source.ends_on for source in self.closed_by]
        return None if None in days else max(days, default=None)


@dataclass(frozen=True, slots=True)
class ContactPlan:
    """All channels of a customer on a day, and other `routes` to us in words to the customer.

    `sources` are the restrictions and interim measures that it comes from.
    """

    channels: Mapping[Channel, PlannedChannel]
    sources: tuple[Any, ...]
    routes: tuple[str, ...]

    def __iter__(self) -> Iterator[PlannedChannel]:
        return iter(self.channels.values())

    @property
    def shown_channels(self) -> list[PlannedChannel]:
        """Return the channels that a page shows: those by which we are reached, and whatever is closed."""
        named = self.named_channels or self.open_channels
        return [planned for planned in self if planned.channel in named or planned.closed_by]

    @property
    def named_channels(self) -> dict[Channel, str]:
        """Return the open channels that card, pages and letters name, each with the address or number it leads to.

        One without any in the association's details is named nowhere, though it was left open to them: nobody could use it.
        """
        addresses = channel_addresses(Organisation.current())
        return {channel: addresses[channel] for channel in self.open_channels if channel in addresses}

    @property
    def usable_channels(self) -> dict[Channel, str]:
        """Return the channels that letters name to their reader: those that lead somewhere, and that this customer can use."""
        return {
            channel: address
            for channel, address in self.named_channels.items()
            if not self.channels[channel].is_unusable
        }

    @property
    def unnamed_channels(self) -> set[Channel]:
        """Return the channels that no letter offers its reader: closed to them, of no use to them, or leading nowhere."""
        return self.closed_channels | {
            channel for channel in INBOUND_CHANNELS if channel not in self.usable_channels
        }

    @property
    def direct_channels(self) -> dict[Channel, str]:
        """Return the channels by which what is always open reaches us from the customer themselves, each with its address or number.

        Where all contact leads through somebody else, or none is left that they can use, it is one that they could use, whatever closes
        it. Policy §21.4; beyond the policy: B2.
        """
        if self.usable_channels:
            return self.usable_channels
        addresses = channel_addresses(Organisation.current())
        for channel in ALWAYS_OPEN_CHANNELS:
            if channel in addresses and not self.channels[channel].is_unusable:
                return {channel: addresses[channel]}
        return {}

    @property
    def closed_channels(self) -> set[Channel]:
        return {planned.channel for planned in self if planned.closed_by}

    def channels_closed_without(self, source: Any) -> set[Channel]:
        """Return the channels that something else than this closes."""
        return {planned.channel for planned in self if any(other != source for other in planned.closed_by)}

    @property
    def open_channels(self) -> list[Channel]:
        """Return the channels by which they can reach us of their own accord."""
        return [channel for channel in INBOUND_CHANNELS if not self.channels[channel].closed_by]

    def channels_counted_with(self, channel: Channel, source: Any) -> list[Channel]:
        """Return the other channels by which contact is counted together with contact by this one, where something limits how much."""
        if not source.counts_contact:
            return []
        limited = (planned for planned in self if source in [limiting for limiting, _ in planned.limited_by])
        return [
            planned.channel
            for planned in limited
            if planned.channel in self.usable_channels and planned.channel != channel
        ]


ALWAYS_OPEN_CHANNELS = (
    Channel.LETTER,
    Channel.OFFICE,
    Channel.PHONE,
    Channel.EMAIL,
    Channel.ONLINE_FORM,
    Channel.MESSAGE,
)
"""In this order one is kept for what is always open, where nothing else is."""


def unreachable_channels(organisation: Organisation) -> set[Channel]:
    """Return the channels that the association's details have no number or address for; none while they have not one at all."""
    addresses = channel_addresses(organisation)
    return set(INBOUND_CHANNELS).difference(addresses) if addresses else set()


def channel_addresses(organisation: Organisation) -> dict[Channel, str]:
    """Return the number or address of each channel, as a letter names it, where the association's details have one."""
    address = ", ".join(organisation.address.splitlines())
    addresses = {
        Channel.PHONE: organisation.phone,
        Channel.OFFICE: organisation.office_hours or address,
        Channel.LETTER: address,
        Channel.EMAIL: organisation.email,
        Channel.ONLINE_FORM: organisation.website.removeprefix("https://").rstrip("/"),
        Channel.MESSAGE: organisation.text_number,
    }
    return {channel: text for channel, text in addresses.items() if text}

"""Describe how a customer can contact us, channel by channel. Beyond the policy: B29.

`restrictions.contact_plan` computes it; card, letters and pages read it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from cha_engagement.organisation.models import Organisation

from .enums import ALWAYS_OPEN_NOUNS, INBOUND_CHANNELS, Channel, ChannelState


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
    def state(self) -> ChannelState:
        if self.closed_by:
            return ChannelState.CLOSED
        if self.led_by:
            return ChannelState.THROUGH
        return ChannelState.LIMITED if self.limited_by else ChannelState.OPEN

    @property
    def note(self) -> str:
        """Return its limits and the person it leads to, in words to the customer."""
        return "; ".join(self.words)

    @property
    def words(self) -> list[str]:
        return [words for _, words in [*self.limited_by, *self.led_by]]

    @property
    def since(self) -> date | None:
        """Return the first day on which something closes it."""
        return min((source.starts_on for source in self.closed_by), default=None)

    @property
    def until(self) -> date | None:
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

        A channel without one in the association's details is named only where it was left open to them.
        """
        addresses = channel_addresses(Organisation.current())
        left_open = {
            channel for source in self.sources for channel in getattr(source, "terms", {}).get("open", [])
        }
        return {
            channel: addresses.get(channel, "")
            for channel in self.open_channels
            if channel in addresses or channel in left_open
        }

    @property
    def closed_channels(self) -> set[Channel]:
        return {planned.channel for planned in self if planned.closed_by}

    @property
    def open_channels(self) -> list[Channel]:
        """Return the channels by which they can reach us of their own accord."""
        return [channel for channel in INBOUND_CHANNELS if not self.channels[channel].closed_by]

    @property
    def notes(self) -> dict[Channel, str]:
        return {planned.channel: planned.note for planned in self if planned.note}


@dataclass(frozen=True, slots=True)
class PlanChanges:
    """A customer's plan before a step and after it.

    Each channel that a page shows stands in one list, as it is afterwards.
    """

    before: ContactPlan
    after: ContactPlan

    @property
    def less(self) -> list[PlannedChannel]:
        """Return the channels that are more limited afterwards, or otherwise than before."""
        return [after for before, after in self.shown_pairs if not is_at_most_as_limited(after, before)]

    @property
    def more(self) -> list[PlannedChannel]:
        """Return the channels that are less limited afterwards."""
        return [
            after
            for before, after in self.shown_pairs
            if is_at_most_as_limited(after, before) and not is_at_most_as_limited(before, after)
        ]

    @property
    def same(self) -> list[PlannedChannel]:
        return [
            after
            for before, after in self.shown_pairs
            if is_at_most_as_limited(after, before) and is_at_most_as_limited(before, after)
        ]

    @property
    def shown_pairs(self) -> list[tuple[PlannedChannel, PlannedChannel]]:
        shown = {planned.channel for plan in (self.before, self.after) for planned in plan.shown_channels}
        return [
            (before, self.after.channels[before.channel]) for before in self.before if before.channel in shown
        ]

    @property
    def new_measures(self) -> list[Any]:
        """Return what is new and is shown by no channel."""
        return sources_apart_from_channels(self.after, self.before)

    @property
    def ended_measures(self) -> list[Any]:
        return sources_apart_from_channels(self.before, self.after)


def is_at_most_as_limited(one: PlannedChannel, other: PlannedChannel) -> bool:
    """Return whether a channel is closed for no longer, limited no further and led through nobody else than in another plan."""
    if not one.closed_by:
        return bool(other.closed_by) or {*one.words} <= {*other.words}
    return bool(other.closed_by) and (one.until or date.max) <= (other.until or date.max)


def sources_apart_from_channels(plan: ContactPlan, other: ContactPlan) -> list[Any]:
    """Return what one plan comes from, another does not, and no channel shows: what changes no contact, or leads to somebody else."""
    return [
        source
        for source in plan.sources
        if source not in other.sources and (source.additional_route or not source.changes_contact)
    ]


def always_open_in_words() -> str:
    """Return what stays open to everybody, as a sentence begins with it. Beyond the policy: B2."""
    *first, last = ALWAYS_OPEN_NOUNS.values()
    text = f"{', '.join(first)} and {last}"
    return text[0].upper() + text[1:]


def channel_addresses(organisation: Organisation) -> dict[Channel, str]:
    """Return the number or address of each channel, as a letter names it, where the association's details have one."""
    address = ", ".join(organisation.address.splitlines())
    addresses = {
        Channel.PHONE: organisation.phone,
        Channel.OFFICE: organisation.office_hours or address,
        Channel.LETTER: address,
        Channel.EMAIL: organisation.email,
        Channel.ONLINE_FORM: organisation.website.removeprefix("https://").rstrip("/"),
    }
    return {channel: text for channel, text in addresses.items() if text}

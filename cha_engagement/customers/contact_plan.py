"""What applies to a customer's contact with us, channel by channel. Beyond the policy: B29.

`restrictions.contact_plan` computes it; card, letters and pages read it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from cha_engagement.organisation.models import Organisation

from .enums import WAYS_IN, Channel


@dataclass(frozen=True, slots=True)
class PlannedChannel:
    """One channel: the measures that close it, and those that limit it or lead it through somebody, each with words to the customer."""

    channel: Channel
    closed_by: tuple[Any, ...] = ()
    limited_by: tuple[tuple[Any, str], ...] = ()
    led_by: tuple[tuple[Any, str], ...] = ()

    @property
    def status(self) -> str:
        """`closed`, `limited`, `through` somebody, or `open`."""
        if self.closed_by:
            return "closed"
        return "limited" if self.limited_by else "through" if self.led_by else "open"

    @property
    def note(self) -> str:
        """Return what limits it and whom it leads to, in words to the customer."""
        return "; ".join(words for _, words in [*self.limited_by, *self.led_by])

    @property
    def since(self) -> date | None:
        """Return the first day on which something closes it."""
        return min((one.starts_on for one in self.closed_by), default=None)

    @property
    def until(self) -> date | None:
        """Return the last day on which something closes it; None where it is open, or no end is set."""
        days = [one.ends_on for one in self.closed_by]
        return None if None in days else max(days, default=None)


@dataclass(frozen=True, slots=True)
class ContactPlan:
    """All channels of a customer on a day, what `measures` make it so, and other `routes` to us in words to the customer."""

    channels: Mapping[Channel, PlannedChannel]
    measures: tuple[Any, ...]
    routes: tuple[str, ...]

    def __iter__(self) -> Iterator[PlannedChannel]:
        return iter(self.channels.values())

    @property
    def shown(self) -> list[PlannedChannel]:
        """Return the channels that a page shows: those by which we are reached, and whatever is closed."""
        named = self.named or self.open
        return [one for one in self if one.channel in named or one.closed_by]

    @property
    def named(self) -> dict[Channel, str]:
        """Return the open channels that card, pages and letters name, with where each leads.

        What the association's details say nothing of is named only where it was left open to them.
        """
        where = reach(Organisation.current())
        left = {way for one in self.measures for way in getattr(one, "terms", {}).get("open", [])}
        return {way: where.get(way, "") for way in self.open if way in where or way in left}

    @property
    def closed(self) -> set[Channel]:
        return {one.channel for one in self if one.closed_by}

    @property
    def open(self) -> list[Channel]:
        """Return the channels by which they can reach us of their own accord."""
        return [way for way in WAYS_IN if not self.channels[way].closed_by]

    @property
    def notes(self) -> dict[Channel, str]:
        return {one.channel: one.note for one in self if one.note}


def reach(organisation: Organisation) -> dict[Channel, str]:
    """Where each way to us leads, as a letter names it; without those that the association's details say nothing of."""
    address = ", ".join(organisation.address.splitlines())
    where = {
        Channel.PHONE: organisation.phone,
        Channel.OFFICE: organisation.office_hours or address,
        Channel.LETTER: address,
        Channel.EMAIL: organisation.email,
        Channel.ONLINE_FORM: organisation.website.removeprefix("https://").rstrip("/"),
    }
    return {way: text for way, text in where.items() if text}

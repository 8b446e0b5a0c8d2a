from datetime import date

from cha_engagement.core import hub
from cha_engagement.customers.enums import Channel
from cha_engagement.letters.models import Letter


def closed_channels(letter: Letter) -> set[Channel]:
    """Return the channels that are closed to its reader, or will be by what it tells of."""
    return set().union(*(closed(letter) for closed in hub.closed_channels))


def channels_closed_by_decision(letter: Letter) -> dict[Channel, date | None] | None:
    """Return the channels that records of ours close to a letter's reader, each until the last of them ends; None where nothing is decided."""
    found = [
        channels for source in hub.channels_closed_by_decision if (channels := source(letter)) is not None
    ]
    if not found:
        return None
    closed: dict[Channel, date | None] = {}
    for channel, last in (one for channels in found for one in channels.items()):
        known = closed.get(channel, last)
        closed[channel] = max(known, last) if known and last else None
    return closed

from datetime import date

from cha_engagement.core import hub
from cha_engagement.customers.enums import Channel
from cha_engagement.letters.models import Letter


def closed_channels(letter: Letter) -> set[Channel]:
    """Return the channels that are closed to a letter's reader, or will be by what it tells of."""
    return set().union(*(closed(letter) for closed in hub.closed_channels))


def channels_closed_by_decision(letter: Letter) -> dict[Channel, date | None] | None:
    """Return the channels that decisions close to a letter's reader, each until the last of them ends; None where nothing is decided."""
    decided = [
        channels for source in hub.channels_closed_by_decision if (channels := source(letter)) is not None
    ]
    if not decided:
        return None
    closed: dict[Channel, date | None] = {}
    for channel, last_day in (item for channels in decided for item in channels.items()):
        latest = closed.get(channel, last_day)
        closed[channel] = max(latest, last_day) if latest and last_day else None
    return closed

from datetime import date, datetime

from cha_engagement.core.interfaces import desks
from cha_engagement.customers.contact_plan import ContactPlan
from cha_engagement.customers.enums import Channel
from cha_engagement.letters.interfaces import LetterReader
from cha_engagement.letters.models import Letter
from cha_engagement.organisation.calendar import today


def contact_plan(letter: Letter) -> ContactPlan | None:
    """Return how a letter's reader can reach us, with what it tells of; None where no app knows."""
    plans = (desk.contact_plan(letter) for desk in desks(LetterReader))
    return next((plan for plan in plans if plan is not None), None)


def closed_channels(letter: Letter, day: date | None = None) -> set[Channel]:
    """Return the channels that are closed to a letter's reader, on a day or today, what it tells of included."""
    day = day or today()
    return set().union(*(desk.closed_channels(letter, day) for desk in desks(LetterReader)))


def channels_closed_by_decision(letter: Letter) -> dict[Channel, date | None] | None:
    """Return the channels that decisions close to a letter's reader, each until the last of them ends; None where nothing is decided."""
    decided = [
        channels
        for desk in desks(LetterReader)
        if (channels := desk.channels_closed_by_decision(letter)) is not None
    ]
    if not decided:
        return None
    closed: dict[Channel, date | None] = {}
    for channel, last_day in (item for channels in decided for item in channels.items()):
        latest = closed.get(channel, last_day)
        closed[channel] = max(latest, last_day) if latest and last_day else None
    return closed


def visit_precautions(letter: Letter) -> list[str]:
    """Return what staff are told to mind when they visit a letter's reader, in the words of their card."""
    return list(
        dict.fromkeys(
            words for desk in desks(LetterReader) for words in desk.visit_precautions(letter.customer)
        )
    )


def applies_unknown_since(letter: Letter) -> datetime | None:
    """Return since when something that a letter tells of applies at once for safety, though its reader was not told. Beyond the policy: B23."""
    moments = (desk.applies_unknown_since(letter) for desk in desks(LetterReader))
    return min(filter(None, moments), default=None)

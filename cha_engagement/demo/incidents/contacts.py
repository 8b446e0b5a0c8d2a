"""The contacts of somebody who is in touch more and more, is asked to be so less, and mostly does."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from django.utils import timezone

from cha_engagement.customers.enums import AlwaysOpen, Channel
from cha_engagement.demo.customers import customer
from cha_engagement.demo.demonstration import Demonstration
from cha_engagement.demo.staff import person
from incidents.contacts import actions
from incidents.enums import YesNo

CUSTOMER = "Stuart Pollock"
SUBJECTS = ("The bedroom window", "When the window is done", "Whether his call was noted", "The window again")
STAFF = ("officer2", "officer", "ccsm", "manager2")
ANSWERED, WAITING = 3, 1
"""The days of the script with a call above the five that he may make."""


def daily_counts() -> Iterator[tuple[int, int]]:
    """Yield days of the script with their number of contacts: seldom, more and more, then within what was agreed."""
    yield from ((ago, 1) for ago in range(84, 44, -5))
    yield from ((ago, 1) for ago in range(44, 34, -2))
    yield from ((ago, 2 + ago % 3) for ago in range(34, 24, -1))
    yield 24, 9
    yield from ((ago, 2) for ago in range(20, ANSWERED, -3))
    yield from ((ANSWERED, 6), (WAITING, 6), (0, 4))


def plan_contacts(demonstration: Demonstration) -> None:
    for ago, count in daily_counts():
        for number in range(count):
            at = f"{9 + number * 50 // 60:02}:{number * 50 % 60:02}"
            minutes = 12 if ago == 0 else 8 if ago < 24 else demonstration.random.randrange(6, 25)
            by = "officer" if ago == WAITING else STAFF[(ago + number) % len(STAFF)]
            channel = Channel.EMAIL if ago > 24 and number % 3 == 2 else Channel.PHONE
            name = f"stuart-call-{ago}-{number}"
            demonstration.plan(ago, at, partial(log_call, demonstration, name, by, channel, minutes, number))
    leak = {"minutes": 4, "subject": "Water through the kitchen ceiling", "about": AlwaysOpen.EMERGENCY}
    spoken = {
        "minutes": 15,
        "subject": "His sister asks when the joiner comes",
        "about": AlwaysOpen.SPOKEN_FOR,
    }
    demonstration.plan(6, "15:10", partial(log_uncounted_contact, demonstration, leak))
    demonstration.plan(2, "11:20", partial(log_uncounted_contact, demonstration, spoken))


def log_call(
    demonstration: Demonstration, name: str, by: str, channel: str, minutes: int, number: int
) -> None:
    demonstration.records[name] = actions.log_contact(
        customer=customer(CUSTOMER),
        by=person(by),
        submission=demonstration.submission(),
        occurred_at=timezone.now(),
        channel=channel,
        minutes=minutes,
        subject=SUBJECTS[number % len(SUBJECTS)],
        same_issue=YesNo.YES,
    )


def log_uncounted_contact(demonstration: Demonstration, facts: dict[str, Any]) -> None:
    """Log a contact that never counts: it stands beside the rest."""
    actions.log_contact(
        customer=customer(CUSTOMER),
        by=person("officer"),
        submission=demonstration.submission(),
        occurred_at=timezone.now(),
        channel=Channel.PHONE,
        same_issue=YesNo.NO,
        **facts,
    )

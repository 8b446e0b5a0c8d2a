"""Notes of the demonstration: facts for colleagues, some of which name who should read them."""

from functools import partial

from cha_engagement.demo.customers import customer
from cha_engagement.demo.demonstration import Demonstration
from cha_engagement.demo.staff import person
from incidents.notes import actions

NOTES: tuple[tuple[int, str, str, str, tuple[str, ...], str], ...] = (
    (
        19,
        "11:40",
        "manager",
        "Órla Ní Bhriain",
        ("officer",),
        "She told me that her hearing aid is with the repair shop until the end of the month. She answers texts within the hour.",
    ),
    (
        7,
        "14:20",
        "officer",
        "Farida Haidari",
        ("manager",),
        "Her sister moved in on Monday, and may pick up the phone. Farida says that we can speak with her about repairs.",
    ),
    (
        3,
        "09:55",
        "manager2",
        "Elspeth Begg",
        ("officer2", "manager"),
        "She asked that the joiner comes on Thursday morning, when her neighbour is with her. It is booked for 10am.",
    ),
    (
        1,
        "16:05",
        "officer2",
        "Stuart Pollock",
        ("manager",),
        "The new bedroom window is in. He rang to say that it shuts, and that he is content with it.",
    ),
)
"""The day of the script, the time, who writes it, about whom, who is told, and what it says."""


def plan_notes(demonstration: Demonstration) -> None:
    for ago, at, by, about, notified, text in NOTES:
        demonstration.plan(ago, at, partial(write_note, demonstration, by, about, notified, text))


def write_note(
    demonstration: Demonstration, by: str, about: str, notified: tuple[str, ...], text: str
) -> None:
    actions.write_note(
        by=person(by),
        submission=demonstration.submission(),
        customer=customer(about),
        text=text,
        notified=[person(username) for username in notified],
    )

"""The ordinary days: incidents that come to nothing more than a talk, a letter or a calmer time."""

from collections.abc import Iterator
from itertools import cycle

from cha_engagement.demo.customers import OTHERS, TENANTS
from cha_engagement.demo.demonstration import Demonstration
from incidents.enums import LIVE_CHANNELS, ZERO_TOLERANCE

from .script import ScriptedIncident

QUIET = {"Órla Ní Bhriain", "Duncan McAllister", "Peter Lennox", "Senga Docherty"}
"""Customers whose page tells one story, or who are not here any more."""

MATTERS = (
    "a boiler that keeps losing pressure", "damp in the back bedroom", "a missed appointment for the front door",
    "the close door that does not lock", "a blocked kitchen drain", "the lift at Beacon Terrace", "noise from the flat above",
    "the state of the bin store", "a charge for lost keys", "the kitchen replacement list", "a window that will not shut",
    "a parking space on Kelp Street", "the rent increase", "a leak from the flat upstairs", "the grass on Heron Way",
    "a transfer that was turned down", "the smoke alarm fitted last month", "storm damage to the fence", "a broken stair light",
    "the new entry system", "heating arrears", "the gas safety visit", "a neighbour's dog",
)  # fmt: skip

TEXTS: tuple[tuple[str, tuple[str, ...], str], ...] = (
    ("phone", ("abuse",), "Called about {}. Swore at the officer from the first sentence and would not be drawn back to it."),
    ("phone", ("abuse",), "Rang three times about {}. Called the officer stupid and useless, and shouted over every answer."),
    ("phone", ("abuse",), "Asked for news of {}; told that there was none yet, called the officer a liar and worse until the call was ended."),
    ("phone", ("abuse",), "A long call about {}. It began well and ended in insults about where the officer comes from."),
    ("phone", ("other_threat",), "Said that if {} was not seen to this week somebody here would lose their job over it, and named the officer."),
    ("phone", ("level_of_contact",), "The fourteenth call this week about {}. Nothing new in any of them; polite throughout."),
    ("phone", ("level_of_contact",), "Held the line for ninety minutes about {} and would not end it. The queue reached thirty."),
    ("phone", ("unreasonable_demands",), "Wants the director to ring within the hour about {}, and will speak to nobody else."),
    ("phone", ("public_recording",), "Said halfway through a call about {} that it was going out live. The call was ended."),
    ("phone", ("other",), "Cried and shouted by turns about {}. No insult was meant, but the officer could not go on and passed the call over."),
    ("office", ("abuse",), "Came to the desk about {}, raised their voice at two colleagues and swore at a third."),
    ("office", ("abuse",), "Would not leave the desk until {} was put right. Insulted the officer in front of a full waiting room."),
    ("office", ("other_threat",), "Said across the counter that they knew which car was the officer's. It had begun with {}."),
    ("office", ("public_recording",), "Filmed the front desk for a live channel while asking about {}. Stopped when asked the second time."),
    ("office", ("refusal",), "Wants {} dealt with, and will not say on which day somebody can come in."),
    ("home_visit", ("abuse",), "At the visit about {}, blamed the engineer for the whole association and called him names on the stairs."),
    ("home_visit", ("physical_threat",), "At the visit about {}, stood in the doorway and said that nobody would leave until it was done. Let them pass after some minutes."),
    ("home_visit", ("refusal",), "Third visit about {}: at home, and did not open."),
    ("email", ("level_of_contact",), "Twenty-two emails in a week about {}, each copied to nine colleagues."),
    ("email", ("abuse",), "Two pages about {} that are mostly about the officer's looks and upbringing."),
    ("email", ("unreasonable_demands",), "Asks for every letter since 2009 that mentions {}, printed, by Friday."),
    ("email", ("harassment",), "Writes about {} to one colleague only, every night, after being asked to use the shared mailbox."),
    ("email", ("refusal",), "Says that we have done nothing about {}, and does not answer what we need to know to start."),
    ("letter", ("abuse",), "A letter about {} that uses a slur for the officer who had signed ours."),
    ("letter", ("level_of_contact",), "A registered letter each morning for eight days about {}."),
    ("letter", ("complaints_process",), "A further complaint about {}, which was answered at both stages in the spring."),
    ("online_form", ("level_of_contact",), "Used the contact form seventeen times in a day about {}."),
    ("online_form", ("unreasonable_demands",), "Wants a full refund of a year's rent because of {}, or will post about us daily."),
    ("message", ("abuse",), "Text messages through the evening about {}, ever ruder, to the duty phone."),
    ("message", ("harassment",), "Sends messages about {} to an officer's own number, found on an old leaflet."),
    ("social_media", ("abuse",), "A post about {} that names two colleagues and calls them crooks."),
    ("social_media", ("harassment",), "Put up a photograph of an officer's car beside a post about {}."),
    ("social_media", ("other",), "A thread about {} that grew heated. Most of it is fair criticism; one reply named a colleague."),
    ("event", ("abuse",), "At the tenants' evening, shouted down the speaker over {} and swore at the officer who offered to talk outside."),
    ("training", ("other",), "Left the tenants' training loudly over {}; came back at lunch and said sorry."),
    ("elsewhere", ("outside_influence",), "Stopped an officer at the supermarket and pressed her about {}, at some length."),
    ("elsewhere", ("abuse",), "Shouted after an officer on Pier Road about {}. Two people asked whether she was all right."),
)  # fmt: skip

OUTCOMES: tuple[tuple[str, str], ...] = (
    ("no_action", "The wait was ours. An apology and a date for the work have done it."),
    ("no_action", "It was over within minutes, and both would rather let it rest."),
    ("no_action", "Nothing like it before. It is noted, and that is enough."),
    ("no_action", "Once we understood the reason there was nothing to manage."),
    ("restorative", "A call from somebody who had not been part of it is likely to help."),
    ("restorative", "It can still be put right by talking. The officer is willing."),
    ("restorative", "They have had a hard month. Offer one person to speak to for now."),
    (
        "warning_letter",
        "The second time this season. A letter says kindly what we expect, and what they can expect of us.",
    ),
    ("warning_letter", "The words went too far. They are told so, and that the repair goes on all the same."),
    ("other", "Passed to the service manager: our own letter was at fault, and it will be rewritten."),
)
WARNED = ("warned", "They were told at once that it cannot be so, and have kept to it since.")
FIRST, LAST = 375, 10
"""The first and the last ordinary day, in working days ago."""

CATEGORY_ANSWERS: dict[str, dict[str, object]] = {
    "unreasonable_demands": {
        "demand": "More than anybody else could be given, and sooner.",
        "effect_on_service": "It would have taken a colleague off other people's repairs for most of a week.",
    },
    "refusal": {
        "request_made": "A day on which somebody can come in, or a photograph.",
        "no_difficulty": True,
    },
    "other": {"other_category": "Upset that spilled over"},
    "public_recording": {"told_of_public_recording": True},
}


def responses(channel: str, categories: tuple[str, ...]) -> list[tuple[str, str]]:
    """Return the outcomes that fit an incident, each with a reason: zero tolerance always meets a response. Policy §24.

    Somebody can only be spoken to, or warned on the spot, by a live channel.
    """
    if not {*categories} & {*ZERO_TOLERANCE}:
        return [*OUTCOMES]
    fitting = ("restorative", "warning_letter") if channel in LIVE_CHANNELS else ("warning_letter",)
    warned = [WARNED] if channel in LIVE_CHANNELS else []
    return [(outcome, reasons) for outcome, reasons in OUTCOMES if outcome in fitting] + warned


def background_incidents(demonstration: Demonstration, count: int) -> Iterator[ScriptedIncident]:
    """Yield so many incidents, spread over the months and over those who deal with us as people."""
    chance = demonstration.random
    people = [name for name in TENANTS if name not in QUIET]
    people += [name for name, _, fields in OTHERS if "is_organisation" not in fields and name not in QUIET]
    texts, matters = cycle(chance.sample(TEXTS, len(TEXTS))), cycle(chance.sample(MATTERS, len(MATTERS)))
    for number in range(count):
        channel, categories, facts = next(texts)
        outcome, reasons = chance.choice(responses(channel, categories))
        yield ScriptedIncident(
            name=f"day-{number}",
            customer=chance.choice(people),
            ago=chance.randrange(LAST, FIRST),
            by=chance.choice(("officer", "officer", "officer2", "officer2", "ccsm")),
            channel=channel,
            categories=categories,
            facts=facts.format(next(matters)),
            outcome=outcome,
            reasons=reasons,
            at=f"{chance.randrange(9, 16):02}:{chance.randrange(60):02}",
            more=CATEGORY_ANSWERS.get(categories[0], {}),
        )

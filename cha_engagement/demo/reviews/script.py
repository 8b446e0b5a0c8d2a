"""Appeals of the customers of `cha_engagement.demo.restrictions`, and findings of reviews."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from reviews.enums import AppealOutcome, PassedTo, ReviewOutcome


@dataclass(frozen=True)
class AppealScript:
    """An appeal. Days that are 0 have not come.

    `verdicts` are by the script's names for the restrictions. Those of them that are `suspended` are so from the day that it
    `suspends`, after it is acknowledged. `added_to` is the script's name for the appeal that it adds to.
    """

    name: str
    customer: str
    ago: int
    by: str
    channel: str
    restrictions: tuple[str, ...]
    grounds: str
    lodged_by: str = ""
    passed_to: str = ""
    added_to: str = ""
    acknowledged: int = 0
    suspends: int = 0
    decided: int = 0
    withdrawn: int = 0
    suspended: tuple[str, ...] = ()
    verdicts: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


@dataclass(frozen=True)
class ReviewScript:
    """A review that was held. `following` is the day of the next; `terms` are those of a varied restriction, `request` how they asked for it."""

    restriction: str
    ago: int
    by: str
    outcome: str
    findings: str
    reasons: str
    following: int = 0
    terms: Mapping[str, Any] = field(default_factory=dict)
    request: str = ""


APPEALS = (
    AppealScript(
        "orla-appeal", "Órla Ní Bhriain", 220, "officer", "phone", ("orla-channel", "orla-contact"),
        "I shouted because nobody listens and I cannot hear half of what is said to me. I never meant to frighten the girl. "
        "And how am I to reach this one person when the fan floods and she is at lunch? I do better with a text.",
        acknowledged=218, decided=203,
        verdicts={
            "orla-channel": {
                "outcome": AppealOutcome.NOT_UPHELD,
                "reasons": "We heard the calls. They frightened somebody who was trying to help you, and you reach us well in writing. We have asked that everybody use the hearing loop at the desk.",
            },
            "orla-contact": {
                "outcome": AppealOutcome.PARTLY_UPHELD,
                "reasons": "One person is right, but you should be able to text her and to come in. Both are open to you from today.",
                "changes": {"open": ["office", "letter", "email", "message"]},
            },
        },
    ),
    AppealScript(
        "niamh-appeal", "Niamh Gallagher", 135, "officer2", "email", ("niamh-contact",),
        "I was never asked to stop. The note went to my old address. I would have stopped.",
        acknowledged=133, decided=122,
        verdicts={
            "niamh-contact": {
                "outcome": AppealOutcome.UPHELD,
                "reasons": "Our request did go to an old address. You had no chance to stop, and you have stopped since. We are sorry.",
            }
        },
    ),
    AppealScript(
        "precious-appeal", "Precious Moyo", 105, "officer", "office", ("precious-channel",),
        "I want to be able to email like everybody else.", withdrawn=100, acknowledged=103,
        suspends=102, suspended=("precious-channel",),
    ),
    AppealScript(
        "fiona-appeal", "Fiona Cairns", 96, "officer", "letter", ("fiona-contact",),
        "I do not want the man from repairs. I want to choose who deals with me.",
        acknowledged=94, decided=80,
        verdicts={
            "fiona-contact": {
                "outcome": AppealOutcome.NOT_UPHELD,
                "reasons": "We understand the wish to choose. Yet eleven people in a month helped nobody, and since then two of your three repairs are done.",
            }
        },
    ),
    AppealScript(
        "gunther-appeal", "Günther Adler", 18, "officer2", "letter", ("gunther-contact",),
        "Nobody told me that I had to ask the same man twice. I asked because the answer was always another.",
        lodged_by="His daughter, Anke Adler", acknowledged=16, suspends=11, suspended=("gunther-contact",),
    ),
    AppealScript(
        "kwame-appeal", "Kwame Boateng", 15, "officer2", "email", ("kwame-channel",),
        "My children breathe that damp. I ring because letters are not answered. Give me the phone back and I will keep it civil.",
        acknowledged=13,
    ),
    AppealScript(
        "gunther-adds", "Günther Adler", 6, "officer", "office", (),
        "My daughter has found the two letters. They give two different dates for the same repair.",
        passed_to=PassedTo.APPEAL, added_to="gunther-appeal",
    ),
    AppealScript(
        "chloe-appeal", "Chloe Smith-Jones", 1, "officer", "online_form", ("chloe-channel",),
        "It was a figure of speech and I said sorry to the engineer at the door. I need the phone for my mother's care.",
    ),
    AppealScript(
        "niamh-again", "Niamh Gallagher", 1, "officer2", "email", (),
        "You were wrong about me and you said so. Now I want to know who put my old address on that note.",
        passed_to=PassedTo.COMPLAINTS,
    ),
)  # fmt: skip

REVIEWS = (
    ReviewScript(
        "orla-channel", 165, "manager", ReviewOutcome.CONTINUE,
        "Calm and clear texts and emails since the appeal. Two calls in the first month, neither rude. The officer is not ready for calls yet.",
        "It has gone well. We would like three more months of it, and a meeting before the phone opens again.", following=100,
    ),
    ReviewScript(
        "orla-contact", 165, "ccsm", ReviewOutcome.LIFT,
        "She wrote to one person throughout, and the fan is mended. No other colleague was drawn in.",
        "The reason for one contact has gone. Thank you for keeping to it.",
    ),
    ReviewScript(
        "amina-channel", 100, "manager2", ReviewOutcome.LIFT,
        "Twelve calls, all friendly. The transfer went through in spring.", "What led to it is over. You are welcome at the desk again.",

    ),
    ReviewScript(
        "orla-channel", 100, "manager", ReviewOutcome.LIFT,
        "Nothing but courteous letters for six months. She and the officer have agreed to meet.",
        "You have shown for six months that we can talk. The phone is open to you again.",
    ),
    ReviewScript(
        "callum-channel", 57, "manager2", ReviewOutcome.VARY,
        "He has rung each week, and the plumber has been twice without trouble. The front desk is still uneasy.",
        "Home visits can go on as for everybody. The desk is looked at again in three months.",
        following=-4, terms={"closed": ["office"], "open": ["phone", "message"]},
    ),
    ReviewScript(
        "precious-channel", 50, "ccsm", ReviewOutcome.CONTINUE,
        "One email in three months, rude to the same colleague. The phone calls were fine.",
        "It is still too early for the colleague. Everything else stays as it is.", following=-6,
    ),
    ReviewScript(
        "fiona-contact", 41, "manager", ReviewOutcome.VARY,
        "Two repairs done, one to come. She has asked for others twice, and missed three calls at work.",
        "One contact works for your repairs. It goes on until the last is done, at the office where it was by phone.",
        following=-30, terms={"open": ["office", "letter", "email"]},
        request="On the phone to her named contact: to come to the desk after work in place of calls, which she cannot take there.",
    ),
)  # fmt: skip

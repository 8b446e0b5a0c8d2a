"""Decisions about the customers whose stories begin in `cha_engagement.demo.incidents`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cha_engagement.customers.enums import ConfirmedWith
from restrictions.enums import Basis, YesNoUnknown


@dataclass(frozen=True)
class PlannedRestriction:
    """A restriction. `review` and `ends`, and numbers among its terms, are days of the script.

    The review is three months on where none is given. It begins once they are told, or `at_once` for a reason of safety. `instruction` is
    what staff do, where the usual words are not enough.
    """

    name: str
    kind: str
    terms: Mapping[str, Any]
    reason: str
    by: str = ""
    review: int | None = None
    ends: int | None = None
    people: Mapping[str, str] = field(default_factory=dict)
    instruction: str = ""
    at_once: str = ""


@dataclass(frozen=True)
class PlannedDecision:
    """A decision with its restrictions. Its letter is `draft`, `issued` or `sent` the next day, or none is written; `came_back` is one that was.

    `letter_says` holds the words that only its writer can say, by heading.
    """

    name: str
    customer: str
    ago: int
    by: str
    incidents: tuple[str, ...]
    steps: tuple[str, ...]
    restrictions: tuple[PlannedRestriction, ...]
    answers: Mapping[str, str]
    letter: str = "sent"
    letter_says: Mapping[str, str] = field(default_factory=dict)

    @property
    def letter_name(self) -> str:
        return f"{self.name}-letter"


@dataclass(frozen=True)
class PlannedProposal:
    """A proposal, `declined` for a reason or withdrawn on the day it is `settled`; it waits where that is 0."""

    customer: str
    ago: int
    by: str
    incidents: tuple[str, ...]
    restriction: PlannedRestriction
    settled: int = 0
    declined: str = ""


@dataclass(frozen=True)
class PlannedInterim:
    """An interim measure set at once; it lapses by itself. Its letter, where it `letter_says` something, is sent the next day; else one follows."""

    customer: str
    ago: int
    by: str
    incidents: tuple[str, ...]
    staff_instruction: str
    closed: str
    reason: str
    how_notified: str
    letter_says: Mapping[str, str] = field(default_factory=dict)
    needs_confirmed_with: str = ConfirmedWith.NOBODY


def channel_restriction(
    name: str, closed: str, still_open: str, reason: str, **more: Any
) -> PlannedRestriction:
    return PlannedRestriction(
        name, "channel", {"closed": closed.split(), "open": still_open.split()}, reason, **more
    )


def contact_restriction(
    name: str, contact: str, deputy: str, still_open: str, reason: str, **more: Any
) -> PlannedRestriction:
    people = {"named_contact": contact, "deputy": deputy}
    return PlannedRestriction(
        name, "named_contact", {"open": still_open.split()}, reason, people=people, **more
    )


def decision_answers(effect: str, proportionality: str, **answers: str) -> dict[str, str]:
    return {"effect": effect, "proportionality": proportionality, **answers}


NO_STEPS = {
    "basis": Basis.NOT_APPROPRIATE,
    "basis_reason": "What was said was too grave to begin with a talk; one is offered from now on.",
}

DECISIONS = (
    PlannedDecision(
        "orla", "Órla Ní Bhriain", 230, "manager", ("orla-2", "orla-3"), ("orla-expectations", "orla-break"),
        (
            channel_restriction("orla-channel", "phone", "letter email message office",
                   "In several calls you shouted and swore at our colleague, and in the last you said that you knew her way home.", review=165),
            contact_restriction("orla-contact", "ccsm", "manager2", "letter email",
                    "Thirty-one emails in nine days reached six people, and you had a different answer from each. One person who knows the case will do better.",
                    by="executive2", review=165),
        ),
        decision_answers(
            "The officer was frightened on her way home and is off the phones. Others waited for an answer behind these calls.",
            "Only the phone is closed; writing, texting and the desk stay open, and she writes well. It is looked at again in three months.",
            disability=YesNoUnknown.YES, disability_considered="She is hard of hearing, so calls are hard for her too. Texts and the hearing loop stay open to her.",
        ),
    ),
    PlannedDecision(
        "amina", "Amina Yusuf", 165, "manager2", ("amina-1",), (),
        (channel_restriction("amina-channel", "office", "phone letter email online_form", "You frightened people who were waiting at our front desk, and threatened to come back with others.", review=100),),
        decision_answers("Two families left the waiting room, and the desk was closed for the day.", "She mostly phones and writes. Only the desk is closed to her.", **NO_STEPS),
    ),
    PlannedDecision(
        "stuart", "Stuart Pollock", 196, "manager2", ("stuart-1", "stuart-2"), ("stuart-summary",),
        (channel_restriction("stuart-channel", "phone", "letter email online_form", "Seventeen calls in a morning kept others from getting through, and one ended in an insult.", review=131, ends=131),),
        decision_answers("One colleague was on his calls alone for two days.", "Email suits him better by his own account. It ends by itself after three months."),
    ),
    PlannedDecision(
        "niamh", "Niamh Gallagher", 145, "manager2", ("niamh-1",), (),
        (contact_restriction("niamh-contact", "officer2", "officer", "email letter", "You wrote to three of our colleagues on their own accounts after we had asked you not to."),),
        decision_answers("Three colleagues have closed their own accounts.", "She keeps two ways to one person who answers her.", **NO_STEPS),
    ),
    PlannedDecision(
        "callum", "Callum Reid", 128, "manager2", ("callum-1", "callum-2"), ("callum-calls",),
        (channel_restriction("callum-channel", "office home_visit", "phone message", "You threw a chair in our office and said that you would hurt our plumber.", review=57),),
        decision_answers(
            "The plumber will not go alone. The front desk has asked for a second door.",
            "He does not read easily, so the phone stays open and letters are read to him. Repairs go on, with two people.",
            disability=YesNoUnknown.YES, disability_considered="Reading is hard for him, and our written card began it. Nothing rests on his reading a letter.",
        ),
    ),
    PlannedDecision(
        "precious", "Precious Moyo", 115, "ccsm", ("precious-1",), (),
        (channel_restriction("precious-channel", "email", "phone letter office", "Three of your emails were made up of insults about one of our colleagues.", review=50),
         PlannedRestriction("precious-block", "block_email", {"blocked": ["precious.m@example.com"]},
                 "Emails from one of your addresses went on after we had asked you to write by letter.", review=-30),
        ),
        decision_answers("The colleague was off work for a week.", "Email alone is closed, which she uses least for repairs.", **NO_STEPS),
    ),
    PlannedDecision(
        "fiona", "Fiona Cairns", 106, "manager", ("fiona-1",), (),
        (contact_restriction("fiona-contact", "manager2", "officer2", "phone email letter", "You asked for a different manager in each call and insulted the one before. You will be better served by one who knows your case.", review=41),),
        decision_answers("Eleven colleagues were drawn into one repair.", "Nothing is closed but the going round: phone, email and letters reach one person.", **NO_STEPS),
    ),
    PlannedDecision(
        "rhona", "Rhona Buchanan", 90, "manager2", ("rhona-1",), (),
        (channel_restriction("rhona-channel", "message social_media", "phone letter email", "You sent some forty messages to our duty phone, most of them at night, with insults and upsetting pictures.", review=24),
         PlannedRestriction("rhona-block", "block_account", {"blocked": ["Facebook: rhona.buchanan.90", "X: @rhonab"]},
                 "From these accounts you posted insults about our duty officer on our page.", review=-40),
        ),
        decision_answers("The duty officer asked to be taken off nights.", "The duty phone is for emergencies. By day she can ring and write.", **NO_STEPS),
    ),
    PlannedDecision(
        "agnieszka", "Agnieszka Wójcik", 76, "manager", ("agnieszka-1", "agnieszka-2"), ("agnieszka-talk",),
        (channel_restriction("agnieszka-channel", "office", "phone email letter", "Twice you shouted at our colleagues across the front desk, and people who were waiting left.", review=5),),
        decision_answers("Two colleagues dread the desk, and families have left without being seen.", "She can ring, write and email; permits do not need the desk."),
    ),
    PlannedDecision(
        "hamish", "Hamish MacDonald", 68, "manager", ("hamish-1", "hamish-2"), ("hamish-talk",),
        (channel_restriction("hamish-channel", "phone", "letter email office", "You called our colleague names, and said that you would make somebody sorry.", review=0),
         PlannedRestriction("hamish-recording", "no_recording_pause", {},
                 "You have asked us to stop recording, and then said things that frightened our colleague.", review=-22),
        ),
        decision_answers("The officer and the front desk were shaken, and doors were locked for a day.", "He has never been rude in person or in writing. Only the phone is closed."),
    ),
    PlannedDecision(
        "moreau", "Jean-Luc Moreau", 60, "management", ("moreau-1", "moreau-2"), (),
        (
            PlannedRestriction(
                "moreau-complaints", "complaints_process",
                {
                    "exceptional_circumstances": "Fourteen complaints in two days, each about a colleague who had answered the one before, on a matter settled twice.",
                    "earlier_complaints": "Eleven complaints on the stair lighting since last autumn; all answered at both stages, none upheld after the repair in spring.",
                    "new_complaints": "A manager reads each within two working days.",
                },
                "You sent fourteen complaints in two days about a matter that has been through our complaints process, each about another colleague.",
                review=-9,
            ),
        ),
        decision_answers("Six colleagues have had complaints made about them for answering one.", "New matters are still read and dealt with. Repairs and every way in stay open.",
                basis=Basis.NOT_POSSIBLE, basis_reason="He has said twice that he will not talk about it, only complain."),
    ),
    PlannedDecision(
        "gunther", "Günther Adler", 40, "manager2", ("gunther-1", "gunther-2"), ("gunther-talk",),
        (contact_restriction("gunther-contact", "manager2", "officer2", "phone letter email", "You asked five colleagues in turn for the same window, telling each that another had promised it.", by="executive2"),
         PlannedRestriction("gunther-advocate", "third_party",
                 {"name": "Moira Strang", "organisation": "Speaking Up Lochside", "contact_details": "0141 496 0350, moira@example.org",
                  "mandate_on": 44, "mandate_until": -140, "agreed_on": 42, "agreed_until": "", "open": ["phone", "letter", "email"]},
                 "You told us that you would rather have somebody speak with us for you about the window."),
        ),
        decision_answers("Five colleagues gave different answers, and none could plan.", "He keeps phone, letters and email, all to one person who can decide."),
    ),
    PlannedDecision(
        "kwame", "Kwame Boateng", 34, "manager2", ("kwame-1", "kwame-2"), ("kwame-talk",),
        (channel_restriction("kwame-channel", "phone", "letter email online_form office", "In nine calls in one morning you shouted at our colleagues, and said that you would find out where one of them lives.", review=-25),),
        decision_answers("The surveyor has asked not to be named on cards any more.", "The damp work goes on. He can write, email or come in."),
    ),
    PlannedDecision(
        "zoe", "Zoë Fraser", 24, "manager", ("zoe-1",), ("zoe-advice",), (),
        decision_answers(
            "An engineer would be away from two other closes each morning, and several of us answer the same question.",
            "Nothing is restricted. She has been cold for too long, and one call a day at a set time tells her more than five emails.",
        ),
        letter_says={
            "Why": "You have been without your boiler for longer than anybody should be, and you have asked us for news each day. Several of us "
            "answered you, and not always alike. That has not helped you, or others who are waiting.",
            "What we will do": "Our heating team will ring you each weekday at half past nine until the boiler is in. They will tell you what is new, "
            "even when nothing is. The heater stays with you until then.",
            "What we ask of you": "Please keep your questions about the boiler for that call, unless something is urgent.",
        },
    ),
    PlannedDecision(
        "stuart-again", "Stuart Pollock", 22, "manager2", ("stuart-3",), ("stuart-summary",),
        (
            PlannedRestriction(
                "stuart-volume", "volume",
                {"limited": ["phone"], "most": {"contacts": 5, "minutes": 60, "every": "day"}, "days": [], "hours": []},
                "You rang us thirty-eight times in two weeks about one window, and others could not get through.",
            ),
        ),
        decision_answers("One colleague was on the phone for most of two days, and others waited.", "Every way stays open, the phone too. He is told the day before each visit."),
    ),
    PlannedDecision(
        "chloe", "Chloe Smith-Jones", 14, "manager", ("chloe-1", "chloe-2"), ("chloe-talk",),
        (channel_restriction("chloe-channel", "phone home_visit", "letter email office online_form", "You said that the next person who came for the gas check would leave in an ambulance.",
                at_once="An engineer is due at your home this week, and you ring our office about it every day."),
         PlannedRestriction("chloe-visits", "other", {"description": "When we come for the gas check or a repair, two of us come, and we agree the day with you beforehand.", "closed": [], "affected_matters": ["none"]},
                 "You said that the next person who came would leave in an ambulance.",
                 instruction="Book visits with two people, a day ahead, by letter or email.",
                 at_once="An engineer is due at your home this week."),
        ),
        decision_answers("No engineer will go alone, and the check is due.", "The gas check goes on by appointment with two people. Writing and the office stay open."),
    ),
    PlannedDecision(
        "margaret", "Margaret Tulloch", 3, "manager2", ("margaret-1",), (),
        (channel_restriction("margaret-channel", "message", "phone letter office email", "You used a racist word about a gardener who works for us, and did so again after we had asked you to stop."),),
        decision_answers("The gardener has asked not to work there.", "Texting is closed, where most of it was said. The phone stays open to her, as her sight is low.",
                disability=YesNoUnknown.NO, vulnerability=YesNoUnknown.NOT_KNOWN, **NO_STEPS),
        letter="came_back",
    ),
    PlannedDecision(
        "sian", "Siân Pugh", 1, "manager", ("sian-1", "sian-2"), (),
        (channel_restriction("sian-channel", "message social_media", "phone letter email office", "You sent our duty phone nineteen messages in one night that insult a colleague by name."),
         PlannedRestriction("sian-names", "withhold_staff_details", {}, "You have written about one of our colleagues by name, in messages that insult her."),
        ),
        decision_answers("The colleague named is on leave. The duty phone was blocked for emergencies.", "Text messages and social media alone are closed.", **NO_STEPS),
        letter="draft",
    ),
)  # fmt: skip

PROPOSALS = (
    PlannedProposal(
        "Zoë Fraser", 28, "officer", ("zoe-1",),
        channel_restriction("zoe-proposal", "email", "phone letter office", "You asked us for a visit every morning and told us that you would write daily."),
        settled=26, declined="She had been without heating for four days. A heater and a daily call are the better answer.",
    ),
    PlannedProposal(
        "Dmytro Kovalenko", 50, "officer2", ("dmytro-1",),
        contact_restriction("dmytro-proposal", "officer2", "officer", "phone letter email", "You have not answered our letters about the water tank."),
        settled=48,
    ),
    PlannedProposal(
        "Alasdair Gunn", 6, "officer", ("gunn-1", "gunn-2"),
        PlannedRestriction(
            "gunn-proposal", "complaints_process",
            {
                "exceptional_circumstances": "Eleven complaints on a matter that the ombudsman has closed, now sent to a colleague's home as well.",
                "earlier_complaints": "Nine complaints about the 2024 ground works, all answered; the ombudsman found nothing wrong.",
                "new_complaints": "A manager will read it.",
            },
            "You have sent eleven complaints about ground works that the ombudsman has looked at and closed.",
        ),
    ),
    PlannedProposal(
        "Mary O'Neill", 1, "officer", ("mary-1", "mary-2"),
        channel_restriction("mary-proposal", "phone", "letter email online_form office", "In five calls this month you swore at our colleague and insulted the way she speaks."),
    ),
)  # fmt: skip

INTERIM = (
    PlannedInterim(
        "Chloe Smith-Jones", 15, "manager", ("chloe-2",), "No visit alone. Ring the duty manager before any visit.", "home_visit",
        "The gas engineer was due the next morning.", "By phone the same afternoon, by the officer who knows her.",
        {
            "What this means for you": "We have put off the gas check that was planned for tomorrow. Your heating and hot water are safe to use. We will "
            "agree another day with you, by phone or by letter.",
            "Why": "In our call on the gas check something was said that worried the engineer who was to come. We want visits to be safe for you and "
            "for those who come.",
        },
    ),
    PlannedInterim(
        "Duncan McAllister", 0, "manager", ("duncan-2",), "Two people at every visit and at the desk.", "",
        "He said that he would come to the office, and when.", "By text this afternoon.",
    ),
)  # fmt: skip

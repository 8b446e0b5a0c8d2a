"""The customers whose stories go on to decisions, restrictions, appeals and reviews."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from incidents.enums import AimedAt, HowEnded, YesNo


@dataclass(frozen=True)
class ScriptedIncident:
    """An incident on a day of the script, by whom it was logged, and what was decided on it; nothing while it waits.

    Answers left out follow from the channel and the categories, unless it `is_short`: logged in a hurry. A conversation that is not
    `held` is `taken` or `open`.
    """

    name: str
    customer: str
    ago: int
    by: str
    channel: str
    categories: tuple[str, ...]
    facts: str
    outcome: str = ""
    reasons: str = ""
    at: str = "10:50"
    conversation: str = "held"
    is_short: bool = False
    more: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Step:
    """A restorative step. `ended` is how a pause came to its end: `complete`, or why contact was not taken up again."""

    name: str
    customer: str
    ago: int
    by: str
    kind: str
    what: str
    outcome: str
    incident: str = ""
    reengage: int = 0
    ended: str = ""
    ended_ago: int = 0


@dataclass(frozen=True)
class NotToContact:
    """A customer is asked not to contact a colleague, on the day on which it is recorded. `taken_back` says why that ended, if it did."""

    name: str
    customer: str
    ago: int
    by: str
    colleague: str
    how: str
    why: str
    open_channel: str
    taken_back: str = ""
    taken_back_ago: int = 0


@dataclass(frozen=True)
class LetterWords:
    """Words of its writer in a letter about an incident. `wording_reason` is why wording that was pointed out stays."""

    happened: str = (
        "You were upset, and we understand that you had waited. Some of the words that you used about our colleague were hurtful, and we "
        "cannot ask anybody who works here to go on listening to them or reading them."
    )
    asked: str = (
        "Please speak and write to our colleagues as you would like them to speak and write to you. If something is not right, we want "
        "to hear of it and put it right."
    )
    wording_reason: str = ""


NEED = "More of the same, after calmer ways were tried. It needs a decision on how we are in contact."
AGREED = "A first occasion, and a bad day. A talk about what we both expect should be enough."

LETTER_WORDS = {
    "sian-1": LetterWords(
        happened=(
            "You named one of our colleagues on the residents’ page, called her “a nuisance” and wrote about her weight and her family. You "
            "took it down when we asked, and we thank you for that."
        ),
        asked="You are free to criticise us in public. Please name the association, and not the people who work here.",
        wording_reason="It is a quotation: without it she could not know which post we mean.",
    ),
}
"""By the incident's name, where it is not said as usual."""

INCIDENTS = (
    ScriptedIncident(
        "orla-1", "Órla Ní Bhriain", 262, "officer", "email", ("level_of_contact",),
        "Thirty-one emails in nine days about the extractor fan, most of them sent before the last was answered. "
        "The fitter had been twice and a part was on order.",
        "restorative", "The repair is late and the worry is real. One weekly update by email was offered.",
    ),
    ScriptedIncident(
        "orla-2", "Órla Ní Bhriain", 245, "officer", "phone", ("abuse",),
        "Called about the fan again. Shouted throughout, and called the officer a useless liar. Could not be heard over; "
        "the call was ended after a warning.",
        "restorative", "Her hearing may have made the call harder. A quieter way of speaking is to be tried first.",
        more={"needs_known": "Hard of hearing: she may not have heard the first warning."},
    ),
    ScriptedIncident(
        "orla-3", "Órla Ní Bhriain", 232, "officer", "phone", ("abuse", "other_threat"),
        "Three calls within the hour. Swore at the officer in each, and in the last said that she would have her sacked "
        "and knew which bus she took home. Warned in each call before it was ended.",
        "active_management", NEED,
        more={"effect_on_staff": "The officer changed her way home, and did not want to answer the phone that week."},
    ),
    ScriptedIncident(
        "hamish-1", "Hamish MacDonald", 92, "officer", "phone", ("abuse",),
        "Rang about the rent increase letter. Called the officer names, hung up, and rang back to do it again.",
        "restorative", AGREED,
    ),
    ScriptedIncident(
        "hamish-2", "Hamish MacDonald", 70, "officer", "phone", ("other_threat", "abuse"),
        "Said that if his heating charge was not taken off by Friday he would come in and make somebody sorry. "
        "Repeated it when asked what he meant.",
        "active_management", NEED,
        more={"affected_others": "The colleague at the front desk, who was told to expect him."},
    ),
    ScriptedIncident(
        "agnieszka-1", "Agnieszka Wójcik", 85, "officer", "office", ("abuse",),
        "Waited twenty minutes at the front desk over a parking permit. Struck the glass and swore at whoever came to it.",
        "restorative", AGREED,
    ),
    ScriptedIncident(
        "agnieszka-2", "Agnieszka Wójcik", 78, "officer", "office", ("abuse",),
        "Came in about the same permit, leaned over the counter and shouted in the officer's face. Two families in the "
        "waiting room left.",
        "active_management", NEED,
    ),
    ScriptedIncident(
        "mary-1", "Mary O'Neill", 12, "officer", "phone", ("abuse",),
        "Upset that the joiner had not come. Swore at the officer, who offered to ring back, and put the phone down.",
        "restorative", AGREED,
    ),
    ScriptedIncident(
        "mary-2", "Mary O'Neill", 3, "officer", "phone", ("abuse",),
        "Four calls in an afternoon about the joiner, each ending in insults about the officer's accent.",
        "warning_letter", "She has been told once. A letter about what we expect goes out this week.",
    ),
    ScriptedIncident(
        "moreau-1", "Jean-Luc Moreau", 80, "officer", "email", ("level_of_contact",),
        "Eleventh complaint in a year about the same stair lighting. Each was answered at both stages, and the lights were "
        "replaced in spring.",
        "no_action", "Complaining is his right. The replies were checked and they are sound.",
    ),
    ScriptedIncident(
        "moreau-2", "Jean-Luc Moreau", 66, "officer", "online_form", ("complaints_process",),
        "Fourteen complaint forms in two days, one about each colleague who had answered the earlier ones, in the same words.",
        "active_management", "Nothing in them is new, and six colleagues are now named in them. The Management Team should look at it.",
    ),
    ScriptedIncident(
        "sian-1", "Siân Pugh", 9, "officer", "social_media", ("abuse",),
        "Posted the name of a repairs colleague on the residents' page with insults about her weight and family.",
        "warning_letter", "Asked to take it down; she did the next day.",
    ),
    ScriptedIncident(
        "sian-2", "Siân Pugh", 3, "officer", "message", ("abuse", "harassment"),
        "Nineteen text messages to the duty phone overnight, insulting the same colleague by name.",
        "active_management", NEED,
        more={
            "affected_staff": ["officer", "manager2"],
            "affected_how": "Farah Aslam was insulted by name in each of the messages. Eilidh Kerr read them all on the duty phone.",
        },
    ),
    ScriptedIncident(
        "farida-1", "Farida Haidari", 8, "officer", "phone", ("level_of_contact",),
        "An hour and ten minutes on the phone about the new kitchen, the same points in turn. She was tired and so was the officer.",
        "restorative", "Nobody did wrong. A pause, and a fresh start with the plans in front of both.",
    ),
    ScriptedIncident(
        "duncan-1", "Duncan McAllister", 44, "officer", "phone", ("abuse",),
        "Angry that the close had not been cleaned. Insulted the officer and her mother, then apologised before ringing off.",
        "restorative", AGREED,
    ),
    ScriptedIncident(
        "duncan-2", "Duncan McAllister", 0, "officer", "phone", ("physical_threat", "abuse"),
        "Rang about the arrears letter. Said that he would break the legs of whoever had signed it, and that he knew the office hours.",
        at="09:40", conversation="open",
        more={"effect_on_staff": "Shaken. Two colleagues heard it on the speaker."},
    ),
    ScriptedIncident(
        "chloe-1", "Chloe Smith-Jones", 25, "officer", "home_visit", ("abuse",),
        "At the gas safety visit, shouted at the engineer to get out of her house and called the officer with him a snake.",
        "restorative", AGREED,
    ),
    ScriptedIncident(
        "chloe-2", "Chloe Smith-Jones", 16, "officer", "phone", ("abuse", "other_threat"),
        "Said that the next person who came for the gas check would be going home in an ambulance.",
        "active_management", NEED,
    ),
    ScriptedIncident(
        "zoe-1", "Zoë Fraser", 30, "officer", "email", ("unreasonable_demands",),
        "Wants a named engineer to visit every morning at eight until the boiler is replaced, and says that she will write daily until then.",
        "restorative", "What she asks for is too much, but she has had no heating for four days. A temporary heater was delivered.",
        more={"demand": "A visit every morning at eight.", "effect_on_service": "It would take an engineer off two other closes."},
    ),
    ScriptedIncident(
        "zoe-2", "Zoë Fraser", 1, "officer", "phone", ("abuse",),
        "Swore when told that the boiler part had not come, and went on until the call was ended.",
        at="15:55", is_short=True, more={"contact_ended": YesNo.YES, "aimed_at": AimedAt.STAFF},
    ),
    ScriptedIncident(
        "kwame-1", "Kwame Boateng", 45, "officer2", "phone", ("abuse",),
        "Called the repairs desk about damp. Shouted over every answer, and called the team thieves.",
        "restorative", "The survey was late, and we said so to him. A new day was set.",
    ),
    ScriptedIncident(
        "kwame-2", "Kwame Boateng", 36, "officer2", "phone", ("abuse", "other_threat"),
        "Nine calls in one morning. Said that he would find out where the surveyor lives.",
        "active_management", NEED,
    ),
    ScriptedIncident(
        "gunther-1", "Günther Adler", 55, "officer2", "home_visit", ("abuse",),
        "Followed the officer from room to room, shouting, while the window was measured.",
        "restorative", AGREED,
    ),
    ScriptedIncident(
        "gunther-2", "Günther Adler", 42, "officer2", "office", ("harassment",),
        "Has asked five colleagues in turn for the same window this week, telling each that another had promised it.",
        "active_management", "Five colleagues are being played off against each other. One person should deal with it.",
    ),
    ScriptedIncident(
        "niamh-1", "Niamh Gallagher", 150, "officer2", "social_media", ("harassment",),
        "Has messaged three of the repairs team on their own accounts about her fence, after being asked not to.",
        "active_management", "She was asked twice to use the office. It is their own time.",
    ),
    ScriptedIncident(
        "stuart-1", "Stuart Pollock", 210, "officer2", "phone", ("level_of_contact",),
        "Sixty-two calls this month, most of them to ask whether the last one had been noted.",
        "restorative", "He is anxious about being forgotten. A summary by email after each contact was agreed.",
    ),
    ScriptedIncident(
        "stuart-2", "Stuart Pollock", 200, "officer2", "phone", ("level_of_contact", "abuse"),
        "Seventeen calls before noon. When asked to wait for the email, shouted that the officer was brain-dead.",
        "active_management", "The phone makes it worse for him and for us. Writing has worked before.",
    ),
    ScriptedIncident(
        "stuart-3", "Stuart Pollock", 24, "officer2", "phone", ("level_of_contact",),
        "Nine calls today about the same window, and thirty-eight in two weeks. He was friendly in each, and asked in each whether it "
        "was still planned.",
        "active_management", "He is afraid of being forgotten again. A clear measure will help him and whoever else wants to get through.",
    ),
    ScriptedIncident(
        "amina-1", "Amina Yusuf", 170, "officer2", "office", ("abuse", "other_threat"),
        "Shouted at the front desk about her transfer, swept the leaflets off the counter and said she would be back with her brothers.",
        "active_management", "It frightened people who were waiting. Other ways in are open to her, and she uses them well.",
    ),
    ScriptedIncident(
        "callum-1", "Callum Reid", 140, "officer2", "office", ("abuse",),
        "Came in shouting about a card left by the plumber that he could not read. Would not sit down.",
        "restorative", "We left a card with somebody who does not read easily. Calls from now on.",
        more={"needs_known": "He does not read easily, and we had written to him."},
    ),
    ScriptedIncident(
        "callum-2", "Callum Reid", 131, "officer2", "office", ("abuse", "physical_threat"),
        "Said that he would put the plumber through the wall, and threw a chair against the door. Nobody was hit.",
        "active_management", NEED,
    ),
    ScriptedIncident(
        "margaret-1", "Margaret Tulloch", 6, "officer2", "message", ("abuse",),
        "A string of text messages about the hedge. Used a racist word of the gardener in each, and again after being asked not to.",
        "active_management", "Racist words about people who work for us are not something we let go by.",
        more={"affected_others": "The gardener, who works for a contractor."},
    ),
    ScriptedIncident(
        "dmytro-1", "Dmytro Kovalenko", 54, "officer2", "email", ("refusal",),
        "Has not answered three letters asking for access to the water tank.",
        "restorative", "The letters were in English only. They are sent again in Ukrainian.",
        more={"request_made": "Access to the water tank on a day of his choice.", "request_difficulty": "Our letters may not have been understood."},
    ),
    ScriptedIncident(
        "rhona-1", "Rhona Buchanan", 95, "officer2", "message", ("abuse", "harassment"),
        "Has sent some forty messages to the duty phone, most of them at night, with insults and pictures meant to upset.",
        "active_management", NEED,
    ),
    ScriptedIncident(
        "gunn-1", "Alasdair Gunn", 30, "officer", "letter", ("complaints_process",),
        "Ninth complaint about the 2024 ground works. The ombudsman closed the case last winter and found nothing wrong.",
        "other", "Answered with the ombudsman's letter. If more come, it should be looked at.",
    ),
    ScriptedIncident(
        "gunn-2", "Alasdair Gunn", 8, "officer", "letter", ("complaints_process",),
        "Tenth and eleventh complaint about the ground works, with copies to the board and to the officer's home.",
        "other", "The Management Team should be asked. No step is a manager's alone here.",
    ),
    ScriptedIncident(
        "precious-1", "Precious Moyo", 118, "officer", "email", ("abuse",),
        "Answered a survey with a page of insults about the colleague who had sent it.",
        "active_management", "The third such email, after two friendly replies.",
    ),
    ScriptedIncident(
        "fiona-1", "Fiona Cairns", 110, "officer", "phone", ("harassment", "abuse"),
        "Asks for a different manager on every call, and insults the one before. Eleven colleagues this month.",
        "active_management", "One person who knows the case would serve her better, and spare the others.",
    ),
    ScriptedIncident(
        "ogilvie-1", "Kenneth Ogilvie", 72, "officer2", "elsewhere", ("abuse",),
        "Told a tenant and our officer to clear off, with swearing, when asked to cover the stairs while painting.",
        "under_contract", "Raised with the firm under the contract; he has apologised.",
        more={"location": "Heron Way, second close", "how_ended": HowEnded.EXPLAINED},
    ),
    ScriptedIncident(
        "bright-1", "Bright Doors Sales", 21, "ccsm", "email", ("outside_influence",),
        "Offered two colleagues a weekend away, at their home addresses, while the door contract is out to tender.",
        "other", "Passed to procurement. The firm was told in writing to use the tender mailbox alone.",
    ),
    ScriptedIncident(
        "unknown-1", "A man in a green jacket", 2, "officer2", "office", ("abuse",),
        "Came in off Pier Road asking for the manager, would not give a name and swore at everybody at the desk. Left when asked twice.",
        at="14:05", conversation="taken",
    ),
    ScriptedIncident(
        "zhang-1", "Wei Zhang", 2, "officer", "online_form", ("unreasonable_demands",),
        "Asks for the names and pay of everybody who worked on the roof, by tomorrow.",
        more={"demand": "Names and pay of everybody on the roof contract.", "effect_on_service": "None so far; it was passed to data protection."},
    ),
)  # fmt: skip

STEPS = (
    Step("orla-expectations", "Órla Ní Bhriain", 258, "officer", "expectations_set",
         "Agreed that she hears from us every Thursday by email, and what to do if the fan gets worse.", "partly", "orla-1"),
    Step("orla-break", "Órla Ní Bhriain", 243, "manager", "break_suggested",
         "Met her at the office with a hearing loop. Both sides agreed on a quiet week, then a call at a set time.", "not_restored", "orla-2"),
    Step("orla-again", "Órla Ní Bhriain", 98, "manager", "early_intervention",
         "Tea with Órla and the officer. She said what had worried her, and the officer what had frightened her.", "restored"),
    Step("hamish-talk", "Hamish MacDonald", 85, "manager", "expectations_set",
         "Went through the rent letter with him line by line, and said what we cannot have on the phone.", "not_restored", "hamish-1"),
    Step("agnieszka-talk", "Agnieszka Wójcik", 82, "officer", "early_intervention",
         "Rang her the next day, said sorry for the wait and sorted out the permit form with her.", "partly", "agnieszka-1"),
    Step("mary-talk", "Mary O'Neill", 10, "officer", "expectations_set",
         "Rang her back with the joiner's new date and said what had been hard about the last call.", "too_early", "mary-1"),
    Step("farida-pause", "Farida Haidari", 7, "officer", "contact_paused",
         "Suggested a week's pause on the kitchen, so that both can read the plans. She agreed.", "too_early", "farida-1", reengage=1),
    Step("chloe-talk", "Chloe Smith-Jones", 22, "officer", "proactive_adjustment",
         "Offered gas visits on a day when her sister can be there.", "not_restored", "chloe-1"),
    Step("zoe-advice", "Zoë Fraser", 28, "officer", "colleagues_involved",
         "Asked the heating team to ring her each morning until the part is in.", "partly", "zoe-1"),
    Step("kwame-talk", "Kwame Boateng", 43, "officer2", "expectations_set",
         "Explained the damp survey to him on the phone, with the dates, and asked him to let us finish our sentences.", "not_restored", "kwame-1"),
    Step("gunther-talk", "Günther Adler", 52, "officer2", "colleagues_involved",
         "Asked the window team to answer through one officer.", "not_restored", "gunther-1"),
    Step("stuart-summary", "Stuart Pollock", 208, "officer2", "proactive_adjustment",
         "A summary by email after every contact, so that nothing is lost.", "partly", "stuart-1"),
    Step("callum-calls", "Callum Reid", 138, "officer2", "proactive_adjustment",
         "Nothing in writing without a call on the same day to read it out.", "partly", "callum-1"),
    Step("elspeth-visit", "Elspeth Begg", 63, "officer2", "early_intervention",
         "Visited after three tearful calls about the garden. Listened, and asked the befriending service to ring her.", "restored"),
    Step("gregor-pause", "Gregor Imrie", 90, "officer", "contact_paused",
         "Paused talks about the neighbour's dog until the mediator had met them both.", "too_early", reengage=80, ended="complete", ended_ago=79),
    Step("zhang-pause", "Wei Zhang", 60, "officer2", "contact_paused",
         "Paused the exchange about the roof until the contractor's report was in.", "too_early", reengage=50,
         ended="The report answered every question, and was sent.", ended_ago=52),
    Step("bellini-pause", "Marco Bellini", 5, "officer2", "contact_paused",
         "Agreed to leave the noise diary until next week, when all his dates are in.", "too_early", reengage=-2),
)  # fmt: skip

CONTACT_REQUESTS = (
    NotToContact("sian-farah", "Siân Pugh", 7, "manager", "manager2", "email",
                 "She named a colleague in a post and sent her four messages of her own about it the next day.", "phone"),
    NotToContact("kwame-eilidh", "Kwame Boateng", 41, "manager", "officer", "phone",
                 "He rang one colleague's own line eleven times about the survey, which somebody else deals with.", "phone",
                 taken_back="The survey is done, and both get on well again.", taken_back_ago=12),
)  # fmt: skip

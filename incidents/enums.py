from datetime import timedelta
from enum import StrEnum

from django.db.models import TextChoices

from cha_engagement.core.records import Transition
from cha_engagement.customers.enums import CHANNEL_PHRASES, Channel


class Category(TextChoices):
    """Kinds of engagement that may need managing. Policy §24, 35 to 54."""

    VIOLENCE = "violence", "Violence"
    PHYSICAL_THREAT = "physical_threat", "Physical threat"
    OTHER_THREAT = "other_threat", "Other threat"
    ABUSE = "abuse", "Abuse"
    HARASSMENT = "harassment", "Harassment"
    PUBLIC_RECORDING = "public_recording", "Recording or streaming for public use"
    OUTSIDE_INFLUENCE = "outside_influence", "Contacting staff outside work to influence them"
    UNREASONABLE_DEMANDS = "unreasonable_demands", "Unreasonable demands"
    LEVEL_OF_CONTACT = "level_of_contact", "Level of contact"
    REFUSAL = "refusal", "Refusal to co-operate"
    COMPLAINTS_PROCESS = "complaints_process", "Use of the complaints process"
    OTHER = "other", "Something else"


ZERO_TOLERANCE = (Category.VIOLENCE, Category.PHYSICAL_THREAT, Category.OTHER_THREAT, Category.ABUSE)
"""Categories that are always met with a response, and taken to a manager at once. Policy §24, 25."""

THREATS = (Category.VIOLENCE, Category.PHYSICAL_THREAT, Category.OTHER_THREAT)
"""Categories after which the card warns from the first moment, and until a manager has decided. Policy §24."""

OTHER_MANAGERS_AFTER = timedelta(minutes=15)
"""The time after which what may be zero tolerance is every manager's, and they are told where nobody has opened it. Policy §25, 57."""

DANGERS = (*THREATS, Category.HARASSMENT)
"""Categories from which somebody may have to be protected without a day on which that is looked at anew. Policy §23, 41.

Stalking is harassment.
"""

GUIDANCE: dict[str, str] = {
    Category.VIOLENCE: "Hurting somebody, trying to, or acting or speaking so that anyone would reasonably fear it. §36",
    Category.PHYSICAL_THREAT: "Saying or writing that somebody will be hurt. Normally reported to the police. §33",
    Category.OTHER_THREAT: "A threat of another kind, such as to a job, a home or a family. §24",
    Category.ABUSE: (
        "Words meant to insult or degrade, racist, sexist or homophobic words, or grave accusations with nothing to "
        "support them. An accusation against staff is not unfounded until somebody else has looked into it: "
        "its complaint stays open. §37 to 40"
    ),
    Category.HARASSMENT: "Going on contacting or singling out somebody after being asked to stop. §41, 42",
    Category.PUBLIC_RECORDING: "Saying that they record for public use or stream live. A recording for themselves is fine. §28, 46",
    Category.OUTSIDE_INFLUENCE: "Approaching staff away from work to sway a decision. §42",
    Category.UNREASONABLE_DEMANDS: "Asking for what would take so much that others go short. §47, 48",
    Category.LEVEL_OF_CONTACT: "So many or such long contacts that the service suffers. §49, 50",
    Category.REFUSAL: "Bringing us a matter and then not answering what we reasonably ask, with no difficulty that explains it. §51, 52",
    Category.COMPLAINTS_PROCESS: "Repeated complaints whose effect is to harass or to stop a lawful decision. Rare. §53, 54",
    Category.OTHER: "Anything else that wears on people or on the service. Say what. §35",
}

LIVE_CHANNELS = (
    Channel.PHONE,
    Channel.OFFICE,
    Channel.HOME_VISIT,
    Channel.EVENT,
    Channel.TRAINING,
    Channel.ELSEWHERE,
)
"""Channels on which a contact is going on and can be ended with a warning. Policy §26."""


class Harm(TextChoices):
    """Whether anybody was threatened, hurt or abused, as whoever logs it knows. Policy §24."""

    YES = "yes", "Yes"
    NO = "no", "No"
    NOT_SURE = "not_sure", "Not sure"


HARM_IN_WORDS: dict[str, str] = {
    Harm.YES: "Somebody was threatened, hurt or abused",
    Harm.NOT_SURE: "Somebody may have been threatened, hurt or abused",
    Harm.NO: "A manager has not said yet what it was",
    "": "A manager has not said yet what it was",
}
"""What is said of an incident that may be zero tolerance and that nobody has given such a kind yet."""

REPORTED_DANGERS: dict[str, str] = {
    Category.VIOLENCE: "Violence was reported",
    Category.PHYSICAL_THREAT: "A physical threat was reported",
    Category.OTHER_THREAT: "A threat was reported",
    Category.HARASSMENT: "Harassment was reported",
    Category.ABUSE: "Abuse was reported",
}
"""What the card of a customer says was reported, the worst first. Policy §24, 65: no more than that."""

REPORTED_HARM: dict[str, str] = {
    Harm.YES: "It was reported that somebody was threatened, hurt or abused",
    Harm.NOT_SURE: "It was reported that somebody may have been threatened, hurt or abused",
}
"""The same of an incident of no such kind; an answer that is not here says nothing of harm."""

CONTACT_IN_WORDS = CHANNEL_PHRASES | {
    Channel.HOME_VISIT: "at a home visit",
    Channel.ONLINE_FORM: "by an online form",
    Channel.EVENT: "at an event",
    Channel.TRAINING: "at a training session",
}
"""How one contact took place."""


POSSIBLE_HARM = (Harm.YES, Harm.NOT_SURE)
"""Answers after which an incident is taken for zero tolerance until a manager has said what it was."""


class YesNo(TextChoices):
    YES = "yes", "Yes"
    NO = "no", "No"


class AimedAt(TextChoices):
    """Policy §39, 40."""

    STAFF = "staff", "Our staff"
    CONTRACTOR = "contractor", "Contractors or partners working for us"
    ASSOCIATION = "association", "The association as a whole"
    OTHERS = "others", "Somebody else: neighbours, other customers, the public"


class HowEnded(TextChoices):
    """Policy §56."""

    EXPLAINED = "explained", "Explained what was needed to go on, then stopped"
    ENDED_CALL = "ended_call", "Ended the call"
    ENDED_MEETING = "ended_meeting", "Ended the meeting or visit"
    STOPPED_READING = "stopped_reading", "Stopped reading"
    LEFT_SOCIAL_MEDIA = "left_social_media", "Left the conversation online"


class Warning(TextChoices):
    GIVEN = "given", "Warned"
    NOT_GIVEN = "not_given", "Not warned"


class NoWarningReason(TextChoices):
    """Policy §26, 28, 56, 19."""

    UNSAFE = "unsafe", "It would not have been safe"
    EXTREME_LANGUAGE = "extreme_language", "The language was intense or deeply upsetting"
    LIVE_STREAMED = "live_streamed", "They said that others would see or hear it"
    OWN_WELLBEING = "own_wellbeing", "For my own wellbeing"
    CIRCULAR = "circular", "The conversation was going in circles"
    NOT_APPROPRIATE = "not_appropriate", "It was not appropriate"
    NO_CHANCE = "no_chance", "There was no chance to"


class RecordingWarning(TextChoices):
    """Answers to whether they were warned that call recording would resume. Policy §27."""

    NOT_PAUSED = "not_paused", "Recording had not been paused"
    GIVEN = "given", "It was paused, and I warned that it would resume"
    NOT_GIVEN = "not_given", "It was paused, and I did not warn"


class IncidentStatus(TextChoices):
    WITH_MANAGER = "with_manager", "With a manager"
    ASSESSED = "assessed", "Assessed"
    CLOSED = "closed", "Closed"


class Outcome(TextChoices):
    """Decisions of a manager on an incident."""

    NO_ACTION = "no_action", "No further action"
    RESTORATIVE = "restorative", "Restorative work"
    WARNED = "warned", "They were warned, and that is enough"
    WARNING_LETTER = "warning_letter", "A letter about what we expect"
    INTERIM_MEASURE = "interim_measure", "The interim measure was enough"
    ACTIVE_MANAGEMENT = "active_management", "Manage engagement actively"
    POLICE = "police", "Left to the police, who have been told"
    UNDER_CONTRACT = "under_contract", "Dealt with under their contract"
    NOT_POSSIBLE = "not_possible", "No response was possible"
    OTHER = "other", "Something else"


class WarningLetter(TextChoices):
    """Kinds of letter about an incident, each of which counts as a warning once it was sent. Policy §29, 31."""

    EXPECTATIONS = "expectations", "What we ask of you"
    CORRESPONDENCE = "correspondence", "About what you sent us"


class IncidentEvent(StrEnum):
    """Names, in its history and its table of transitions, for whatever happens to an incident."""

    LOG = "log"
    ASSESS = "assess"
    CLOSE = "close"
    REOPEN = "reopen"
    CONFIRM_DANGER = "confirm_danger"


TRANSITIONS: dict[str, Transition] = {
    IncidentEvent.ASSESS: Transition((IncidentStatus.WITH_MANAGER,), IncidentStatus.ASSESSED),
    IncidentEvent.CLOSE: Transition((IncidentStatus.ASSESSED,), IncidentStatus.CLOSED),
    IncidentEvent.REOPEN: Transition(
        (IncidentStatus.ASSESSED, IncidentStatus.CLOSED), IncidentStatus.WITH_MANAGER
    ),
}

ASSESSMENT_STEPS = ("incident_assess", "assessment_check")
"""The pages on which a manager decides what follows: what is typed on the first is saved on the last."""

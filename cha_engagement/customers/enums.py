from enum import StrEnum
from typing import NamedTuple

from django.db.models import TextChoices


class Relationship(TextChoices):
    """The ways in which somebody is related to the association. Policy §3."""

    TENANT = "tenant", "Tenant"
    SERVICE_USER = "service_user", "User of a service, not a tenant"
    SALES_AGENT = "sales_agent", "Sales agent"
    STAKEHOLDER = "stakeholder", "Stakeholder"
    CONTRACTOR = "contractor", "Contractor"
    ADVOCATE = "advocate", "Advocate"
    ELECTED_REPRESENTATIVE = "elected_representative", "Elected representative"
    OTHER = "other", "Other"


SPEAKS_FOR_OTHERS = {Relationship.ADVOCATE, Relationship.ELECTED_REPRESENTATIVE}


class Channel(TextChoices):
    """The forms of contact that count. Policy §4."""

    PHONE = "phone", "Phone"
    OFFICE = "office", "In person at the office"
    HOME_VISIT = "home_visit", "Home visit"
    LETTER = "letter", "Letter"
    EMAIL = "email", "Email"
    ONLINE_FORM = "online_form", "Online form"
    MESSAGE = "message", "Text or messaging"
    SOCIAL_MEDIA = "social_media", "Social media or web"
    EVENT = "event", "Event"
    TRAINING = "training", "Training session"
    ELSEWHERE = "elsewhere", "Outside the office"


class AlwaysOpen(TextChoices):
    """Matters that no restriction closes to a customer, by whichever channel they come, and that never count against them. Beyond the policy: B2, B8."""

    EMERGENCY = "emergency", "An emergency"
    SAFETY = "safety", "Somebody’s safety"
    APPEAL = "appeal", "An appeal"
    ADJUSTMENT = "adjustment", "An adjustment, or another format"
    COMPLAINT = "complaint", "A new complaint"
    INFORMATION = "information", "Information we hold, or other information"
    OMBUDSMAN = "ombudsman", "Going to the ombudsman"
    SPOKEN_FOR = "spoken_for", "From somebody who speaks for them, such as an advocate"


ALWAYS_OPEN_NOUNS = {
    AlwaysOpen.EMERGENCY: "emergencies",
    AlwaysOpen.SAFETY: "safety",
    AlwaysOpen.APPEAL: "appeals",
    AlwaysOpen.ADJUSTMENT: "adjustments",
    AlwaysOpen.COMPLAINT: "new complaints",
    AlwaysOpen.INFORMATION: "information",
    AlwaysOpen.OMBUDSMAN: "the ombudsman",
    AlwaysOpen.SPOKEN_FOR: "those who speak for them",
}


class ChannelState(TextChoices):
    """The state of a channel for a customer, by all that applies to them together. Beyond the policy: B29."""

    OPEN = "open", "Open"
    LIMITED = "limited", "Open, with a limit"
    THROUGH = "through", "Through somebody"
    CLOSED = "closed", "Closed"


INBOUND_CHANNELS = (
    Channel.PHONE,
    Channel.OFFICE,
    Channel.LETTER,
    Channel.EMAIL,
    Channel.ONLINE_FORM,
    Channel.MESSAGE,
)
"""The channels by which a customer can reach the association of their own accord. Beyond the policy: B2."""

CHANNEL_NOUNS = {
    Channel.PHONE: "phone",
    Channel.OFFICE: "office",
    Channel.HOME_VISIT: "home visits",
    Channel.LETTER: "letters",
    Channel.EMAIL: "email",
    Channel.ONLINE_FORM: "online forms",
    Channel.MESSAGE: "text and messaging",
    Channel.SOCIAL_MEDIA: "social media",
    Channel.EVENT: "events",
    Channel.TRAINING: "training sessions",
    Channel.ELSEWHERE: "outside the office",
}
"""Each channel in a word, as staff name what is closed: "Phone and office closed"."""

CHANNEL_PHRASES = {
    Channel.PHONE: "by phone",
    Channel.OFFICE: "in person at the office",
    Channel.HOME_VISIT: "on home visits",
    Channel.LETTER: "by letter",
    Channel.EMAIL: "by email",
    Channel.ONLINE_FORM: "through the forms on our website",
    Channel.MESSAGE: "by text or messaging",
    Channel.SOCIAL_MEDIA: "on social media",
    Channel.EVENT: "at events",
    Channel.TRAINING: "at training sessions",
    Channel.ELSEWHERE: "outside the office",
}


class Format(TextChoices):
    """The formats in which a customer can receive a letter."""

    STANDARD = "standard", "Standard print"
    LARGE_PRINT = "large_print", "Large print"
    PLAIN_TEXT = "plain_text", "Plain text, to be read aloud or emailed"
    AUDIO = "audio", "Audio, to listen to"


class NeedCode(TextChoices):
    """What somebody needs of us, so that they can deal with us. Policy §9, 18; beyond the policy: B2."""

    CANNOT_HEAR = "cannot_hear", "Cannot hear, or hardly"
    CANNOT_SPEAK = "cannot_speak", "Cannot speak, or hardly"
    CANNOT_READ = "cannot_read", "Cannot read, or hardly"
    CANNOT_WRITE = "cannot_write", "Cannot write or type, or hardly"
    CANNOT_SEE_PRINT = "cannot_see_print", "Cannot see print"
    LARGE_PRINT = "needs_large_print", "Needs large print"
    AUDIO = "needs_audio", "Needs to listen to letters"
    NO_ENGLISH = "no_english", "Reads or speaks no English, or hardly any"
    NO_PHONE = "no_phone", "Has no phone"
    FEARS_PHONE = "fears_phone", "Phone calls are too much for them"
    NO_INTERNET = "no_internet", "Is not online"
    NO_POST = "no_post", "Post does not reach them safely"
    CANNOT_TRAVEL = "cannot_travel", "Cannot come to the office"
    FEARS_VISITS = "fears_visits", "Home visits are too much for them"


class NeedEffect(NamedTuple):
    """The channels and the formats of letters that a need rules out, and the channels that it puts in doubt."""

    channels: tuple[Channel, ...] = ()
    formats: tuple[Format, ...] = ()
    doubtful_channels: tuple[Channel, ...] = ()


WRITTEN_CHANNELS = (Channel.LETTER, Channel.EMAIL, Channel.ONLINE_FORM, Channel.MESSAGE)
SPOKEN_CHANNELS = (Channel.PHONE, Channel.OFFICE)

NEED_EFFECTS = {
    NeedCode.CANNOT_HEAR: NeedEffect((Channel.PHONE,), (Format.AUDIO,)),
    NeedCode.CANNOT_SPEAK: NeedEffect((Channel.PHONE,)),
    NeedCode.CANNOT_READ: NeedEffect(WRITTEN_CHANNELS, (Format.STANDARD, Format.LARGE_PRINT)),
    NeedCode.CANNOT_WRITE: NeedEffect(WRITTEN_CHANNELS),
    NeedCode.CANNOT_SEE_PRINT: NeedEffect((Channel.LETTER,), (Format.STANDARD, Format.LARGE_PRINT)),
    NeedCode.LARGE_PRINT: NeedEffect(formats=(Format.STANDARD,)),
    NeedCode.AUDIO: NeedEffect(formats=(Format.STANDARD, Format.LARGE_PRINT)),
    NeedCode.NO_ENGLISH: NeedEffect(doubtful_channels=SPOKEN_CHANNELS),
    NeedCode.NO_PHONE: NeedEffect((Channel.PHONE, Channel.MESSAGE)),
    NeedCode.FEARS_PHONE: NeedEffect((Channel.PHONE,)),
    NeedCode.NO_INTERNET: NeedEffect((Channel.EMAIL, Channel.ONLINE_FORM)),
    NeedCode.NO_POST: NeedEffect((Channel.LETTER,)),
    NeedCode.CANNOT_TRAVEL: NeedEffect((Channel.OFFICE,)),
    NeedCode.FEARS_VISITS: NeedEffect((Channel.HOME_VISIT,)),
}
"""What follows from each need. Policy §9, 18; beyond the policy: B2."""


class ConfirmedWith(TextChoices):
    """With whom it was confirmed what a customer needs, and which channels they can use. Policy §9; beyond the policy: B2."""

    CUSTOMER = "customer", "Yes, with them"
    REPRESENTATIVE = "representative", "Yes, with somebody who speaks for them"
    NOBODY = "nobody", "No, we could not ask"


CONFIRMED = (ConfirmedWith.CUSTOMER, ConfirmedWith.REPRESENTATIVE)
"""The answers by which needs are confirmed."""
HOW_CONFIRMED = ("needs_confirmed_how", "needs_confirmed_on", "needs_confirmed_by")
"""The fields of a customer that say how, when and by whom they were, in the order in which it is asked."""


class CardSection(TextChoices):
    """The headings of a customer's card, in their order. Beyond the policy: B1."""

    STOP = "stop", "Before anything else"
    ADJUSTMENT = "adjustment", "What they need"
    DO = "do", "Do"
    DONT = "dont", "Do not"
    WHO = "who", "What to know"
    OPEN = "open", "Always open to them"


class CustomerTab(TextChoices):
    """The pages about a customer, in their order."""

    OVERVIEW = "overview", "Overview"
    TIMELINE = "timeline", "Timeline"
    INCIDENTS = "incidents", "Incidents"
    CONTACTS = "contacts", "Contacts"
    RESTRICTIONS = "restrictions", "Restrictions and decisions"
    LETTERS = "letters", "Letters"
    NOTES = "notes", "Notes"
    DETAILS = "details", "Details"


class EventGroup(TextChoices):
    """The groups of events by which a timeline is filtered."""

    INCIDENTS = "incidents", "Incidents"
    CONTACTS = "contacts", "Contacts"
    RESTRICTIONS = "restrictions", "Restrictions and decisions"
    REVIEWS = "reviews", "Reviews and appeals"
    LETTERS = "letters", "Letters"
    NOTES = "notes", "Notes"
    DETAILS = "details", "Their details and needs"


class ActionGroup(TextChoices):
    """The headings of the menu of what can be done for a customer, in their order. What is logged each day stands beside the menu."""

    LOG = "log", "Log what happened"
    LISTEN = "listen", "Log what they say"
    DECIDE = "decide", "Decide what follows"
    WRITE = "write", "Write and print"
    RECORD = "record", "Keep their record"


class KeyKind(TextChoices):
    """The facts about a customer that look-up keys are made from."""

    NAME = "name", "Name"
    PHONE = "phone", "Phone"
    EMAIL = "email", "Email"
    ADDRESS = "address", "Address"
    POSTCODE = "postcode", "Postcode"
    TENANCY = "tenancy", "Tenancy reference"
    HANDLE = "handle", "Online handle"
    REFERENCE = "reference", "Our reference"


class CustomerEvent(StrEnum):
    """Names, in its history, for whatever happens to a customer's record."""

    ADD = "add"
    MERGE = "merge"
    UNMERGE = "unmerge"
    CONFIRM_NEEDS = "confirm_needs"
    RECORD_DEATH = "record_death"
    TAKE_BACK_DEATH = "take_back_death"
    REPLACE_DETAILS = "replace_details"


class NeedEvent(StrEnum):
    """Names, in its history, for whatever happens to a need."""

    RECORD = "record"
    CHANGE = "change"
    END = "end"


class AdjustmentEvent(StrEnum):
    """Names, in its history, for whatever happens to an adjustment."""

    AGREE = "agree"
    END = "end"


class SignpostingEvent(StrEnum):
    """Names, in its history, for whatever happens to a signposting."""

    SIGNPOST = "signpost"

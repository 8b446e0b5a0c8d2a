"""Letters about an incident: what we expect of somebody, and the notice that we cannot accept what they sent."""

from uuid import uuid4

from django.db import transaction
from django.db.models import QuerySet

from cha_engagement.core import hub
from cha_engagement.core.refusals import Refusal, raise_if_refused
from cha_engagement.core.templatetags.ui import uk_date
from cha_engagement.customers.enums import Channel
from cha_engagement.letters.actions import draft_letter, link_letter
from cha_engagement.letters.models import Letter
from cha_engagement.letters.rendering.placeholders import PlaceholderTexts
from cha_engagement.letters.rules.issuing import (
    check_placeholders,
    check_sections,
    required_placeholder,
    required_section,
)
from cha_engagement.staff.models import StaffMember

from . import rules
from .enums import ZERO_TOLERANCE, Outcome
from .models import Incident

WARNING_LETTERS = EXPECTATIONS, CORRESPONDENCE = "expectations", "correspondence"
WHAT_IT_WAS = {
    Channel.PHONE: "your call to us",
    Channel.OFFICE: "your visit to our office",
    Channel.HOME_VISIT: "our visit to your home",
    Channel.LETTER: "your letter to us",
    Channel.EMAIL: "your email to us",
    Channel.ONLINE_FORM: "what you sent us through our website",
    Channel.MESSAGE: "your message to us",
    Channel.SOCIAL_MEDIA: "what you posted online",
    Channel.EVENT: "what happened at our event",
    Channel.TRAINING: "what happened at our training session",
    Channel.ELSEWHERE: "what happened when you met our colleagues",
}
WRITTEN = (Channel.LETTER, Channel.EMAIL, Channel.ONLINE_FORM, Channel.MESSAGE, Channel.SOCIAL_MEDIA)
"""What is received on these is correspondence: its sender is told, and its content is not answered. Policy §29, 30."""

REQUIRED = dict(
    [
        required_placeholder("what this is about", "what it is about, and of which day", "61.3"),
        required_placeholder(
            "what this letter changes", "that it changes nothing in how they can reach us", "61.3"
        ),
        required_placeholder("how to complain", "how to complain", "5"),
    ]
)
SAID = dict(
    [
        required_section("What happened", "what happened, in facts", "61.1"),
        required_section("What we ask of you", "what we ask of them", "61.3"),
    ]
)


def incident_of(letter: Letter) -> Incident:
    return letter.incidents.get()


def letter_kind_for(incident: Incident) -> str:
    """The notice for what was written and is violent or abusive; for all else, in words that accuse of nothing, what we ask. Policy §29, 31, 61.1."""
    abusive = incident.categories.filter(pk__in=ZERO_TOLERANCE).exists()
    return CORRESPONDENCE if abusive and incident.channel in WRITTEN else EXPECTATIONS


def may_write_letter(user: StaffMember, incident: Incident, letter: Letter | None = None) -> Refusal | None:
    """A manager, once a manager has decided that such a letter follows. Policy §29, 31, 54."""
    refusal = rules.may_assess_incident(user, incident)
    if refusal := refusal or rules.may_choose_outcome(user, Outcome.WARNING_LETTER, incident):
        return refusal
    if incident.customer is None:
        return Refusal("Link the incident to its customer first: a letter needs somebody to read it.", "29")
    latest = incident.assessments.first()
    if letter is None and (latest is None or latest.outcome != Outcome.WARNING_LETTER):
        return Refusal("A manager first decides that a letter about what we expect follows.", "31")
    return None


def letter_about(letters: QuerySet[Letter], incident: Incident) -> Letter | None:
    return letters.filter(incidents=incident).order_by("-pk").first()


@transaction.atomic
def write_letter(*, incident: Incident, by: StaffMember) -> Letter:
    """The letter about an incident: the one that there is, or a new draft. Policy §29, 31."""
    incident = incident.locked()
    raise_if_refused(may_write_letter(by, incident))
    return letter_about(Letter.objects.exclude_withdrawn(), incident) or draft_letter(
        customer=incident.customer, kind=letter_kind_for(incident), about=incident, by=by, submission=uuid4()
    )


def letter_placeholders(letter: Letter) -> PlaceholderTexts:
    incident = incident_of(letter)
    return {
        "what this is about": f"This is about {WHAT_IT_WAS[Channel(incident.channel)]} on {uk_date(incident.occurred_at)}.",
        "what this letter changes": (
            "This letter changes nothing in how you can reach us. If something like it happens again, a manager may have to decide on how "
            "we are in contact with each other. We would write to you first, or as soon as we can, and tell you why and how to challenge it."
        ),
    }


def check_letter_ready(letter: Letter) -> list[Refusal]:
    return [*check_placeholders(letter, REQUIRED), *check_sections(letter, SAID)]


def register_letter_kind(
    code: str, title: str, *, from_team: bool = False, never_waits: bool = False
) -> None:
    hub.letter_kind(
        hub.LetterKind(
            code=code,
            title=title,
            template=f"letters/{code}.md",
            may_write=may_write_letter,
            about=incident_of,
            link_records=link_letter,
            placeholders=letter_placeholders,
            check_ready=check_letter_ready,
            from_team=from_team,
            never_waits=never_waits,
        )
    )


# Both begin without `context`: what staff wrote down for each other is not what its customer reads.
register_letter_kind(EXPECTATIONS, "What we ask of you")
# It names nobody unless whoever writes it chooses to sign, and waits for nobody. Policy §29; beyond the policy: B36.
register_letter_kind(CORRESPONDENCE, "About what you sent us", from_team=True, never_waits=True)

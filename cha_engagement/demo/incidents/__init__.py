"""The incidents of the demonstration, and the restorative work that followed: all invented."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

from django.utils import timezone

from cha_engagement.customers.enums import Channel
from cha_engagement.demo import letters as letter_demo
from cha_engagement.demo.customers import customer
from cha_engagement.demo.demonstration import Demonstration
from cha_engagement.demo.staff import person
from cha_engagement.letters.actions import edit_draft
from cha_engagement.organisation.calendar import today
from incidents import actions
from incidents.conversations import actions as conversations
from incidents.enums import (
    LIVE_CHANNELS,
    ZERO_TOLERANCE,
    AimedAt,
    Category,
    HowEnded,
    Outcome,
    RecordingWarning,
    Warning,
    YesNo,
)
from incidents.restorative import actions as restorative
from incidents.restorative.enums import RestorativeKind, RestorativeOutcome

from .background import background_incidents
from .contact_requests import plan_contact_requests
from .contacts import plan_contacts
from .notes import plan_notes
from .script import INCIDENTS, LETTER_WORDS, STEPS, LetterWords, ScriptedIncident, Step

COUNT = 120
ASSESSORS = {"officer": "manager", "officer2": "manager2", "ccsm": "management"}
"""The managers who decide what follows, by who reported it."""

HOW_ENDED = {
    Channel.PHONE: HowEnded.ENDED_CALL,
    Channel.OFFICE: HowEnded.ENDED_MEETING,
    Channel.HOME_VISIT: HowEnded.ENDED_MEETING,
    Channel.EVENT: HowEnded.ENDED_MEETING,
    Channel.SOCIAL_MEDIA: HowEnded.LEFT_SOCIAL_MEDIA,
}


def plan(demonstration: Demonstration) -> None:
    for scripted in [*INCIDENTS, *background_incidents(demonstration, COUNT - len(INCIDENTS))]:
        plan_incident(demonstration, scripted)
    for step in STEPS:
        plan_step(demonstration, step)
    plan_contacts(demonstration)
    plan_contact_requests(demonstration)
    plan_notes(demonstration)


def plan_incident(demonstration: Demonstration, scripted: ScriptedIncident) -> None:
    """Plan that it is logged, talked about the same day, decided on the next, and closed a week later."""
    demonstration.plan(scripted.ago, scripted.at, partial(log_incident, demonstration, scripted))
    if scripted.conversation != "open":
        is_only_taken = scripted.conversation == "taken"
        action = conversations.take_conversation if is_only_taken else conversations.hold_conversation
        demonstration.plan(
            scripted.ago, "16:30", partial(settle_conversation, demonstration, scripted, action)
        )
    if scripted.outcome:
        demonstration.plan(scripted.ago - 1, "10:10", partial(assess_incident, demonstration, scripted))
    if scripted.outcome == Outcome.WARNING_LETTER:
        demonstration.plan(scripted.ago - 1, "10:40", partial(write_letter, demonstration, scripted))
        if scripted.ago > 5:
            demonstration.plan(scripted.ago - 2, "11:50", partial(post_letter, demonstration, scripted))
    if scripted.outcome and scripted.ago > 8:
        demonstration.plan(scripted.ago - 6, "15:45", partial(close_incident, demonstration, scripted))


def assessor(scripted: ScriptedIncident) -> Any:
    """Return who decides what follows: the Management Team on the use of the complaints process. Policy §54."""
    is_judged = scripted.outcome in (Outcome.WARNING_LETTER, Outcome.ACTIVE_MANAGEMENT)
    if is_judged and Category.COMPLAINTS_PROCESS in scripted.categories:
        return person("management")
    return person(ASSESSORS[scripted.by])


def ends_contact(scripted: ScriptedIncident) -> bool:
    """Return whether the contact was ended: nobody has to go on listening to threats or abuse."""
    is_zero_tolerance = not {*scripted.categories}.isdisjoint(ZERO_TOLERANCE)
    return is_zero_tolerance and scripted.more.get("contact_ended") != YesNo.NO


def log_incident(demonstration: Demonstration, scripted: ScriptedIncident) -> None:
    occurred_at = timezone.now() - timedelta(minutes=demonstration.random.randrange(15, 50))
    more = dict(scripted.more)
    if "affected_staff" in more:
        more["affected_staff"] = [person(name) for name in more["affected_staff"]]
    about: dict[str, Any] = {"unidentified_person": scripted.customer}
    if not scripted.customer.startswith("A "):
        about = {"customer": customer(scripted.customer)}
    demonstration.records[scripted.name] = actions.log_incident(
        by=person(scripted.by),
        submission=demonstration.submission(),
        occurred_at=occurred_at,
        channel=scripted.channel,
        categories=list(scripted.categories),
        facts=scripted.facts,
        **about | ({} if scripted.is_short else usual_answers(scripted)) | more,
    )


def usual_answers(scripted: ScriptedIncident) -> dict[str, Any]:
    """Return the other answers of the form, as far as the script does not give them itself."""
    answers: dict[str, Any] = {}
    if scripted.channel in LIVE_CHANNELS:
        answers["contact_ended"] = YesNo.NO
    if ends_contact(scripted):
        how_ended = HOW_ENDED.get(Channel(scripted.channel), HowEnded.STOPPED_READING)
        answers |= {"contact_ended": YesNo.YES, "how_ended": how_ended}
        answers |= {
            "action_taken": "Contact ended, and a manager told the same hour.",
            "action_not_taken": "What they asked for was left for a calmer time.",
        }
        answers |= {"aimed_at": AimedAt.STAFF, "affected_staff": [person(scripted.by)]}
        if scripted.channel in LIVE_CHANNELS:
            answers["warning"] = Warning.GIVEN
    if scripted.channel == Channel.PHONE:
        answers["recording_warning"] = RecordingWarning.NOT_PAUSED
    if Category.REFUSAL in scripted.categories:
        answers["request_made_on"] = today() - timedelta(days=14)
    return answers


def settle_conversation(
    demonstration: Demonstration, scripted: ScriptedIncident, action: Callable[..., Any]
) -> None:
    manager = person(ASSESSORS[scripted.by])
    for conversation in demonstration.records[scripted.name].conversations.exclude(staff_member=manager):
        action(conversation=conversation, by=manager)


def assess_incident(demonstration: Demonstration, scripted: ScriptedIncident) -> None:
    incident = demonstration.recall(scripted.name)
    actions.assess_incident(
        incident=incident,
        by=assessor(scripted),
        version=incident.version,
        outcome=scripted.outcome,
        reasons=scripted.reasons,
    )


def write_letter(demonstration: Demonstration, scripted: ScriptedIncident) -> None:
    """Draft a letter about what we expect, and put what happened in words to its reader."""
    by = assessor(scripted)
    letter = actions.write_letter(incident=demonstration.recall(scripted.name), by=by)
    words = LETTER_WORDS.get(scripted.name, LetterWords())
    sections = {"What happened": words.happened, "What we ask of you": words.asked}
    demonstration.records[f"{scripted.name} letter"] = edit_draft(
        letter=letter,
        by=by,
        version=letter.version,
        body=letter_demo.fill_in_sections(letter.body, sections),
        wording_reason=words.wording_reason,
        signed_as=letter.signed_as,
        signatory=letter.signatory,
        advice=letter.advice.all(),
    )


def post_letter(demonstration: Demonstration, scripted: ScriptedIncident) -> None:
    by = assessor(scripted)
    letter = letter_demo.issue_letter(demonstration.recall(f"{scripted.name} letter"), by=by)
    letter_demo.post_letter(letter, by=by)


def close_incident(demonstration: Demonstration, scripted: ScriptedIncident) -> None:
    incident = demonstration.recall(scripted.name)
    actions.close_incident(incident=incident, by=assessor(scripted), version=incident.version)


def plan_step(demonstration: Demonstration, step: Step) -> None:
    demonstration.plan(step.ago, "14:20", partial(record_step, demonstration, step))
    if step.ended:
        demonstration.plan(step.ended_ago, "11:30", partial(end_pause, demonstration, step))


def record_step(demonstration: Demonstration, step: Step) -> None:
    by = person(step.by)
    pause_facts = {}
    if step.kind == RestorativeKind.CONTACT_PAUSED:
        pause_facts = {"reengage_on": demonstration.day(step.reengage), "owner": by}
    demonstration.records[step.name] = restorative.record_restorative_action(
        customer=customer(step.customer),
        by=by,
        submission=demonstration.submission(),
        kind=step.kind,
        on=today(),
        what=step.what,
        outcome=step.outcome,
        incident=demonstration.records.get(step.incident),
        **pause_facts,
    )


def end_pause(demonstration: Demonstration, step: Step) -> None:
    pause = demonstration.recall(step.name)
    by = person(step.by)
    if step.ended == "complete":
        outcome = RestorativeOutcome.RESTORED
        restorative.complete_pause(pause=pause, by=by, version=pause.version, outcome=outcome)
    else:
        restorative.drop_pause(pause=pause, by=by, version=pause.version, dropped_reason=step.ended)

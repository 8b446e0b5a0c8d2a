"""The incidents of the demonstration, and the restorative work that followed: all invented."""

from datetime import timedelta
from functools import partial
from typing import Any

from django.utils import timezone

from cha_engagement.demo import letters as letter_demo
from cha_engagement.demo.customers import customer
from cha_engagement.demo.demonstration import Demonstration
from cha_engagement.demo.staff import person
from cha_engagement.letters.actions import edit_draft
from cha_engagement.organisation.calendar import today
from incidents import actions
from incidents.conversations import actions as conversations
from incidents.enums import LIVE_CHANNELS, ZERO_TOLERANCE
from incidents.restorative import actions as restorative
from incidents.restorative.models import RestorativeAction

from .background import events
from .contacts import plan_contacts
from .script import EVENTS, SAID, STEPS, Event, Said, Step

COUNT = 120
ASSESSORS = {"officer": "manager", "officer2": "manager2", "ccsm": "management"}
"""Who decides what follows, by who reported it."""

ENDED = {
    "phone": "ended_call",
    "office": "ended_meeting",
    "home_visit": "ended_meeting",
    "event": "ended_meeting",
    "social_media": "left_social_media",
}


def plan(demonstration: Demonstration) -> None:
    for event in [*EVENTS, *events(demonstration, COUNT - len(EVENTS))]:
        plan_event(demonstration, event)
    for step in STEPS:
        plan_step(demonstration, step)
    plan_contacts(demonstration)


def plan_event(demonstration: Demonstration, event: Event) -> None:
    """It is logged, talked about the same day, decided on the next, and closed a week later."""
    demonstration.plan(event.ago, event.at, partial(log, demonstration, event))
    if ended(event) and event.conversation != "open":
        verb = (
            conversations.take_conversation
            if event.conversation == "taken"
            else conversations.hold_conversation
        )
        demonstration.plan(event.ago, "16:30", partial(talk, demonstration, event, verb))
    if event.outcome:
        demonstration.plan(event.ago - 1, "10:10", partial(assess, demonstration, event))
    if event.outcome == "warning_letter":
        demonstration.plan(event.ago - 1, "10:40", partial(write, demonstration, event))
        if event.ago > 5:
            demonstration.plan(event.ago - 2, "11:50", partial(post, demonstration, event))
    if event.outcome and event.ago > 8:
        demonstration.plan(event.ago - 6, "15:45", partial(close, demonstration, event))


def assessor(event: Event) -> Any:
    """Who decides what follows, and does it. What is about the use of the complaints process is the Management Team's (policy §54)."""
    if event.outcome in ("warning_letter", "active_management") and "complaints_process" in event.categories:
        return person("management")
    return person(ASSESSORS[event.by])


def ended(event: Event) -> bool:
    """Nobody has to go on listening to threats or abuse."""
    return bool({*event.categories} & {*ZERO_TOLERANCE}) and event.more.get("contact_ended") != "no"


def log(demonstration: Demonstration, event: Event) -> None:
    occurred_at = timezone.now() - timedelta(minutes=demonstration.random.randrange(15, 50))
    about: dict[str, Any] = {"unidentified_person": event.customer}
    if not event.customer.startswith("A "):
        about = {"customer": customer(event.customer)}
    demonstration.records[event.name] = actions.log_incident(
        by=person(event.by),
        submission=demonstration.submission(),
        occurred_at=occurred_at,
        channel=event.channel,
        categories=list(event.categories),
        facts=event.facts,
        **about | ({} if event.is_short else answers(event)) | dict(event.more),
    )


def answers(event: Event) -> dict[str, Any]:
    """What is asked on the same page, as far as the script does not say it itself."""
    given: dict[str, Any] = {}
    if event.channel in LIVE_CHANNELS:
        given["contact_ended"] = "no"
    if ended(event):
        given |= {"contact_ended": "yes", "how_ended": ENDED.get(event.channel, "stopped_reading")}
        given |= {
            "action_taken": "Contact ended, and a manager told the same hour.",
            "action_not_taken": "What they asked for was left for a calmer time.",
        }
        given |= {"aimed_at": "staff", "affected_staff": [person(event.by)]}
        if event.channel in LIVE_CHANNELS:
            given["warning"] = "given"
    if event.channel == "phone":
        given["recording_warning"] = "not_paused"
    if "refusal" in event.categories:
        given["request_made_on"] = today() - timedelta(days=14)
    return given


def talk(demonstration: Demonstration, event: Event, verb: Any) -> None:
    verb(conversation=demonstration.records[event.name].conversation, by=person(ASSESSORS[event.by]))


def assess(demonstration: Demonstration, event: Event) -> None:
    incident = demonstration.recall(event.name)
    by = assessor(event)
    actions.assess_incident(
        incident=incident, by=by, version=incident.version, outcome=event.outcome, reasons=event.reasons
    )


def write(demonstration: Demonstration, event: Event) -> None:
    """A letter about what we expect is drafted, and what happened is put in words to its reader."""
    by = assessor(event)
    letter = actions.write_letter(incident=demonstration.recall(event.name), by=by)
    said = SAID.get(event.name, Said())
    words = {"What happened": said.happened, "What we ask of you": said.asked}
    demonstration.records[f"{event.name} letter"] = edit_draft(
        letter=letter,
        by=by,
        version=letter.version,
        body=letter_demo.fill_in_sections(letter.body, words),
        wording_reason=said.wording_reason,
        signed_as=letter.signed_as,
        signatory=letter.signatory,
        advice=letter.advice.all(),
    )


def post(demonstration: Demonstration, event: Event) -> None:
    by = assessor(event)
    letter_demo.post_letter(
        letter_demo.issue_letter(demonstration.recall(f"{event.name} letter"), by=by), by=by
    )


def close(demonstration: Demonstration, event: Event) -> None:
    incident = demonstration.recall(event.name)
    actions.close_incident(incident=incident, by=assessor(event), version=incident.version)


def plan_step(demonstration: Demonstration, step: Step) -> None:
    demonstration.plan(step.ago, "14:20", partial(restore, demonstration, step))
    if step.ended:
        demonstration.plan(step.ended_ago, "11:30", partial(finish, demonstration, step))


def restore(demonstration: Demonstration, step: Step) -> None:
    by = person(step.by)
    pause = (
        {"reengage_on": demonstration.day(step.reengage), "owner": by}
        if step.kind == "contact_paused"
        else {}
    )
    demonstration.records[step.name] = restorative.record_restorative_action(
        customer=customer(step.customer),
        by=by,
        submission=demonstration.submission(),
        kind=step.kind,
        on=today(),
        what=step.what,
        outcome=step.outcome,
        incident=demonstration.records.get(step.incident),
        **pause,
    )


def finish(demonstration: Demonstration, step: Step) -> None:
    action: RestorativeAction = demonstration.recall(step.name)
    by = person(step.by)
    if step.ended == "complete":
        restorative.complete_pause(action=action, by=by, version=action.version, outcome="restored")
    else:
        restorative.drop_pause(action=action, by=by, version=action.version, dropped_reason=step.ended)

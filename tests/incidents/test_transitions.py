"""Every status × every transition × every role, from the tables themselves."""

import itertools
import uuid

import pytest

from cha_engagement.core.records import Stale
from cha_engagement.core.refusals import Refused
from cha_engagement.organisation.calendar import today
from cha_engagement.staff.roles import ROLES
from incidents import actions
from incidents.enums import TRANSITIONS, IncidentStatus, RestorativeStatus, TalkStatus

from .. import factories

pytestmark = pytest.mark.django_db

MANAGERS = {"Manager", "Management Team", "CCSM"}
INCIDENT = {
    name: transition for name, transition in TRANSITIONS["Incident"].items() if name != "send"
}  # logging sends it
TALK, PAUSE = TRANSITIONS["Talk"], TRANSITIONS["RestorativeAction"]


def take(incident, transition, by):
    said = {"incident": incident, "by": by, "version": incident.version}
    if transition == "assess":
        return actions.assess(outcome="warned", reasons="It is over.", **said)
    if transition == "reopen":
        return actions.reopen(reason="A witness came forward", **said)
    return actions.close(**said)


def take_talk(talk, transition, by):
    return {"take": actions.take_talk, "hold": actions.hold_talk}[transition](talk=talk, by=by)


def take_pause(action, transition, by):
    said = {"action": action, "by": by, "version": action.version}
    if transition == "complete":
        return actions.complete(outcome="restored", **said)
    return actions.drop(dropped_reason="They moved away.", **said)


@pytest.fixture
def incident_in(customer, officer, manager):
    """`incident_in(status)`, brought there by the verbs."""
    ways = {"with_manager": [], "assessed": ["assess"], "closed": ["assess", "close"]}

    def incident_in(status):
        incident = factories.incident(by=officer, customer=customer)
        for transition in ways[status]:
            incident = take(incident, transition, manager)
        return incident

    return incident_in


@pytest.fixture
def talk_in(incident_in, manager):
    def talk_in(status):
        talk = incident_in("with_manager").talk
        ways = {"open": [], "taken": ["take"], "held": ["hold"]}
        for transition in ways[status]:
            talk = take_talk(talk, transition, manager)
        return talk

    return talk_in


@pytest.fixture
def pause_in(customer, officer):
    def pause_in(status):
        pause = actions.restore(
            customer=customer,
            by=officer,
            submission=uuid.uuid4(),
            kind="expectations_set" if status == "recorded" else "contact_paused",
            on=today(),
            what="Paused.",
            outcome="too_early",
            reengage_on=today(),
            owner=officer,
        )
        ways = {"recorded": [], "to_do": [], "done": ["complete"], "dropped": ["drop"]}
        for transition in ways[status]:
            pause = take_pause(pause, transition, officer)
        return pause

    return pause_in


@pytest.mark.parametrize(
    ("status", "transition"),
    list(itertools.product([one for one in IncidentStatus.values if one != "logged"], INCIDENT)),
)
def test_an_incident_goes_from_the_statuses_of_the_table_alone(status, transition, incident_in, manager):
    check(incident_in(status), transition, INCIDENT, lambda record: take(record, transition, manager))


@pytest.mark.parametrize(("status", "transition"), list(itertools.product(TalkStatus.values, TALK)))
def test_a_talk_goes_from_the_statuses_of_the_table_alone(status, transition, talk_in, manager):
    check(talk_in(status), transition, TALK, lambda record: take_talk(record, transition, manager))


@pytest.mark.parametrize(("status", "transition"), list(itertools.product(RestorativeStatus.values, PAUSE)))
def test_a_pause_goes_from_the_statuses_of_the_table_alone(status, transition, pause_in, officer):
    check(pause_in(status), transition, PAUSE, lambda record: take_pause(record, transition, officer))


def check(record, transition, table, act):
    if record.status in table[transition].sources:
        assert act(record).status == table[transition].target
    else:
        with pytest.raises(Stale):
            act(record)


@pytest.mark.policy("25")
@pytest.mark.parametrize(("role", "transition"), list(itertools.product(ROLES, INCIDENT)))
def test_incidents_are_decided_by_managers_alone(role, transition, incident_in):
    incident = incident_in(INCIDENT[transition].sources[0])
    allowed(role in MANAGERS, lambda user: take(incident, transition, user), role)


@pytest.mark.policy("57")
@pytest.mark.parametrize(("role", "transition"), list(itertools.product(ROLES, TALK)))
def test_talks_are_for_managers_and_the_line_manager(role, transition, talk_in):
    talk = talk_in("open")
    allowed(role in MANAGERS, lambda user: take_talk(talk, transition, user), role)


@pytest.mark.policy("57")
@pytest.mark.parametrize("transition", TALK)
def test_the_line_manager_talks_whatever_their_role(transition, talk_in, executive, officer):
    talk = talk_in("open")
    officer.line_manager = executive
    officer.save()
    assert take_talk(talk, transition, executive).status == TALK[transition].target


@pytest.mark.policy("19")
@pytest.mark.parametrize(("role", "transition"), list(itertools.product(ROLES, PAUSE)))
def test_somebody_elses_pause_is_ended_by_managers_alone(role, transition, pause_in):
    pause = pause_in("to_do")
    allowed(role in MANAGERS, lambda user: take_pause(pause, transition, user), role)


def allowed(expected, act, role):
    user = factories.staff("somebody", role)
    if expected:
        act(user)
    else:
        with pytest.raises(Refused):
            act(user)

"""Every status × every move × every role, from the tables themselves."""

import itertools
import uuid

import pytest

from cha_engagement.core.refusals import Refused
from cha_engagement.core.transitions import Stale
from cha_engagement.organisation.calendar import today
from cha_engagement.staff.roles import ROLES
from incidents import actions
from incidents.enums import TRANSITIONS, IncidentStatus, RestorativeStatus, TalkStatus

from .. import factories

pytestmark = pytest.mark.django_db

MANAGERS = {"Manager", "Management Team", "CCSM"}
INCIDENT = {
    name: move for name, move in TRANSITIONS["Incident"].items() if name != "send"
}  # logging sends it
TALK, PAUSE = TRANSITIONS["Talk"], TRANSITIONS["RestorativeAction"]


def take(incident, move, by):
    said = {"incident": incident, "by": by, "version": incident.version}
    if move == "assess":
        return actions.assess(outcome="warned", reasons="It is over.", **said)
    if move == "reopen":
        return actions.reopen(reason="A witness came forward", **said)
    return actions.close(**said)


def take_talk(talk, move, by):
    return {"take": actions.take_talk, "hold": actions.hold_talk}[move](talk=talk, by=by)


def take_pause(action, move, by):
    said = {"action": action, "by": by, "version": action.version}
    if move == "complete":
        return actions.complete(outcome="restored", **said)
    return actions.drop(dropped_reason="They moved away.", **said)


@pytest.fixture
def incident_in(customer, officer, manager):
    """`incident_in(status)`, brought there by the verbs."""
    ways = {"with_manager": [], "assessed": ["assess"], "closed": ["assess", "close"]}

    def incident_in(status):
        incident = factories.incident(by=officer, customer=customer)
        for move in ways[status]:
            incident = take(incident, move, manager)
        return incident

    return incident_in


@pytest.fixture
def talk_in(incident_in, manager):
    def talk_in(status):
        talk = incident_in("with_manager").talk
        ways = {"open": [], "taken": ["take"], "held": ["hold"]}
        for move in ways[status]:
            talk = take_talk(talk, move, manager)
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
        for move in ways[status]:
            pause = take_pause(pause, move, officer)
        return pause

    return pause_in


@pytest.mark.parametrize(
    ("status", "move"),
    list(itertools.product([one for one in IncidentStatus.values if one != "logged"], INCIDENT)),
)
def test_an_incident_goes_from_the_statuses_of_the_table_alone(status, move, incident_in, manager):
    check(incident_in(status), move, INCIDENT, lambda record: take(record, move, manager))


@pytest.mark.parametrize(("status", "move"), list(itertools.product(TalkStatus.values, TALK)))
def test_a_talk_goes_from_the_statuses_of_the_table_alone(status, move, talk_in, manager):
    check(talk_in(status), move, TALK, lambda record: take_talk(record, move, manager))


@pytest.mark.parametrize(("status", "move"), list(itertools.product(RestorativeStatus.values, PAUSE)))
def test_a_pause_goes_from_the_statuses_of_the_table_alone(status, move, pause_in, officer):
    check(pause_in(status), move, PAUSE, lambda record: take_pause(record, move, officer))


def check(record, move, table, act):
    if record.status in table[move].sources:
        assert act(record).status == table[move].target
    else:
        with pytest.raises(Stale):
            act(record)


@pytest.mark.policy("25")
@pytest.mark.parametrize(("role", "move"), list(itertools.product(ROLES, INCIDENT)))
def test_incidents_are_decided_by_managers_alone(role, move, incident_in):
    incident = incident_in(INCIDENT[move].sources[0])
    allowed(role in MANAGERS, lambda user: take(incident, move, user), role)


@pytest.mark.policy("57")
@pytest.mark.parametrize(("role", "move"), list(itertools.product(ROLES, TALK)))
def test_talks_are_for_managers_and_the_line_manager(role, move, talk_in):
    talk = talk_in("open")
    allowed(role in MANAGERS, lambda user: take_talk(talk, move, user), role)


@pytest.mark.policy("57")
@pytest.mark.parametrize("move", TALK)
def test_the_line_manager_talks_whatever_their_role(move, talk_in, executive, officer):
    talk = talk_in("open")
    officer.line_manager = executive
    officer.save()
    assert take_talk(talk, move, executive).status == TALK[move].target


@pytest.mark.policy("19")
@pytest.mark.parametrize(("role", "move"), list(itertools.product(ROLES, PAUSE)))
def test_somebody_elses_pause_is_ended_by_managers_alone(role, move, pause_in):
    pause = pause_in("to_do")
    allowed(role in MANAGERS, lambda user: take_pause(pause, move, user), role)


def allowed(expected, act, role):
    user = factories.staff("somebody", role)
    if expected:
        act(user)
    else:
        with pytest.raises(Refused):
            act(user)

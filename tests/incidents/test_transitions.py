"""Try each status with each transition and each role, from the tables themselves."""

import itertools

import pytest

from cha_engagement.staff.roles import ROLES
from incidents import actions
from incidents.enums import TRANSITIONS, IncidentEvent, IncidentStatus, Outcome

from .. import factories
from .transitions import MANAGERS, check_role, check_transition

pytestmark = pytest.mark.django_db


def take(incident, transition, by):
    facts = {"incident": incident, "by": by, "version": incident.version}
    if transition == IncidentEvent.ASSESS:
        return actions.assess_incident(outcome=Outcome.WARNED, reasons="It is over.", **facts)
    if transition == IncidentEvent.REOPEN:
        return actions.reopen_incident(reason="A witness came forward", **facts)
    return actions.close_incident(**facts)


@pytest.fixture
def incident_in(customer, officer, manager):
    """`incident_in(status)`, brought there by the actions."""
    ways = {"with_manager": [], "assessed": ["assess"], "closed": ["assess", "close"]}

    def incident_in(status):
        incident = factories.incident(by=officer, customer=customer)
        for transition in ways[status]:
            incident = take(incident, transition, manager)
        return incident

    return incident_in


@pytest.mark.parametrize(
    ("status", "transition"),
    list(itertools.product(IncidentStatus.values, TRANSITIONS)),
)
def test_an_incident_goes_from_the_statuses_of_the_table_alone(status, transition, incident_in, manager):
    check_transition(
        incident_in(status), transition, TRANSITIONS, lambda record: take(record, transition, manager)
    )


@pytest.mark.policy("25")
@pytest.mark.parametrize(("role", "transition"), list(itertools.product(ROLES, TRANSITIONS)))
def test_incidents_are_decided_by_managers_alone(role, transition, incident_in):
    incident = incident_in(TRANSITIONS[transition].sources[0])
    check_role(role in MANAGERS, lambda user: take(incident, transition, user), role)

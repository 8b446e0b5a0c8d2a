"""Try each status with each transition and each role, from the table itself."""

import itertools

import pytest

from cha_engagement.organisation.calendar import today
from cha_engagement.staff.roles import ROLES
from incidents.restorative import actions
from incidents.restorative.enums import (
    TRANSITIONS,
    RestorativeEvent,
    RestorativeKind,
    RestorativeOutcome,
    RestorativeStatus,
)
from tests import factories
from tests.incidents.transitions import MANAGERS, check_role, check_transition

pytestmark = pytest.mark.django_db


def end_pause(pause, transition, by):
    facts = {"pause": pause, "by": by, "version": pause.version}
    if transition == RestorativeEvent.COMPLETE:
        return actions.complete_pause(outcome=RestorativeOutcome.RESTORED, **facts)
    return actions.drop_pause(dropped_reason="They moved away.", **facts)


@pytest.fixture
def pause_in(customer, officer):
    def pause_in(status):
        is_pause = status != RestorativeStatus.RECORDED
        pause = factories.restorative_action(
            by=officer,
            customer=customer,
            kind=RestorativeKind.CONTACT_PAUSED if is_pause else RestorativeKind.EXPECTATIONS_SET,
            reengage_on=today() if is_pause else None,
            owner=officer if is_pause else None,
        )
        ways = {"recorded": [], "to_do": [], "done": ["complete"], "dropped": ["drop"]}
        for transition in ways[status]:
            pause = end_pause(pause, transition, officer)
        return pause

    return pause_in


@pytest.mark.parametrize(
    ("status", "transition"), list(itertools.product(RestorativeStatus.values, TRANSITIONS))
)
def test_a_pause_goes_from_the_statuses_of_the_table_alone(status, transition, pause_in, officer):
    check_transition(
        pause_in(status), transition, TRANSITIONS, lambda record: end_pause(record, transition, officer)
    )


@pytest.mark.policy("19")
@pytest.mark.parametrize(("role", "transition"), list(itertools.product(ROLES, TRANSITIONS)))
def test_somebody_elses_pause_is_ended_by_managers_alone(role, transition, pause_in):
    pause = pause_in("to_do")
    check_role(role in MANAGERS, lambda user: end_pause(pause, transition, user), role)

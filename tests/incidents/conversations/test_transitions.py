"""Try each status with each transition and each role, from the table itself."""

import itertools

import pytest

from cha_engagement.staff.roles import ROLES
from incidents.conversations import actions
from incidents.conversations.enums import TRANSITIONS, ConversationStatus
from tests.incidents.transitions import MANAGERS, check_role, check_transition

pytestmark = pytest.mark.django_db


def take(conversation, transition, by):
    return {"take": actions.take_conversation, "hold": actions.hold_conversation}[transition](
        conversation=conversation, by=by
    )


@pytest.fixture
def conversation_in(incident, manager):
    def conversation_in(status):
        conversation = incident.conversations.get()
        ways = {"open": [], "taken": ["take"], "held": ["hold"]}
        for transition in ways[status]:
            conversation = take(conversation, transition, manager)
        return conversation

    return conversation_in


@pytest.mark.parametrize(
    ("status", "transition"), list(itertools.product(ConversationStatus.values, TRANSITIONS))
)
def test_a_conversation_goes_from_the_statuses_of_the_table_alone(
    status, transition, conversation_in, manager
):
    check_transition(
        conversation_in(status), transition, TRANSITIONS, lambda record: take(record, transition, manager)
    )


@pytest.mark.policy("57")
@pytest.mark.parametrize(("role", "transition"), list(itertools.product(ROLES, TRANSITIONS)))
def test_conversations_are_for_managers_and_the_line_manager(role, transition, conversation_in):
    conversation = conversation_in("open")
    check_role(role in MANAGERS, lambda user: take(conversation, transition, user), role)


@pytest.mark.policy("57")
@pytest.mark.parametrize("transition", TRANSITIONS)
def test_the_line_manager_talks_whatever_their_role(transition, conversation_in, executive, officer):
    conversation = conversation_in("open")
    officer.line_manager = executive
    officer.save()
    assert take(conversation, transition, executive).status == TRANSITIONS[transition].target

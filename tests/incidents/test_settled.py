"""What is left of what a manager decided on an incident stays in mind, however long ago it was closed, and no longer than it has to."""

import pytest

from cha_engagement.core.unsettled import UnsettledRecord, forget_settled
from incidents import actions
from incidents.actions import write_letter
from incidents.worklist import incidents_to_decide_on, letters_to_write

from .. import factories
from .test_letters import adviser, sent, warned  # noqa: F401 fixtures

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def in_mind(record):
    return UnsettledRecord.objects.filter(kind=record._meta.label_lower, record=record.pk).exists()


@pytest.mark.policy("29")
def test_a_letter_that_follows_is_kept_in_mind_until_it_was_sent(warned, manager):  # noqa: F811
    incident = warned()
    forget_settled()
    assert in_mind(incident)
    assert letters_to_write(manager, incident.created_at.date()).count() == 1
    write_letter(incident=incident, by=manager)
    forget_settled()
    assert in_mind(incident), "its writer may leave before it is sent"
    sent(incident, manager)
    assert in_mind(incident)
    forget_settled()
    assert not in_mind(incident)


@pytest.mark.policy("22")
def test_a_decision_that_follows_is_kept_in_mind_until_it_is_made(warned, manager):  # noqa: F811
    incident = warned("active_management")
    forget_settled()
    assert in_mind(incident)
    assert incidents_to_decide_on(manager, incident.created_at.date()).count() == 1
    factories.decision(by=manager, incidents=[incident])
    forget_settled()
    assert not in_mind(incident)


def test_what_nothing_follows_on_is_forgotten_and_kept_in_mind_again_once_it_is_assessed_anew(
    warned,  # noqa: F811
    manager,
):
    incident = warned("restorative")
    forget_settled()
    assert not in_mind(incident)
    incident = actions.reopen_incident(
        incident=incident, by=manager, version=incident.version, reason="The customer rang about it."
    )
    actions.assess_incident(
        incident=incident, by=manager, version=incident.version, outcome="warning_letter", reasons="Again."
    )
    forget_settled()
    assert in_mind(incident)
    assert letters_to_write(manager, incident.created_at.date()).count() == 1

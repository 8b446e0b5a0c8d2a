"""An incident stays unsettled until what a manager decided has followed, however long ago it was closed."""

import pytest

from cha_engagement.core.unsettled import UnsettledRecord, forget_settled
from incidents import actions
from incidents.actions import write_letter
from incidents.enums import Outcome
from tests.desks import task_rows

from .. import factories
from .test_letters import adviser, incident_to_write_about, send_about_incident  # noqa: F401 fixtures

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def is_unsettled(record):
    return UnsettledRecord.objects.filter(kind=record._meta.label_lower, record=record.pk).exists()


@pytest.mark.policy("29")
def test_an_incident_is_unsettled_until_the_letter_that_follows_is_sent(incident_to_write_about, manager):  # noqa: F811
    incident = incident_to_write_about()
    forget_settled()
    assert is_unsettled(incident)
    assert len(task_rows(manager, "incident.write")) == 1
    write_letter(incident=incident, by=manager)
    forget_settled()
    assert is_unsettled(incident), "its writer may leave before it is sent"
    send_about_incident(incident, manager)
    assert is_unsettled(incident)
    forget_settled()
    assert not is_unsettled(incident)


@pytest.mark.policy("22")
def test_an_incident_is_unsettled_until_the_decision_that_follows_is_made(incident_to_write_about, manager):  # noqa: F811
    incident = incident_to_write_about("active_management")
    forget_settled()
    assert is_unsettled(incident)
    assert len(task_rows(manager, "incident.decide")) == 1
    factories.decision(by=manager, incidents=[incident])
    forget_settled()
    assert not is_unsettled(incident)


def test_an_incident_that_leads_to_nothing_is_settled_until_it_is_assessed_again(
    incident_to_write_about,  # noqa: F811
    manager,
):
    incident = incident_to_write_about("restorative")
    forget_settled()
    assert not is_unsettled(incident)
    incident = actions.reopen_incident(
        incident=incident, by=manager, version=incident.version, reason="The customer rang about it."
    )
    actions.assess_incident(
        incident=incident,
        by=manager,
        version=incident.version,
        outcome=Outcome.WARNING_LETTER,
        reasons="Again.",
    )
    forget_settled()
    assert is_unsettled(incident)
    assert len(task_rows(manager, "incident.write")) == 1

"""A record stays unsettled until what follows it is done."""

from threading import Event, Thread

import pytest
from django.db import connection, transaction

from cha_engagement.core.unsettled import UnsettledRecord, forget_settled
from incidents import actions
from incidents.enums import Outcome
from tests import factories

pytestmark = pytest.mark.database


@pytest.mark.django_db(transaction=True)
def test_a_record_that_comes_back_while_the_daily_job_runs_stays_unsettled(officer, manager, customer):
    """The job has read that nothing of it waits, and another letter is decided on before it has forgotten it."""
    incident = factories.incident(by=officer, customer=customer)
    incident = actions.assess_incident(
        incident=incident,
        by=manager,
        version=incident.version,
        outcome=Outcome.RESTORATIVE,
        reasons="They talked.",
    )
    incident = actions.reopen_incident(
        incident=incident, by=manager, version=incident.version, reason="They rang."
    )
    has_begun = Event()

    def forget():
        has_begun.wait()
        forget_settled()
        connection.close()

    job = Thread(target=forget, daemon=True)
    job.start()
    try:
        with transaction.atomic():
            actions.assess_incident(
                incident=incident,
                by=manager,
                version=incident.version,
                outcome=Outcome.WARNING_LETTER,
                reasons="Again.",
            )
            has_begun.set()
            job.join(0.5)
    finally:
        has_begun.set()  # whatever went wrong, nobody waits for it
        job.join(30)
    assert not job.is_alive()
    assert UnsettledRecord.objects.filter(kind="incidents.incident", record=incident.pk).exists()

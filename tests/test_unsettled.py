"""What is kept in mind until it is followed up."""

from importlib import import_module
from threading import Event, Thread

import pytest
from django.db import connection, transaction
from django.db.migrations import RunSQL

from cha_engagement.unsettled import Unsettled, settle
from incidents import workflow

from . import factories

pytestmark = pytest.mark.database

FILLED = {
    "incidents.incident": "incidents.migrations.0010_along_an_index",
    "restrictions.restriction": "restrictions.migrations.0011_along_an_index",
    "reviews.review": "reviews.migrations.0004_along_an_index",
    "reviews.appeal": "reviews.migrations.0004_along_an_index",
}


@pytest.mark.django_db
@pytest.mark.parametrize(("kind", "module"), FILLED.items())
def test_what_a_migration_keeps_in_mind_goes_when_it_is_reversed(kind, module):
    """It could not be run forward again beside what it had left."""
    Unsettled.objects.create(kind=kind, record=1)
    Unsettled.objects.create(kind="letters.letter", record=1)
    [step] = [
        one
        for one in import_module(module).Migration.operations
        if isinstance(one, RunSQL) and f"'{kind}'" in one.sql
    ]
    with connection.cursor() as cursor:
        if step.reverse_sql:
            cursor.execute(step.reverse_sql)
        cursor.execute(step.sql)
    assert list(Unsettled.objects.values_list("kind", flat=True)) == ["letters.letter"]


@pytest.mark.django_db(transaction=True)
def test_what_comes_back_while_the_daily_job_forgets_it_is_kept_in_mind(officer, manager, customer):
    """The job has read that nothing of it waits, and another letter is decided on before it has forgotten it."""
    incident = factories.incident(by=officer, customer=customer)
    incident = workflow.assess(
        incident=incident, by=manager, version=incident.version, outcome="restorative", reasons="They talked."
    )
    incident = workflow.reopen(incident=incident, by=manager, version=incident.version, reason="They rang.")
    begun = Event()

    def forget():
        begun.wait()
        settle()
        connection.close()

    job = Thread(target=forget, daemon=True)
    job.start()
    try:
        with transaction.atomic():
            workflow.assess(
                incident=incident,
                by=manager,
                version=incident.version,
                outcome="warning_letter",
                reasons="Again.",
            )
            begun.set()
            job.join(0.5)
    finally:
        begun.set()  # whatever went wrong, nobody waits for it
        job.join(30)
    assert not job.is_alive()
    assert Unsettled.objects.filter(kind="incidents.incident", record=incident.pk).exists()

import pytest
from django.utils import timezone

from cha_engagement.core import hub

from .. import factories


@pytest.fixture
def incident(customer, officer):
    return factories.incident(by=officer, customer=customer)


@pytest.fixture
def report(officer, manager):
    """The officer, whose line manager is the manager."""
    officer.line_manager = manager
    officer.save()
    return officer


@pytest.fixture
def tasks():
    """`tasks(user)` is what waits for them: the day of each, by its kind and record."""

    def tasks(user):
        rows = [row for source in hub.worklist for row in source(user, timezone.localdate())]
        return {(row["row_kind"], row["row_record"]): row["row_due_on"] for row in rows}

    return tasks


@pytest.fixture
def card():
    """`card(customer)` is what stands on their card before anything else."""

    def card(customer):
        lines = [line for source in hub.card for line in source(customer)]
        return [line for line in lines if line.section == "stop"]

    return card

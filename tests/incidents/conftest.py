import pytest

from cha_engagement.customers.enums import CardSection
from tests.desks import card_lines, task_rows

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
        rows = task_rows(user)
        return {(row["kind"], row["reference"]): row["due_on"] for row in rows}

    return tasks


@pytest.fixture
def card():
    """`card(customer)` is what stands on their card before anything else."""

    def card(customer):
        return [line for line in card_lines(customer) if line.section == CardSection.STOP]

    return card

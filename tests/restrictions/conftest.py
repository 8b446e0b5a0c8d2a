import pytest

from tests import factories


@pytest.fixture
def incident(customer, officer, manager):
    return factories.assess_incident(factories.incident(by=officer, customer=customer), by=manager)


@pytest.fixture
def decision(manager, incident):
    return factories.decision(by=manager, incidents=[incident])


@pytest.fixture
def proposal(officer, incident):
    return factories.proposal(by=officer, incidents=[incident])


@pytest.fixture
def restriction(manager, decision):
    return factories.restriction(by=manager, decision=decision)

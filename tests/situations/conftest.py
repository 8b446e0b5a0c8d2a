import pytest

from cha_engagement.organisation.models import AdviceOrganisation

from .. import factories


@pytest.fixture(autouse=True)
def adviser(organisation):
    """Letters tell of independent advice, so that there is some to tell of."""
    return AdviceOrganisation.objects.create(
        name="Lochside Advice", helps_with="housing", contact="0800 496 0002"
    )


@pytest.fixture
def incident(customer, officer, manager):
    return factories.assess_incident(factories.incident(by=officer, customer=customer), by=manager)


@pytest.fixture
def decision(manager, incident):
    return factories.decision(by=manager, incidents=[incident])

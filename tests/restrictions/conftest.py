import uuid

import pytest

from cha_engagement.customers.enums import Channel
from cha_engagement.organisation.calendar import today
from reviews import actions as reviews
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


@pytest.fixture
def suspend(officer, executive):
    """`suspend(restriction)` has a panel suspend it while an appeal against it is heard."""

    def suspend(restriction):
        appeal = reviews.log_appeal(
            customer=restriction.customer,
            by=officer,
            submission=uuid.uuid4(),
            restrictions=[restriction],
            received_on=today(),
            channel=Channel.PHONE,
            lodged_by="Órla",
            grounds="This is not fair.",
        )
        reviews.suspend_restrictions(
            appeal=appeal, by=executive, version=appeal.version, restrictions=[restriction]
        )
        restriction.refresh_from_db()
        return restriction

    return suspend

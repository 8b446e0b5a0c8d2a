"""Checks that the tests of every table of transitions share."""

import pytest

from cha_engagement.core.records import Stale
from cha_engagement.core.refusals import Refused
from tests import factories

MANAGERS = {"Manager", "Management Team", "CCSM"}


def check_transition(record, transition, table, act):
    """Check that `act(record)` makes a transition from the statuses of the table, and from no other."""
    if record.status in table[transition].sources:
        assert act(record).status == table[transition].target
    else:
        with pytest.raises(Stale):
            act(record)


def check_role(is_allowed, act, role):
    user = factories.staff("somebody", role)
    if is_allowed:
        act(user)
    else:
        with pytest.raises(Refused):
            act(user)

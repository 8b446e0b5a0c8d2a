"""Every status × every transition × every role, from the table itself."""

import pytest

from cha_engagement.core.interfaces import desks
from cha_engagement.core.records import Stale
from cha_engagement.core.refusals import Refused
from cha_engagement.staff.roles import ROLES
from restrictions import actions
from restrictions.enums import TRANSITIONS, RestrictionStatus
from restrictions.interfaces import AppealRules
from restrictions.models import Restriction
from tests import factories
from tests.undoing import undone

pytestmark = pytest.mark.django_db

MOVES = TRANSITIONS["Restriction"]
MANAGERS = {"Manager", "Management Team", "CCSM"}
OPEN_TO = {
    "impose": MANAGERS,
    "decline": MANAGERS,
    "withdraw": set(),  # its proposer alone
    "lift": MANAGERS,
    "vary": MANAGERS,
    "suspend": set(),  # a panel's, whatever the role
    "resume": set(),
    "overturn": set(),
    "expire": set(ROLES),  # the calendar's
}


def let_anybody_hear(monkeypatch):
    """Leave the rules of appeals out of account: what they allow is tested with them."""
    (desk,) = desks(AppealRules)
    for rule in ("may_suspend", "may_resume", "may_change_on_appeal"):
        monkeypatch.setattr(desk, rule, lambda user, restriction: None)


@pytest.fixture
def leave_out_appeal_rules(monkeypatch):
    let_anybody_hear(monkeypatch)


def make_restriction(status, *, by, incident, decision):
    """A restriction in a status, brought there by the verbs."""
    if status in (RestrictionStatus.PROPOSED, RestrictionStatus.DECLINED, RestrictionStatus.WITHDRAWN):
        proposal = factories.proposal(by=by, incidents=[incident])
        return {
            "proposed": lambda: proposal,
            "declined": lambda: actions.decline_proposal(
                restriction=proposal, by=by, version=1, status_reason="Too much"
            ),
            "withdrawn": lambda: actions.withdraw_proposal(restriction=proposal, by=by, version=1),
        }[status]()
    imposed = factories.restriction(by=by, decision=decision)
    if status == RestrictionStatus.SUPERSEDED:
        take(imposed, "vary", by=by, decision=decision)
        return Restriction.objects.get(pk=imposed.pk)
    moves = {
        "imposed": None,
        "suspended": "suspend",
        "lifted": "lift",
        "overturned": "overturn",
        "expired": "expire",
    }
    return take(imposed, moves[status], by=by, decision=decision) if moves[status] else imposed


def take(restriction, transition, *, by, decision):
    version = restriction.version
    verbs = {
        "impose": lambda: actions.impose_proposal(
            restriction=restriction, decision=decision, by=by, version=version
        ),
        "decline": lambda: actions.decline_proposal(
            restriction=restriction, by=by, version=version, status_reason="Too much"
        ),
        "withdraw": lambda: actions.withdraw_proposal(restriction=restriction, by=by, version=version),
        "suspend": lambda: actions.suspend_restriction(restriction=restriction, by=by),
        "resume": lambda: actions.resume_restriction(restriction=restriction, by=by),
        "lift": lambda: actions.lift_restriction(restriction=restriction, by=by, status_reason="Calm since"),
        "overturn": lambda: actions.overturn_restriction(
            restriction=restriction, by=by, status_reason="Upheld"
        ),
        "vary": lambda: actions.vary_restriction(
            restriction=restriction,
            by=by,
            terms=restriction.terms,
            status_reason="Eased",
            first_review_on=restriction.first_review_on,
            review_months=3,
        ),
        "expire": lambda: actions.expire_restriction(restriction=restriction),
    }
    return verbs[transition]()


@pytest.mark.parametrize("status", RestrictionStatus.values)
def test_a_restriction_changes_status_only_as_the_table_says(
    status, manager, incident, decision, leave_out_appeal_rules, subtests
):
    restriction = make_restriction(status, by=manager, incident=incident, decision=decision)
    for transition in MOVES:
        with subtests.test(str(transition)), undone():
            record = Restriction.objects.get(pk=restriction.pk)
            if status in MOVES[transition].sources:
                take(record, transition, by=manager, decision=decision)
                assert Restriction.objects.get(pk=record.pk).status == MOVES[transition].target
            else:
                with pytest.raises(Stale):
                    take(record, transition, by=manager, decision=decision)
                assert Restriction.objects.get(pk=record.pk).status == status


@pytest.mark.parametrize("transition", MOVES)
def test_a_transition_is_open_to_its_roles_and_to_no_other(
    transition, manager, incident, decision, monkeypatch, subtests
):
    with monkeypatch.context() as rules:
        let_anybody_hear(rules)
        restriction = make_restriction(
            MOVES[transition].sources[0], by=manager, incident=incident, decision=decision
        )
    for role in ROLES:
        with subtests.test(role), undone():
            somebody = factories.staff("somebody", role)
            record = Restriction.objects.get(pk=restriction.pk)
            if role in OPEN_TO[transition]:
                take(record, transition, by=somebody, decision=decision)
                assert Restriction.objects.get(pk=record.pk).status == MOVES[transition].target
            else:
                with pytest.raises(Refused):
                    take(record, transition, by=somebody, decision=decision)
                assert Restriction.objects.get(pk=record.pk).status == restriction.status


def test_its_proposer_withdraws_a_proposal(proposal, officer):
    assert (
        actions.withdraw_proposal(restriction=proposal, by=officer, version=1).status
        == RestrictionStatus.WITHDRAWN
    )

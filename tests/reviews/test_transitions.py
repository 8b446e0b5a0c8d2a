"""Every status × every transition × every role, from the table itself."""

import pytest

from cha_engagement.core.records import Stale
from cha_engagement.core.refusals import Refused
from cha_engagement.organisation.calendar import today
from cha_engagement.staff.roles import ROLES
from restrictions import actions as restrictions
from restrictions.enums import RestrictionEvent
from reviews import actions
from reviews.enums import (
    TRANSITIONS,
    AppealEvent,
    AppealOutcome,
    AppealStatus,
    PassedTo,
    ReviewEvent,
    ReviewOutcome,
    ReviewStatus,
)
from reviews.models import Appeal

from .. import factories
from ..undoing import undone
from .conftest import days_from_today

pytestmark = pytest.mark.django_db

REVIEW, APPEAL = TRANSITIONS["Review"], TRANSITIONS["Appeal"]
MANAGERS = {"Manager", "Management Team", "CCSM"}
VERDICT = {"outcome": AppealOutcome.NOT_UPHELD, "reasons": "We have weighed what you say."}


def take_review(review, transition, by):
    if transition == ReviewEvent.CANCEL:
        restrictions.lift_restriction(restriction=review.restriction, by=by, status_reason="Calm.")
        review.refresh_from_db()
        return review
    facts = {
        **factories.THEIR_SIDE,
        "findings": "Calm.",
        "reasons": "It goes on.",
        "outcome": ReviewOutcome.CONTINUE,
        "next_review_on": days_from_today(85),
    }
    return actions.hold_review(review=review, by=by, version=review.version, **facts)


def take_appeal(appeal, transition, by):
    arguments = {"appeal": appeal, "by": by, "version": appeal.version}
    if transition == AppealEvent.ACKNOWLEDGE:
        return actions.acknowledge_appeal(acknowledged_on=today(), **arguments)
    if transition == RestrictionEvent.WITHDRAW:
        return actions.withdraw_appeal(withdrawn_on=today(), withdrawn_by="Órla", **arguments)
    references = appeal.appealed.values_list("restriction__reference", flat=True)
    return actions.decide_appeal(heard_on=today(), verdicts=dict.fromkeys(references, VERDICT), **arguments)


@pytest.fixture
def appeal_in(log_appeal, restriction, executive):
    """`appeal_in(status)`, brought there by the actions."""
    path_to = {
        "received": [],
        "acknowledged": ["acknowledge"],
        "decided": ["acknowledge", "decide"],
        "withdrawn": ["withdraw"],
        "passed_on": [],
    }

    def appeal_in(status):
        appeal = (
            log_appeal(passed_to=PassedTo.COMPLAINTS)
            if status == AppealStatus.PASSED_ON
            else log_appeal(restriction)
        )
        for transition in path_to[status]:
            appeal = take_appeal(appeal, transition, executive)
        return appeal

    return appeal_in


@pytest.mark.parametrize("status", ReviewStatus.values)
def test_a_review_is_held_only_from_the_statuses_of_the_table(status, review, manager):
    path_to = {"scheduled": None, "held": "hold", "cancelled": "cancel"}
    review = take_review(review, path_to[status], manager) if path_to[status] else review
    if status in REVIEW["hold"].sources:
        assert take_review(review, "hold", manager).status == REVIEW["hold"].target
    else:
        with pytest.raises(Stale):
            take_review(review, "hold", manager)


@pytest.mark.parametrize("status", AppealStatus.values)
def test_an_appeal_changes_status_only_as_the_table_says(status, appeal_in, executive, subtests):
    appeal = appeal_in(status)
    for transition in APPEAL:
        with subtests.test(str(transition)), undone():
            record = Appeal.objects.get(pk=appeal.pk)
            if status in APPEAL[transition].sources:
                assert take_appeal(record, transition, executive).status == APPEAL[transition].target
            else:
                with pytest.raises(Stale):
                    take_appeal(record, transition, executive)


@pytest.mark.policy("23")
@pytest.mark.parametrize("role", ROLES)
def test_only_managers_hold_reviews(role, review):
    user = factories.staff("somebody", role)
    if role in MANAGERS:
        assert take_review(review, "hold", user).status == ReviewStatus.HELD
    else:
        with pytest.raises(Refused):
            take_review(review, "hold", user)


@pytest.mark.policy("22")
@pytest.mark.parametrize("transition", APPEAL)
def test_only_the_executive_team_changes_the_status_of_appeals(transition, appeal_in, subtests):
    appeal = appeal_in(APPEAL[transition].sources[0])
    for role in ROLES:
        with subtests.test(role), undone():
            user, record = factories.staff("somebody", role), Appeal.objects.get(pk=appeal.pk)
            if role == "Executive Team":
                assert take_appeal(record, transition, user).status == APPEAL[transition].target
            else:
                with pytest.raises(Refused):
                    take_appeal(record, transition, user)

"""Records that ended stay unsettled until a letter about them was sent."""

import pytest

from cha_engagement.core.unsettled import UnsettledRecord, forget_settled
from cha_engagement.letters.actions import record_come_back
from cha_engagement.organisation.calendar import today
from restrictions import actions as restrictions
from restrictions.actions import draft_end_letter
from reviews import actions
from reviews.enums import LetterCode, ReviewOutcome
from tests.desks import task_rows

from .conftest import hold_review, send_letter

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("adviser"), pytest.mark.database]


def is_unsettled(record):
    return UnsettledRecord.objects.filter(kind=record._meta.label_lower, record=record.pk).exists()


def check_unsettled_until_sent(record, kind, write, by):
    forget_settled()
    assert is_unsettled(record)
    assert len(task_rows(by, kind)) == 1
    letter = write()
    forget_settled()
    assert is_unsettled(record), "its writer may leave before it is sent"
    sent = send_letter(letter, by)
    forget_settled()
    assert not is_unsettled(record)
    assert len(task_rows(by, kind)) == 0
    record_come_back(
        letter=sent, by=by, version=sent.version, came_back_on=today(), came_back_reason="They have moved."
    )
    forget_settled()
    assert is_unsettled(record), "the letter came back"


@pytest.mark.policy("23")
def test_a_held_review_is_unsettled_until_its_letter_is_sent(review, manager):
    held = hold_review(review, manager, ReviewOutcome.CONTINUE)
    check_unsettled_until_sent(
        held,
        "review.write",
        lambda: actions.write_letter(about=held, kind=LetterCode.REVIEW_OUTCOME, by=manager),
        manager,
    )


@pytest.mark.policy("22")
def test_a_decided_appeal_is_unsettled_until_its_letter_is_sent(
    acknowledged_appeal, decide_appeal, executive
):
    decided = decide_appeal(acknowledged_appeal)
    check_unsettled_until_sent(
        decided,
        "appeal.write",
        lambda: actions.write_letter(about=decided, kind=LetterCode.APPEAL_OUTCOME, by=executive),
        executive,
    )


@pytest.mark.policy("12")
def test_an_ended_restriction_is_unsettled_until_its_letter_is_sent(restriction, manager):
    restriction = restrictions.notify_customer(restriction=restriction, on=today(), by=manager)
    ended = restrictions.lift_restriction(
        restriction=restriction, by=manager, status_reason="Our letters go well."
    )
    check_unsettled_until_sent(
        ended, "restriction.tell_end", lambda: draft_end_letter(restriction=ended, by=manager), manager
    )

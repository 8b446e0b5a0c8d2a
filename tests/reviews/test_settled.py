"""What has come to an end stays in mind until its customer was told, and no longer."""

import pytest

from cha_engagement.core.unsettled import Unsettled, settle
from cha_engagement.organisation.calendar import today
from restrictions import actions as restrictions
from restrictions.actions import draft_end_letter
from restrictions.worklist import end_letter_tasks
from reviews import actions
from reviews.worklist import appeal_letters_to_write, review_letters_to_write

from .conftest import send
from .test_letters import hold

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("adviser"), pytest.mark.database]


def in_mind(record):
    return Unsettled.objects.filter(kind=record._meta.label_lower, record=record.pk).exists()


def stays_in_mind_until_it_was_sent(record, source, write, by):
    settle()
    assert in_mind(record)
    assert source(by, today()).count() == 1
    letter = write()
    settle()
    assert in_mind(record), "its writer may leave before it is sent"
    send(letter, by)
    settle()
    assert not in_mind(record)
    assert source(by, today()).count() == 0


@pytest.mark.policy("23")
def test_a_review_that_was_held_stays_in_mind_until_its_letter_was_sent(review, manager):
    held = hold(review, manager, "continue")
    stays_in_mind_until_it_was_sent(
        held,
        review_letters_to_write,
        lambda: actions.write_letter(about=held, kind="review_outcome", by=manager),
        manager,
    )


@pytest.mark.policy("22")
def test_an_appeal_that_was_decided_stays_in_mind_until_its_letter_was_sent(acknowledged, decide, executive):
    decided = decide(acknowledged)
    stays_in_mind_until_it_was_sent(
        decided,
        appeal_letters_to_write,
        lambda: actions.write_letter(about=decided, kind="appeal_outcome", by=executive),
        executive,
    )


@pytest.mark.policy("12")
def test_a_restriction_that_has_ended_stays_in_mind_until_its_letter_was_sent(restriction, manager):
    told = restrictions.notify_customer(restriction=restriction, on=today(), by=manager)
    ended = restrictions.lift_restriction(restriction=told, by=manager, status_reason="Our letters go well.")
    stays_in_mind_until_it_was_sent(
        ended, end_letter_tasks, lambda: draft_end_letter(restriction=ended, by=manager), manager
    )

"""An adjustment that ends says so ahead: somebody may need it on. Policy §9, 18."""

import uuid
from datetime import timedelta

import pytest
import time_machine

from cha_engagement.customers import actions
from cha_engagement.customers.daily import remind_of_adjustments
from cha_engagement.organisation.calendar import add_working_days, today
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.mark.policy("9", "18")
def test_whoever_looks_after_them_is_told_ahead_and_on_the_day_that_an_adjustment_ends(
    customer, officer, manager
):
    customer = factories.assign_record(actions.assign_customer, customer=customer, to=officer)
    last = add_working_days(today(), 20)
    adjustment = actions.agree_adjustment(
        customer=customer, by=manager, submission=uuid.uuid4(), what="We write in large print.", ends_on=last
    )
    ahead = add_working_days(today(), 18)
    for day in (add_working_days(today(), 17), ahead, ahead, last, last, last + timedelta(days=1)):
        with time_machine.travel(day):
            remind_of_adjustments(day)
    told = officer.notices.filter(unique_key__startswith=adjustment.reference).order_by("pk")
    assert [notice.created_at.date() for notice in told] == [ahead, last]
    assert "We write in large print." in told[0].shown_text
    assert "large print" not in told[0].text
    assert not manager.notices.filter(unique_key__startswith=adjustment.reference).exists()


@pytest.mark.policy("9", "18")
def test_while_nobody_who_looks_after_them_is_there_others_hear_that_an_adjustment_ends(
    customer, officer, manager
):
    adjustment = actions.agree_adjustment(
        customer=customer,
        by=officer,
        submission=uuid.uuid4(),
        what="We write in large print.",
        ends_on=today(),
    )
    factories.leaves(officer)
    remind_of_adjustments(today())
    assert manager.notices.filter(unique_key__startswith=adjustment.reference).exists()

"""When a restriction begins, is looked at and ends at the latest. Policy §14, 23."""

import datetime

import pytest

from cha_engagement.core.refusals import Incomplete
from cha_engagement.organisation.calendar import add_months, today
from cha_engagement.organisation.models import Organisation
from restrictions.models import Restriction
from restrictions.rules.restriction import check_first_review
from tests import factories
from tests.undoing import undone

pytestmark = [pytest.mark.django_db, pytest.mark.policy("23")]
A_DAY = datetime.timedelta(days=1)
FAR = {
    "first_review_on": {"first_review_on": add_months(today(), 12) + A_DAY},
    "review_months": {"review_months": 13},
    "not_before": {"not_before": add_months(today(), 1) + A_DAY},
    "ends_on": {"ends_on": add_months(today(), 60) + A_DAY},
    "lasts_months": {"lasts_months": 61},
}


@pytest.mark.parametrize("field", FAR)
def test_what_lies_too_far_ahead_is_neither_imposed_nor_proposed(field, decision, incident, officer, manager):
    for write in (
        lambda: factories.restriction(by=manager, decision=decision, **FAR[field]),
        lambda: factories.proposal(by=officer, incidents=[incident], **FAR[field]),
    ):
        with pytest.raises(Incomplete) as refused:
            write()
        assert field in [refusal.field for refusal in refused.value.refusals]


def test_what_lies_within_the_bounds_is_imposed(decision, manager):
    latest = {
        "first_review_on": add_months(today(), 12),
        "review_months": 12,
        "ends_on": add_months(today(), 60),
    }
    assert factories.restriction(by=manager, decision=decision, **latest).review_months == 12
    office = {"terms": {"closed": ["office"], "open": ["letter"]}}
    later = {**factories.WAITS, **office, "not_before": add_months(today(), 1), "first_review_on": None}
    assert factories.restriction(by=manager, decision=decision, **later).first_review_on is None


def test_an_association_looks_sooner_where_it_says_so(decision, manager):
    Organisation.objects.update_or_create(pk=1, defaults={"longest_review_months": 3})
    for far in ({"review_months": 4}, {"first_review_on": add_months(today(), 3) + A_DAY}):
        with undone(), pytest.raises(Incomplete):
            factories.restriction(by=manager, decision=decision, **far)
    assert factories.restriction(by=manager, decision=decision).review_months == 3


def test_a_version_of_what_stands_for_years_is_looked_at_within_the_year():
    """Its first day lies far back: the year is counted from today."""
    old = Restriction(kind="channel", terms={}, starts_on=add_months(today(), -30), review_months=12)
    for day, refused in (
        (add_months(today(), 12), []),
        (add_months(today(), 12) + A_DAY, ["first_review_on"]),
    ):
        old.first_review_on = day
        assert [refusal.field for refusal in check_first_review(old)] == refused

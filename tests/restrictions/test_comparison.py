"""What takes more away than before, and is decided afresh or not at all. Policy §14, 22; beyond the policy: B28."""

import pytest

from cha_engagement.core import interfaces
from restrictions import rules
from restrictions.interfaces import AppealRules
from restrictions.kinds import KINDS
from restrictions.models import Restriction
from tests.factories import TERMS_BY_KIND

pytestmark = pytest.mark.policy("22")


def restriction_of(kind, terms=None, **facts):
    return Restriction(kind=kind, terms=TERMS_BY_KIND[kind] | (terms or {}), **facts)


def harsher_fields(before, after):
    return {refusal.field for refusal in rules.check_not_more_restrictive(before, after)}


@pytest.mark.parametrize(
    ("months", "fields"), [(3, set()), (1, set()), (4, {"review_months"}), (None, {"review_months"})]
)
def test_fewer_reviews_take_more_away(months, fields):
    before, after = (restriction_of("channel", review_months=count) for count in (3, months))
    assert harsher_fields(before, after) == fields


@pytest.mark.policy("14")
def test_another_kind_takes_less_away_or_is_refused():
    lighter, harsher = restriction_of("volume"), restriction_of("named_contact")
    assert harsher_fields(lighter, harsher) == {"kind"}
    assert harsher_fields(harsher, lighter) == set()


def test_whatever_closes_more_takes_more_away_though_its_kind_says_nothing(monkeypatch):
    monkeypatch.setattr(KINDS["channel"], "check_not_more_restrictive", lambda before, after: [])
    before, after = (
        restriction_of("channel", {"closed": closed}) for closed in (["office"], ["office", "phone"])
    )
    assert harsher_fields(before, after) == {"closed"}


@pytest.mark.django_db
def test_nobody_changes_a_restriction_on_appeal_where_nobody_hears_appeals(monkeypatch, executive):
    below = [desk for desk in interfaces.loaded if not isinstance(desk, AppealRules)]
    monkeypatch.setattr(interfaces, "loaded", below)
    for rule in (rules.may_suspend, rules.may_resume, rules.may_change_on_appeal):
        assert rule(executive, restriction_of("channel"))

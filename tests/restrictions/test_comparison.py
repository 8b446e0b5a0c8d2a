"""What takes more away than before, and is decided afresh or not at all. Policy §14, 22; beyond the policy: B28, B29."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cha_engagement.core import interfaces
from cha_engagement.customers.enums import INBOUND_CHANNELS
from cha_engagement.customers.models import Customer
from cha_engagement.organisation.calendar import today
from restrictions import rules
from restrictions.interfaces import AppealRules
from restrictions.kinds import KINDS
from restrictions.models import Restriction
from tests.factories import ADVOCATE, OWN_WORDS, TERMS_BY_KIND

pytestmark = [pytest.mark.policy("22"), pytest.mark.beyond("B28"), pytest.mark.beyond("B29")]

HARSHER_TERMS = {
    "block_account": {"blocked": ["Facebook: orla.nb", "X: @orla", "X: @orla2"]},
    "block_email": {"blocked": ["orla.two@example.com", "orla@example.com"]},
    "volume": {"most": {"contacts": 2, "minutes": 45, "every": "week"}},
    "channel": {"closed": ["office", "home_visit", "message", "phone"], "open": ["letter", "email"]},
    "named_contact": {"open": ["letter"]},
    "third_party": {"open": [], "alone": True},
    "other": {"closed": ["office", "phone"]},
}
"""Terms that take more away than those of `TERMS_BY_KIND`."""


def restriction_of(kind, terms=None, **facts):
    customer = Customer(pk=1, emails=["orla@example.com"])
    customer._prefetched_objects_cache = {"restrictions": []}
    return Restriction(kind=kind, terms=TERMS_BY_KIND[kind] | (terms or {}), customer=customer, **facts)


def harsher_fields(before, after):
    return {refusal.field for refusal in rules.check_not_more_restrictive(before, after)}


def some(values):
    return st.lists(st.sampled_from(values), unique=True, max_size=len(values))


channels = st.sampled_from([channel.value for channel in INBOUND_CHANNELS])
closed_and_open = st.dictionaries(channels, st.booleans()).map(
    lambda chosen: {
        "closed": [channel for channel, is_closed in chosen.items() if is_closed],
        "open": [channel for channel, is_closed in chosen.items() if not is_closed],
    }
)
amounts = st.none() | st.integers(1, 40)
limits = st.fixed_dictionaries(
    {
        "limited": some(["phone", "email"]),
        "most": st.builds(
            lambda contacts, minutes, every: {
                "contacts": contacts,
                "minutes": minutes,
                "every": every if contacts or minutes else "",
            },
            amounts,
            amounts,
            st.sampled_from(["day", "week", "month"]),
        ),
        "days": some([0, 1, 2]),
        "hours": st.sampled_from([[], ["09:00", "12:00"], ["10:00", "11:00"], ["09:00", "17:00"]]),
    }
)
blocked = st.fixed_dictionaries({"blocked": some(["orla@example.com", "orla.two@example.com"])})
still_open = some(["letter", "email", "phone"])
terms_of_a_kind = st.one_of(
    st.tuples(st.just("channel"), closed_and_open),
    st.tuples(st.just("volume"), limits),
    st.tuples(st.just("block_email"), blocked),
    st.tuples(st.just("block_account"), blocked),
    st.tuples(st.just("named_contact"), st.builds(lambda open_: {"open": open_}, still_open)),
    st.tuples(st.just("third_party"), st.builds(lambda open_: ADVOCATE | {"open": open_}, still_open)),
    st.tuples(st.just("other"), st.builds(lambda terms: OWN_WORDS | terms, closed_and_open)),
    st.tuples(st.sampled_from(["no_recording_pause", "withhold_staff_details"]), st.just({})),
)
any_restriction = st.builds(
    lambda kind_and_terms, ends_in, months: restriction_of(
        *kind_and_terms, ends_on=ends_in and today() + timedelta(days=ends_in), review_months=months
    ),
    terms_of_a_kind,
    st.sampled_from([None, 30, 60]),
    st.sampled_from([None, 3, 6]),
)


def assert_consistent(one, other, third):
    assert rules.is_at_most_as_restrictive(one, one)
    if rules.is_at_most_as_restrictive(one, other) and rules.is_at_most_as_restrictive(other, third):
        assert rules.is_at_most_as_restrictive(one, third)


@given(any_restriction, any_restriction, any_restriction)
@settings(deadline=None, max_examples=300)
def test_one_comparison_is_reflexive_and_transitive(one, other, third):
    assert_consistent(one, other, third)


@pytest.mark.parametrize("kind", ["volume", "channel", "block_email", "named_contact"])
@given(data=st.data())
@settings(deadline=None, max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_versions_of_one_kind_compare_consistently(kind, data):
    terms = {
        "volume": limits,
        "channel": closed_and_open,
        "block_email": blocked,
        "named_contact": st.builds(lambda open_: {"open": open_}, still_open),
    }[kind]
    assert_consistent(*(restriction_of(kind, data.draw(terms)) for _ in range(3)))


@given(closed_and_open, st.data())
@settings(deadline=None)
def test_to_open_what_was_closed_is_never_harsher(terms, data):
    opened = data.draw(some(terms["closed"])) if terms["closed"] else []
    before = restriction_of("channel", terms)
    left = [channel for channel in terms["closed"] if channel not in opened]
    after = restriction_of("channel", {"closed": left, "open": [*terms["open"], *opened]})
    assert rules.is_at_most_as_restrictive(before, after)
    assert rules.is_at_most_as_restrictive(after, before) == (not opened)


def channels_in_words(restriction):
    """Return the channels that it closes or limits; terms that limit nothing have no words, and are refused when they are imposed."""
    limited = {channel for channel, words in restriction.channel_limits.items() if words}
    return restriction.closed_channels | limited


@given(any_restriction, any_restriction)
@settings(deadline=None, max_examples=300)
def test_whatever_limits_a_channel_that_was_given_back_takes_it_back(before, after):
    """Of whichever kinds, as strictly as by the channels that both close or limit."""
    shared = channels_in_words(before) & channels_in_words(after)
    assert rules.takes_back(before, None, after) or not shared
    assert rules.takes_back(before, None, before) or not channels_in_words(before)
    assert not rules.takes_back(before, before, after)


@given(closed_and_open, closed_and_open, closed_and_open)
@settings(deadline=None)
def test_what_was_left_closed_is_not_taken_back(before, left, after):
    restrictions = (restriction_of("channel", terms) for terms in (before, left, after))
    given_back = {*before["closed"]} - {*left["closed"]}
    assert rules.takes_back(*restrictions) == bool(given_back & {*after["closed"]})


@pytest.mark.parametrize(
    ("months", "fields"), [(3, set()), (1, set()), (4, {"review_months"}), (None, {"review_months"})]
)
def test_fewer_reviews_take_more_away(months, fields):
    before, after = (restriction_of("channel", review_months=count) for count in (3, months))
    assert harsher_fields(before, after) == fields


def test_to_last_longer_takes_more_away_and_is_said_once():
    days = [today() + timedelta(days=count) for count in (7, 30)]
    before, after = (restriction_of("channel", ends_on=day) for day in days)
    assert harsher_fields(before, after) == {"ends_on"}
    assert harsher_fields(after, before) == set()


@pytest.mark.policy("14")
def test_another_kind_takes_less_away_or_is_refused():
    lighter, harsher = restriction_of("volume", {"limited": ["phone"]}), restriction_of("named_contact")
    assert harsher_fields(lighter, harsher) == {"kind"}
    assert harsher_fields(harsher, lighter) == set()


@pytest.mark.policy("14")
def test_a_lighter_kind_that_limits_another_channel_takes_more_away():
    before = restriction_of("channel", {"closed": ["phone"], "open": ["letter", "email"]})
    assert harsher_fields(before, restriction_of("volume", {"limited": ["phone"]})) == set()
    assert harsher_fields(before, restriction_of("volume", {"limited": ["email"]})) == {"limited"}


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in ("channel", "other")])
def test_what_limits_something_else_or_is_in_our_own_words_cannot_be_compared(kind):
    assert not rules.is_at_most_as_restrictive(restriction_of("other"), restriction_of(kind))
    assert rules.is_at_most_as_restrictive(
        restriction_of("no_recording_pause"), restriction_of(kind)
    ) == (kind == "no_recording_pause")  # fmt: skip


@pytest.mark.django_db
@pytest.mark.policy("21", "21.2", "21.3", "21.4", "31", "32.1")
def test_each_kind_with_terms_finds_what_takes_more_away():
    with_terms = {
        kind.code for kind in KINDS.values() if kind.form_fields().keys() - {*kind.people, *kind.free_texts}
    }
    assert with_terms == HARSHER_TERMS.keys(), "Give terms that take more away in HARSHER_TERMS."
    unnoticed = [
        kind
        for kind, terms in HARSHER_TERMS.items()
        if rules.is_at_most_as_restrictive(restriction_of(kind), restriction_of(kind, terms))
    ]
    assert unnoticed == [], "Say in `check_not_more_restrictive` of each when its new terms take more away."


@pytest.mark.parametrize(
    "kind", ["block_email", "volume", "channel", "named_contact", "third_party", "other"]
)
def test_whatever_limits_contact_further_takes_more_away_though_its_kind_says_nothing(kind, monkeypatch):
    monkeypatch.setattr(KINDS[kind], "check_not_more_restrictive", lambda before, after: [])
    monkeypatch.setattr(KINDS[kind], "compares_limits", False)
    before, after = restriction_of(kind), restriction_of(kind, HARSHER_TERMS[kind])
    assert harsher_fields(before, after) == {KINDS[kind].channel_term}


@pytest.mark.django_db
def test_nobody_changes_a_restriction_on_appeal_where_nobody_hears_appeals(monkeypatch, executive):
    below = [desk for desk in interfaces.loaded if not isinstance(desk, AppealRules)]
    monkeypatch.setattr(interfaces, "loaded", below)
    for rule in (rules.may_suspend, rules.may_resume, rules.may_change_on_appeal):
        assert rule(executive, restriction_of("channel"))

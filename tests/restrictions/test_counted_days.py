"""Reviews and a last day that are counted from the first day, where that is not known yet. Policy §23; beyond the policy: B23."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from cha_engagement.core.refusals import Incomplete
from cha_engagement.core.templatetags.ui import uk_date
from cha_engagement.organisation.calendar import add_months, add_working_days, start_of_day, today
from restrictions import actions
from restrictions.daily import expire_restrictions
from restrictions.enums import RestrictionStatus
from restrictions.letters.placeholders import duration_text, review_text
from restrictions.rules import check_not_more_restrictive
from reviews.enums import ReviewStatus
from reviews.models import Review
from tests import factories
from tests.factories import WAITS
from tests.overwriting import overwrite_record
from tests.refusals import refused_fields

from .test_beginning import leave_unnotified, tell

pytestmark = [pytest.mark.django_db, pytest.mark.beyond("B23"), pytest.mark.policy("23")]

COUNTED = {"first_review_on": None, "review_months": 3, "lasts_months": 6}
SHORT = {"closed": ["phone"], "open": ["letter", "email", "office"]}


@pytest.fixture
def waiting(manager, decision):
    return factories.restriction(by=manager, decision=decision, **WAITS, **COUNTED)


def reviews_due(restriction):
    scheduled = Review.objects.filter(restriction=restriction, status=ReviewStatus.SCHEDULED)
    return list(scheduled.values_list("due_on", flat=True))


def days_of(restriction):
    return restriction.starts_on, restriction.first_review_on, restriction.ends_on


def counted_from(day):
    return day, add_months(day, 3), add_months(day, 6) - timedelta(days=1)


def test_both_count_from_the_day_on_which_they_are_told(waiting, manager, time_machine):
    assert (days_of(waiting), reviews_due(waiting)) == ((None, None, None), [])
    time_machine.move_to(start_of_day(today() + timedelta(days=40)) + timedelta(hours=9))
    told = tell(waiting, manager, add_working_days(today(), 2))
    assert days_of(told) == counted_from(add_working_days(today(), 2))
    assert reviews_due(told) == [told.first_review_on]
    sooner = tell(told, manager)
    assert days_of(sooner) == counted_from(today())
    assert reviews_due(sooner) == [sooner.first_review_on]
    time_machine.move_to(start_of_day(sooner.ends_on + timedelta(days=1)))
    expire_restrictions(today())
    sooner.refresh_from_db()
    assert sooner.status == RestrictionStatus.EXPIRED


def test_both_count_from_its_imposition_where_it_begins_at_once(manager, decision):
    restriction = factories.restriction(by=manager, decision=decision, **COUNTED)
    assert days_of(restriction) == counted_from(today())
    assert reviews_due(restriction) == [restriction.first_review_on]


def test_both_count_from_its_imposition_where_they_are_not_to_be_told(waiting, time_machine):
    imposed_on = today()
    time_machine.move_to(start_of_day(today() + timedelta(days=20)) + timedelta(hours=9))
    untold = leave_unnotified(waiting, factories.staff("another", "Manager"))
    assert days_of(untold) == counted_from(imposed_on)
    assert reviews_due(untold) == [add_months(imposed_on, 3)]


def test_a_review_that_was_chosen_stays_unless_it_came_before_the_first_day(manager, decision):
    chosen = today() + timedelta(days=30)
    facts = WAITS | {"first_review_on": chosen, "review_months": 3}
    in_time = factories.restriction(by=manager, decision=decision, **facts)
    late = factories.restriction(
        by=manager, decision=decision, terms={"closed": ["office"], "open": ["letter"]}, **facts
    )
    assert reviews_due(in_time) == reviews_due(late) == [chosen]
    assert reviews_due(tell(in_time, manager)) == [chosen]
    assert reviews_due(tell(late, manager, chosen)) == [add_months(chosen, 3)]


def test_terms_end_it_before_its_length_does(manager, decision):
    mandate_until = today() + timedelta(days=30)
    terms = factories.ADVOCATE | {"mandate_until": mandate_until.isoformat()}
    restriction = factories.restriction(
        by=manager,
        decision=decision,
        kind="third_party",
        terms=terms,
        **WAITS | COUNTED | {"review_months": 1, "first_review_on": today() + timedelta(days=20)},
    )
    assert tell(restriction, manager).ends_on == mandate_until


@pytest.mark.parametrize(
    ("facts", "fields"),
    [
        ({"ends_on": 300}, ["lasts_months"]),
        ({"lasts_months": 2}, ["first_review_on"]),
        ({"review_months": None}, ["review_months"]),
    ],
)
def test_what_contradicts_is_named(facts, fields, manager, decision):
    if "ends_on" in facts:
        facts = {"ends_on": today() + timedelta(days=facts["ends_on"])}
    impose = lambda: factories.restriction(by=manager, decision=decision, **WAITS | COUNTED | facts)  # noqa: E731
    assert refused_fields(impose) == fields


def test_a_new_version_of_what_waits_lasts_as_long_and_no_longer(waiting, manager, executive):
    version = actions.vary_restriction(
        restriction=waiting, by=manager, terms=SHORT, status_reason="It went well.", review_months=3
    )
    assert (version.lasts_months, days_of(version)) == (6, (None, None, None))
    assert days_of(tell(version, manager)) == counted_from(today())


def test_a_last_day_beyond_the_length_would_last_longer(waiting):
    version = type(waiting)(
        customer=waiting.customer,
        kind="channel",
        terms=SHORT,
        ends_on=add_months(today(), 7),
        review_months=3,
    )
    assert "ends_on" in [refusal.field for refusal in check_not_more_restrictive(waiting, version)]
    version.ends_on = add_months(today(), 5)
    assert "ends_on" not in [refusal.field for refusal in check_not_more_restrictive(waiting, version)]


def test_the_form_counts_reviews_from_the_first_day(signed_in, manager, decision, incident):
    url = reverse("restrict", args=[decision.reference]) + "?kind=channel"
    client = signed_in(manager)
    form = client.get(url).context["form"]
    assert (form["first_review_on"].value(), form["lasts_months"].value()) == (None, None)
    answer = client.post(
        url,
        {
            **{name: form[name].value() for name in ("submission", "known", "review_months", "begins")},
            "closed": ["phone"],
            "open": ["letter", "email"],
            "reason": "You shouted at our colleagues on the phone.",
            "incidents": [incident.reference],
            "lasts_months": "6",
            "easing_conditions": "Three months of calm letters. Ask Customer Services.",
        },
    )
    assert answer.status_code == 302
    restriction = decision.restrictions.get()
    assert (restriction.lasts_months, days_of(restriction)) == (6, (None, None, None))
    page = client.get(restriction.get_absolute_url()).content.decode()
    assert "6 months after it begins" in page
    assert "3 months after it begins" in page


def test_the_letter_says_so(waiting, manager):
    assert "for 6 months from that day" in duration_text(waiting)
    assert "3 months after it begins and tell you the outcome." in review_text(waiting)
    waiting.lasts_months = None
    assert "3 months after it begins and then every 3 months" in review_text(waiting)
    told = tell(waiting, manager)
    assert f"until the end of {uk_date(told.ends_on)}" in duration_text(told)
    assert f"on {uk_date(told.first_review_on)}" in review_text(told)


def test_the_database_asks_what_has_begun_for_its_first_review(manager, decision):
    restriction = factories.restriction(by=manager, decision=decision, **COUNTED)
    with pytest.raises(IntegrityError), transaction.atomic():
        overwrite_record(restriction, first_review_on=None)
    with pytest.raises(Incomplete):
        factories.restriction(by=manager, decision=decision, **WAITS | COUNTED | {"review_months": None})

"""Every date that a form asks for is bounded by what it means."""

from datetime import date, timedelta

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.urls import get_resolver
from django.utils import timezone
from lxml import html

from cha_engagement.core.dates import (
    AnyDateField,
    BoundedField,
    LongPastDateField,
    NearDateField,
    PastDateField,
    PastDateTimeField,
    PlannedDateField,
)
from cha_engagement.core.records import writing
from cha_engagement.core.refusals import Incomplete
from restrictions.kinds import KINDS
from tests import factories


def error_message(field, typed):
    """Return the error of what was typed; nothing where it is taken."""
    try:
        field.clean(typed)
    except ValidationError as error:
        return error.messages[0]
    return ""


def day_after_years(years):
    today = timezone.localdate()
    return str(today.replace(year=today.year + years, day=1))


@pytest.mark.parametrize(
    "field",
    [AnyDateField, PlannedDateField, NearDateField, PastDateField, LongPastDateField, PastDateTimeField],
)
@pytest.mark.parametrize(
    "typed",
    ["0026-11-28", "1126-11-28", "1899-12-31", "3000-01-01", "9999-12-31", "281126", "26-11", "0001-01-01"],
)
def test_a_mistyped_year_is_refused(field, typed):
    assert error_message(field(), typed)
    assert error_message(field(), f"{typed}T10:00" if field is PastDateTimeField else typed)


@pytest.mark.parametrize(
    ("field", "years", "taken"),
    [
        (PastDateField, -19, True),
        (PastDateField, -21, False),
        (PastDateField, 1, False),
        (LongPastDateField, -50, True),
        (LongPastDateField, -99, False),
        (LongPastDateField, 1, False),
        (NearDateField, 1, True),
        (NearDateField, 3, False),
        (PlannedDateField, 19, True),
        (PlannedDateField, 36, False),
        (AnyDateField, 900, True),
    ],
)
def test_a_day_is_bounded_by_what_it_means(field, years, taken):
    assert (error_message(field(), day_after_years(years)) == "") is taken


def test_the_error_says_which_days_can_be_given(time_machine):
    time_machine.move_to("2026-11-28T12:00:00Z", tick=False)
    assert (
        error_message(PastDateField(), "0026-11-28") == "Check the year. Give a day from 28 November 2006 on."
    )
    assert (
        error_message(NearDateField(), "2062-11-28") == "Check the year. Give a day up to 28 November 2028."
    )
    assert error_message(PastDateField(), "2026-11-29").startswith("This must be in the past.")
    assert error_message(PastDateTimeField(), "2026-11-28T12:01").startswith("This must be in the past.")
    assert error_message(PastDateTimeField(), "2026-11-28T12:00") == ""


def form_classes(kind=forms.BaseForm):
    for form in kind.__subclasses__():
        yield form
        yield from form_classes(form)


@pytest.mark.django_db
def test_no_form_asks_for_a_date_without_bounds():
    assert get_resolver().url_patterns  # which imports them all
    questions = {
        f"{form.__module__}.{form.__name__}.{name}": field
        for form in form_classes()
        for name, field in getattr(form, "base_fields", {}).items()
        if form.__module__.startswith(("cha_engagement.", "incidents.", "restrictions.", "reviews."))
    }
    questions |= {
        f"{code}.{name}": field for code, kind in KINDS.items() for name, field in kind.form_fields().items()
    }
    dates = {
        name: field
        for name, field in questions.items()
        if isinstance(field, forms.DateField | forms.DateTimeField)
    }
    assert len(dates) > 20
    assert [name for name, field in dates.items() if not isinstance(field, BoundedField)] == []


@pytest.mark.django_db
def test_an_absence_in_the_administration_is_bounded_too(signed_in, administrator, officer):
    path = f"/admin/staff/staffmember/{officer.pk}/change/"
    client = signed_in(administrator)
    page = client.get(path)
    assert not html.fromstring(page.content).xpath("//@maxlength")
    form = page.context["adminform"].form
    typed = {bound.name: bound.value() or "" for bound in form} | {"away_until": "0026-12-24"}
    assert set(client.post(path, typed).context["adminform"].errors) == {"away_until"}


@pytest.mark.django_db
def test_no_impossible_year_is_written(officer, customer):
    with pytest.raises(Incomplete) as refused:
        writing.save_record(customer, by=officer, reason="Changed", deceased_on=date(26, 11, 28))
    assert [refusal.field for refusal in refused.value.refusals] == ["deceased_on"]
    with pytest.raises(Incomplete):
        factories.contact(by=officer, customer=customer, occurred_at=timezone.now() - timedelta(days=700_000))


@pytest.mark.parametrize("typed", ["2026-11-22", "22/11/2026"])
def test_a_day_alone_is_no_moment(typed):
    assert error_message(PastDateTimeField(), typed)
    assert not error_message(PastDateTimeField(), f"{typed} 14:30")

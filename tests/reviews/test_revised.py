"""Whoever hears an appeal, or reviews, knows when what it rests on is not as it was decided on. Policy §22, 23."""

from datetime import timedelta

import pytest
from django.utils import timezone

from cha_engagement.staff.models import Notice
from incidents import actions as incidents

pytestmark = [pytest.mark.django_db, pytest.mark.policy("22")]


def correct(incident, by):
    return incidents.change_incident(
        incident=incident,
        by=by,
        version=incident.version,
        occurred_at=incident.occurred_at - timedelta(days=9),
        correction_reason="The day was wrong in the log.",
    )


def reopen(incident, by):
    return incidents.reopen_incident(
        incident=incident, by=by, version=incident.version, reason="More is known."
    )


def add(incident, by):
    return incidents.change_incident(
        incident=incident, by=by, version=incident.version, facts=f"{incident.facts} He came back."
    )


def told(person, record):
    notices = Notice.objects.filter(recipient=person, path=record.get_absolute_url())
    return notices.filter(text__contains="was changed or reopened").count()


@pytest.mark.parametrize("change", [correct, reopen, add])
def test_who_hears_an_appeal_is_told_that_what_it_rests_on_has_changed(
    change, acknowledged_appeal, incident, manager, executive, signed_in
):
    url = acknowledged_appeal.get_absolute_url()
    for page in (url, f"{url}decide/"):
        assert "Changed since the decision" not in signed_in(executive).get(page).content.decode()
    change(incident.reload_locked(), manager)
    assert told(executive, acknowledged_appeal) == 1
    assert not told(manager, acknowledged_appeal)
    for page in (url, f"{url}decide/"):
        text = signed_in(executive).get(page).content.decode()
        assert "Changed since the decision" in text
        assert ("it is with a manager again" in text) == (change == reopen)
    change(incident.reload_locked(), manager) if change != reopen else None
    assert told(executive, acknowledged_appeal) == 1, "once until they have read it"


def test_nobody_is_told_of_what_changes_nothing(acknowledged_appeal, incident, manager, executive):
    incident = incident.reload_locked()
    incidents.change_incident(
        incident=incident, by=manager, version=incident.version, effect_on_staff="Two dread the phone."
    )
    assert not told(executive, acknowledged_appeal)


@pytest.mark.policy("23")
@pytest.mark.parametrize(("days", "is_told"), [(1, True), (60, False)])
def test_who_holds_a_review_that_is_near_is_told(
    days, is_told, review, restriction, incident, manager, management, time_machine, signed_in
):
    time_machine.move_to(
        timezone.now().replace(hour=12) + (review.due_on - timezone.localdate()) - timedelta(days=days)
    )
    correct(incident.reload_locked(), management)
    assert bool(told(manager, review)) == is_told
    page = signed_in(manager).get(review.get_absolute_url()).content.decode()
    assert "Changed since the decision" in page

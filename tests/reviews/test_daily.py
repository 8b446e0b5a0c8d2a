"""Reminders and the work list of reviews. Policy §23."""

import datetime

import pytest
import time_machine
from django.contrib.auth.models import Group

from cha_engagement.letters import actions as letters
from cha_engagement.organisation.calendar import today
from cha_engagement.organisation.models import AdviceOrganisation
from cha_engagement.staff.models import Notice, StaffMember
from restrictions import actions as restrictions
from reviews import actions, daily, worklist

from .. import factories

NEARLY_THREE_MONTHS = datetime.timedelta(days=85)

pytestmark = [pytest.mark.django_db, pytest.mark.policy("23")]


@pytest.fixture
def on(review):
    """So many days after the review is due."""

    def on(days):
        noon = datetime.datetime.combine(review.due_on, datetime.time(12), datetime.UTC)
        return time_machine.travel(noon + datetime.timedelta(days=days), tick=False)

    return on


def run():
    """What one run of the daily job says, as (recipient, first words after the reference)."""
    before = set(Notice.objects.values_list("pk", flat=True))
    daily.send_reminders(today())
    return {
        (notice.recipient.username, notice.text.split()[1] + " " + notice.text.split()[2])
        for notice in Notice.objects.exclude(pk__in=before)
    }


def waits_for(user):
    return sorted(
        row["row_kind"]
        for source in (worklist.reviews_to_hold, worklist.reviews_passed_up)
        for row in source(user, today())
    )


@pytest.mark.parametrize(
    ("days", "words"),
    [(-15, None), (-14, "is coming"), (0, "is due"), (1, "is overdue:"), (13, "is overdue:")],
)
def test_the_one_who_imposed_it_is_reminded_once_at_each_stage(on, days, words):
    with on(days):
        assert run() == ({("manager", words)} if words else set())
        assert run() == set()


def test_what_lies_between_two_late_runs_is_said_once(on):
    with on(-14):
        run()
    with on(5):
        assert run() == {("manager", "is overdue:")}


def test_long_overdue_it_is_passed_up_to_the_management_team_once(on, management):
    with on(14):
        assert run() == {("manager", "is overdue:"), ("management", "has been")}
    with on(15):
        assert run() == set()


def test_no_reminder_names_the_customer(on, customer):
    with on(14):
        run()
    assert not any(customer.name in notice.text for notice in Notice.objects.all())


def test_a_review_that_was_cancelled_is_not_reminded_of(on, restriction, manager):
    restrictions.lift_restriction(restriction=restriction, by=manager, status_reason="Calm.")
    with on(1):
        assert run() == set()


def test_while_the_one_who_imposed_it_is_away_all_managers_are_reminded(on, manager, executive2):
    with on(0):
        manager.away_until = today()
        manager.save()
        assert run() == {("manager", "is due"), ("executive2", "is due")}


def test_it_waits_for_the_one_who_imposed_it_from_some_days_ahead(on, manager, management, officer):
    with on(-15):
        assert waits_for(manager) == []
    with on(-14):
        assert (waits_for(manager), waits_for(management), waits_for(officer)) == (["review.hold"], [], [])


def test_it_waits_for_all_managers_while_the_one_who_imposed_it_is_away_or_gone(on, manager, management):
    manager.is_active = False
    manager.save()
    with on(0):
        assert waits_for(management) == ["review.hold"]


def test_long_overdue_it_waits_for_the_management_team_too(on, manager, management, executive2):
    with on(13):
        assert waits_for(management) == []
    with on(14):
        assert (waits_for(manager), waits_for(management), waits_for(executive2)) == (
            ["review.hold"],
            ["review.passed_up"],
            [],
        )


@pytest.mark.policy("54")
def test_limits_on_complaints_wait_for_the_management_team_alone(manager, management, decision):
    terms = {
        "exceptional_circumstances": "Forty.",
        "earlier_complaints": "C1, answered",
        "new_complaints": "We read all.",
    }
    limited = factories.restriction(by=management, decision=decision, kind="complaints_process", terms=terms)
    management.away_until = limited.first_review_on
    management.save()
    another = factories.staff("another", "Management Team")
    noon = datetime.datetime.combine(limited.first_review_on, datetime.time(12), datetime.UTC)
    with time_machine.travel(noon):
        assert (waits_for(manager), waits_for(another)) == ([], ["review.hold"])
        assert {name for name, _ in run()} == {"management", "another"}


@pytest.mark.policy("54")
def test_limits_on_complaints_do_not_wait_for_one_who_left_the_management_team(management, decision):
    """Who imposed them is at work, and a manager still, and may not review them any more."""
    terms = {
        "exceptional_circumstances": "Forty.",
        "earlier_complaints": "C1, answered",
        "new_complaints": "We read all.",
    }
    limited = factories.restriction(by=management, decision=decision, kind="complaints_process", terms=terms)
    another = factories.staff("another", "Manager", "Management Team")
    management.groups.set(Group.objects.filter(name="Manager"))
    former = StaffMember.objects.get(pk=management.pk)
    noon = datetime.datetime.combine(limited.first_review_on, datetime.time(12), datetime.UTC)
    with time_machine.travel(noon):
        assert (waits_for(former), waits_for(another)) == ([], ["review.hold"])
        said = {
            "findings": "Calm.",
            "reasons": "It goes on.",
            "next_review_on": today() + NEARLY_THREE_MONTHS,
        }
        review = limited.reviews.get()
        actions.hold_review(review=review, by=another, version=review.version, outcome="continue", **said)
        another.groups.set(Group.objects.filter(name="Manager"))
        writes = {
            user.username: worklist.review_letters_to_write(user, today()).exists()
            for user in (
                former,
                StaffMember.objects.get(pk=another.pk),
                factories.staff("third", "Manager", "Management Team"),
            )
        }
        assert writes == {"management": False, "another": False, "third": True}


@pytest.mark.policy("6.3")
def test_an_appeal_acknowledged_here_waits_for_the_customer_to_be_written_so(
    acknowledged, executive, executive2, officer
):
    def waits(user):
        return [row["row_kind"] for row in worklist.appeals_to_hear(user, today())]

    AdviceOrganisation.objects.create(name="Lochside Advice", helps_with="housing", contact="0800 496 0002")
    assert (waits(executive), waits(executive2), waits(officer)) == (
        ["appeal.confirm"],
        ["appeal.confirm"],
        [],
    )
    letter = actions.write_letter(about=acknowledged, kind="appeal_received", by=executive)
    letters.issue_letter(letter=letter, by=executive, version=letter.version)
    assert waits(executive) == ["appeal.decide"]

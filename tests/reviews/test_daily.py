"""Reminders and the work list of reviews. Policy §23."""

import datetime

import pytest
import time_machine
from django.contrib.auth.models import Group

from cha_engagement.desk.daily import chase_tasks
from cha_engagement.desk.models import ChasedTask
from cha_engagement.letters import actions as letters
from cha_engagement.organisation.calendar import today
from cha_engagement.organisation.models import AdviceOrganisation
from cha_engagement.staff.models import Notice, StaffMember
from restrictions import actions as restrictions
from reviews import actions
from reviews.enums import LetterCode
from reviews.models import Review
from reviews.tasks import TaskCode
from tests.desks import task_rows

from .. import factories
from .conftest import hold_review, task_kinds

pytestmark = [pytest.mark.django_db, pytest.mark.policy("23")]


@pytest.fixture(autouse=True)
def wednesday():
    """Begin so that a review, and what is asked of two weeks later, falls on a working day."""
    with time_machine.travel(datetime.datetime(2026, 12, 2, 12, tzinfo=datetime.UTC)):
        yield


@pytest.fixture
def travel_to(review):
    """`travel_to(days)` is noon, so many days after the review is due."""

    def travel_to(days):
        noon = datetime.datetime.combine(review.due_on, datetime.time(12), datetime.UTC)
        return time_machine.travel(noon + datetime.timedelta(days=days), tick=False)

    return travel_to


def run_daily_job():
    """Chase what waits and return whom it tells of a review that is theirs to hold, and where that stands."""
    before = set(Notice.objects.values_list("pk", flat=True))
    chase_tasks(today())
    told = {notice.recipient for notice in Notice.objects.exclude(pk__in=before)}
    said = ChasedTask.objects.filter(kind=TaskCode.HOLD_REVIEW, said_on=today())
    stages = {Review.objects.get(pk=chased.record).reference: chased.get_stage_display() for chased in said}
    return {
        (person.username, stages[row["reference"]])
        for person in told
        for row in task_rows(person, TaskCode.HOLD_REVIEW)
        if row["reference"] in stages
    }


def waiting_tasks(user):
    rows = task_rows(user, TaskCode.HOLD_REVIEW)
    return sorted(row["kind"] for row in rows)


@pytest.mark.parametrize(
    ("days", "words"),
    [(-15, None), (-14, "Due soon"), (0, "Due today"), (1, "Late"), (13, "Late")],
)
def test_whoever_imposed_it_is_reminded_of_a_review_once_at_each_stage(travel_to, days, words):
    with travel_to(days):
        assert run_daily_job() == ({("manager", words)} if words else set())
        assert run_daily_job() == set()


def test_reminders_missed_between_two_runs_are_sent_as_one(travel_to):
    with travel_to(-14):
        run_daily_job()
    with travel_to(6):
        assert run_daily_job() == {("manager", "Late")}


def test_a_long_overdue_review_goes_to_one_of_the_management_team_once(travel_to, manager, management):
    factories.staff("member", "Manager", "Management Team")
    with travel_to(1):
        run_daily_job()
    with travel_to(15):
        assert run_daily_job() == {("management", "Late")}
        assert Notice.objects.filter(recipient__username="member", text__contains="passed on").exists()
        assert (waiting_tasks(manager), waiting_tasks(management)) == ([], [TaskCode.HOLD_REVIEW])
    with travel_to(16):
        assert run_daily_job() == set()


def test_no_reminder_names_the_customer(travel_to, customer):
    with travel_to(14):
        run_daily_job()
    assert not any(customer.name in notice.text for notice in Notice.objects.all())


def test_a_review_that_was_cancelled_is_not_reminded_of(travel_to, restriction, manager):
    restrictions.lift_restriction(restriction=restriction, by=manager, status_reason="Calm.")
    with travel_to(1):
        assert run_daily_job() == set()


def test_another_manager_is_given_it_while_whoever_imposed_it_is_away(travel_to, manager, management):
    with travel_to(0):
        manager.away_until = today()
        manager.save()
        assert run_daily_job() == {("management", "Due today")}


def test_a_review_waits_for_whoever_imposed_it_from_days_ahead(travel_to, manager, management, officer):
    with travel_to(-15):
        assert waiting_tasks(manager) == []
    with travel_to(-14):
        assert (waiting_tasks(manager), waiting_tasks(management), waiting_tasks(officer)) == (
            [TaskCode.HOLD_REVIEW],
            [],
            [],
        )


def test_a_review_waits_for_all_managers_once_whoever_imposed_it_has_left(travel_to, manager, management):
    manager.is_active = False
    manager.save()
    with travel_to(0):
        assert waiting_tasks(management) == [TaskCode.HOLD_REVIEW]


@pytest.mark.policy("54")
def test_reviews_of_limits_on_complaints_wait_for_the_management_team_alone(manager, management, decision):
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
        assert (waiting_tasks(manager), waiting_tasks(another)) == ([], [TaskCode.HOLD_REVIEW])
        assert run_daily_job() == {("another", "Due today")}


@pytest.mark.policy("54")
def test_limits_on_complaints_do_not_wait_for_a_former_management_member(management, decision):
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
        assert (waiting_tasks(former), waiting_tasks(another)) == ([], [TaskCode.HOLD_REVIEW])
        hold_review(limited.reviews.get(), another)
        another.groups.set(Group.objects.filter(name="Manager"))
        has_letter_to_write = {
            user.username: bool(task_rows(user, "review.write"))
            for user in (
                former,
                StaffMember.objects.get(pk=another.pk),
                factories.staff("third", "Manager", "Management Team"),
            )
        }
        assert has_letter_to_write == {"management": False, "another": False, "third": True}


@pytest.mark.policy("6.3")
def test_an_acknowledged_appeal_waits_for_its_letter_first(
    acknowledged_appeal, executive, executive2, officer
):
    def appeal_tasks(user):
        return task_kinds(
            task_rows(
                user, "appeal.name", "appeal.acknowledge", "appeal.confirm", "appeal.tell", "appeal.decide"
            )
        )

    AdviceOrganisation.objects.create(name="Lochside Advice", helps_with="housing", contact="0800 496 0002")
    assert (appeal_tasks(executive), appeal_tasks(executive2), appeal_tasks(officer)) == (
        [TaskCode.CONFIRM_APPEAL],
        [TaskCode.CONFIRM_APPEAL],
        [],
    )
    letter = actions.write_letter(about=acknowledged_appeal, kind=LetterCode.APPEAL_RECEIVED, by=executive)
    letters.issue_letter(letter=letter, by=executive, version=letter.version)
    assert appeal_tasks(executive) == [TaskCode.DECIDE_APPEAL]

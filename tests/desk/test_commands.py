from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from cha_engagement.core import interfaces
from cha_engagement.core.interfaces import DailyJobs
from cha_engagement.customers.models import Customer
from cha_engagement.staff.models import Email, EmailKind, Notice, StaffMember
from tests.desks import add_desk

pytestmark = pytest.mark.django_db


def run_command(command):
    out, err = StringIO(), StringIO()
    try:
        call_command(command, stdout=out, stderr=err)
    except CommandError as error:
        err.write(str(error))
    return out.getvalue(), err.getvalue()


@pytest.fixture
def give_jobs(monkeypatch):
    """`give_jobs(job, …)` lets the daily job be these alone, each of an app of its own, from the top down."""

    def give(*jobs):
        monkeypatch.setattr(interfaces, "loaded", [])
        for job in jobs:
            add_desk(monkeypatch, DailyJobs, daily_jobs=(job,))

    give()
    return give


@pytest.fixture
def demo(settings):
    settings.ENVIRONMENT = "demo"


def create_notice(user):
    return Notice.objects.create(
        recipient=user, text="A review is due.", path="/reviews/", reference="REV-2026-0001"
    )


def test_a_part_that_fails_leaves_nothing_and_stops_no_other(give_jobs, officer):
    def good(today):
        create_notice(officer)
        return "Reminders: 1."

    def bad(today):
        create_notice(officer)
        raise ValueError("Órla Ní Bhriain")

    give_jobs(good, bad)
    out, err = run_command("daily")
    assert "Reminders: 1." in out
    assert "ValueError" in err
    assert "1 of the day's parts failed" in err
    assert "Órla" not in out + err
    assert Notice.objects.count() == 1


def test_lower_apps_do_their_daily_job_first(give_jobs):
    give_jobs(lambda today: "above", lambda today: "below")
    assert run_command("daily")[0].splitlines()[:2] == ["below", "above"]


def test_the_daily_job_may_run_twice(officer):
    assert run_command("daily")[1] == run_command("daily")[1] == ""


def test_the_daily_job_reports_emails_given_up(give_jobs):
    assert "given up" not in run_command("daily")[0]
    Email.objects.create(kind=EmailKind.PASSWORD, address="a@lochside.example", due_at=None)
    assert "Emails given up: 1." in run_command("daily")[0]


def test_the_demonstration_is_made_in_the_demo_environment_only():
    assert "only where ENVIRONMENT is demo" in run_command("demo")[1]
    assert not StaffMember.objects.exists()


def test_the_demonstration_fills_an_empty_place_only(demo, officer):
    assert "records here already" in run_command("demo")[1]
    assert not Customer.objects.exists()

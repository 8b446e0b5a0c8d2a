"""What a customer objects to waits for a manager until it is answered. Policy §65; beyond the policy: B26."""

import uuid
from datetime import timedelta

import pytest
from django.urls import reverse

from cha_engagement.core.records import Stale
from cha_engagement.core.refusals import Refused
from cha_engagement.organisation.calendar import add_working_days, today
from restrictions.objections.actions import answer_objection, log_objection
from restrictions.objections.enums import ObjectedTo, ObjectionOutcome, ObjectionStatus
from restrictions.objections.models import Objection
from restrictions.objections.tasks import TaskCode
from tests import factories
from tests.desks import task_rows
from tests.refusals import refused_fields
from tests.timelines import shown_kinds

pytestmark = [pytest.mark.django_db, pytest.mark.policy("65"), pytest.mark.beyond("B26")]


def log(customer, by, **changes):
    facts = {"about": ObjectedTo.NOTE, "received_on": today(), "objection": "I never shouted at anybody."}
    return log_objection(customer=customer, by=by, submission=uuid.uuid4(), **facts | changes)


def answer(objection, by, **changes):
    facts = {"outcome": ObjectionOutcome.CHANGED, "answer": "The note is shorter; we wrote to her today."}
    return answer_objection(objection=objection, by=by, version=objection.version, **facts | changes)


def asked(user):
    return [(row["reference"], row["due_on"]) for row in task_rows(user, TaskCode.ANSWER_OBJECTION)]


@pytest.mark.parametrize("about", ObjectedTo)
def test_what_they_object_to_waits_for_managers_until_it_is_answered(about, customer, officer, manager):
    objection = log(customer, officer, about=about)
    assert asked(manager) == [(objection.reference, add_working_days(today(), 5))]
    assert asked(officer) == []
    answered = answer(objection, manager)
    assert (answered.status, answered.answered_by, answered.answered_on) == (
        ObjectionStatus.ANSWERED,
        manager,
        today(),
    )
    assert asked(manager) == []
    assert {"objection.log", "objection.answer"} <= set(shown_kinds(customer, officer))


def test_words_that_say_nothing_and_days_to_come_are_refused(customer, officer, manager):
    assert refused_fields(lambda: log(customer, officer, objection="n/a")) == ["objection"]
    tomorrow = today() + timedelta(days=1)
    assert refused_fields(lambda: log(customer, officer, received_on=tomorrow)) == ["received_on"]
    objection = log(customer, officer)
    assert refused_fields(lambda: answer(objection, manager, answer="-")) == ["answer"]
    assert refused_fields(lambda: answer(objection, manager, outcome="")) == ["outcome"]


def test_an_officer_answers_none_and_nobody_answers_twice(customer, officer, manager):
    objection = log(customer, officer)
    with pytest.raises(Refused):
        answer(objection, officer)
    answered = answer(objection, manager)
    with pytest.raises(Stale):
        answer(answered, manager)


def test_it_is_recorded_and_answered_on_pages(customer, officer, manager, signed_in):
    page = signed_in(officer).get(customer.get_absolute_url()).content.decode()
    assert "They say that something is wrong" in page
    typed = {"about": "counted", "received_on": today().isoformat(), "objection": "That was my sister."}
    sent = signed_in(officer).post(
        reverse("object", args=[customer.reference]), typed | {"submission": uuid.uuid4()}
    )
    objection = Objection.objects.get()
    assert sent.url == objection.get_absolute_url()
    page = signed_in(manager).get(customer.get_absolute_url()).content.decode()
    assert "What they object to" in page
    url = reverse("objection_answer", args=[objection.reference])
    typed = {"version": objection.version, "outcome": "stays", "answer": "It was his number. We wrote today."}
    assert signed_in(manager).post(url, typed).status_code == 302
    assert signed_in(manager).get(url).status_code == 302
    assert "It was his number." in signed_in(officer).get(objection.get_absolute_url()).content.decode()


def test_it_goes_along_when_two_records_become_one(customer, officer, manager):
    other = factories.customer(by=officer, name="Órla Ni Bhriain")
    objection = log(other, officer)
    from cha_engagement.customers.actions import merge_customers

    merge_customers(kept=customer, other=other, by=manager, submission=uuid.uuid4(), why="They confirmed it.")
    objection.refresh_from_db()
    assert objection.customer == customer
    assert asked(manager)

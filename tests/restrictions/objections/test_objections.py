"""What a customer objects to waits for a manager until it is answered. Policy §65; beyond the policy: B26."""

import uuid
from datetime import timedelta

import pytest
from django.urls import reverse

from cha_engagement.core.records import Stale
from cha_engagement.core.refusals import Refused
from cha_engagement.organisation.calendar import add_working_days, today
from cha_engagement.staff.models import Notice, StaffMember
from restrictions import actions as restrictions
from restrictions.breaches import actions as breaches
from restrictions.breaches.models import Breach, BreachStatus
from restrictions.objections.actions import answer_objection, log_objection
from restrictions.objections.enums import ObjectedTo, ObjectionOutcome, ObjectionStatus
from restrictions.objections.models import Objection
from restrictions.objections.queries import describe_counted
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


def test_only_what_the_form_offers_follows_from_it(customer, officer, manager):
    objection = log(customer, officer)
    assert refused_fields(lambda: answer(objection, manager, outcome="nothing")) == ["outcome"]


def test_who_does_not_deal_with_customers_records_none(customer, dpo):
    with pytest.raises(Refused):
        log(customer, dpo)


def note(manager, customer, officer):
    factories.unrelated_restriction(by=manager, customer=customer, reported_by=officer)
    return log(customer, officer)


def note_for_now(manager, customer, officer):
    incident = factories.incident(by=officer, customer=customer)
    factories.interim_measure(by=manager, incidents=[incident])
    return log(customer, officer)


def counted(manager, customer, officer):
    restriction = factories.unrelated_restriction(
        by=factories.staff("imposer", "Manager"), customer=customer, reported_by=officer
    )
    restrictions.notify_customer(restriction=restriction, on=today(), by=manager)
    factories.contact(by=officer, customer=customer)
    (breach,) = Breach.objects.all()
    breaches.confirm_breach(breach=breach, by=manager)
    return log(customer, officer, about=ObjectedTo.COUNTED)


def test_contacts_that_they_are_right_about_do_not_count_any_more(manager, customer, officer):
    objection = counted(manager, customer, officer)
    other = factories.staff("other", "Manager")
    (breach,) = Breach.objects.all()
    assert refused_fields(lambda: answer(objection, other)) == ["not_counted"]
    assert refused_fields(lambda: answer(objection, other, outcome="stays", not_counted=[breach])) == [
        "not_counted"
    ]
    answered = answer(objection, other, not_counted=[breach], answer="It was his sister. We rang him today.")
    breach.refresh_from_db()
    assert breach.status == BreachStatus.DISMISSED
    assert (breach.objection, breach.answer) == (objection.objection, answered.answer)
    assert not Breach.objects.confirmed().exists()
    assert [*answered.not_counted.all()] == [breach]


def test_contacts_of_nobody_else_are_taken_off_by_an_answer(manager, customer, officer):
    counted(manager, customer, officer)
    (breach,) = Breach.objects.all()
    stranger = factories.customer(by=officer, name="Orla Byrne")
    objection = log(stranger, officer, about=ObjectedTo.COUNTED)
    other = factories.staff("other", "Manager")
    assert refused_fields(lambda: answer(objection, other, not_counted=[breach])) == ["not_counted"]
    note = log(customer, officer)
    assert refused_fields(lambda: answer(note, other, not_counted=[breach])) == ["not_counted"]


def test_the_form_offers_the_contacts_that_count_and_pages_show_what_was_answered(
    manager, customer, officer, signed_in
):
    objection = counted(manager, customer, officer)
    (breach,) = Breach.objects.all()
    client = signed_in(factories.staff("other", "Manager"))
    url = reverse("objection_answer", args=[objection.reference])
    assert describe_counted(breach) in client.get(url).content.decode()
    typed = {"version": objection.version, "outcome": "changed", "answer": "It was his sister. We rang him."}
    assert client.post(url, typed).status_code == 422
    assert client.post(url, typed | {"not_counted": [breach.reference]}).status_code == 302
    assert describe_counted(breach) in client.get(objection.get_absolute_url()).content.decode()
    page = (
        signed_in(officer).get(reverse("customer_restrictions", args=[customer.reference])).content.decode()
    )
    assert "They are right: we have put it right. It was his sister. We rang him." in page


def received(manager, customer, officer):
    return log(customer, manager)


def logged(manager, customer, officer):
    """Somebody else said that it counts."""
    restriction = factories.unrelated_restriction(by=manager, customer=customer, reported_by=officer)
    restrictions.notify_customer(restriction=restriction, on=today(), by=manager)
    (breach,) = factories.contact(by=manager, customer=customer).breaches.all()
    breaches.confirm_breach(breach=breach, by=factories.staff("counting", "Manager"))
    return log(customer, officer, about=ObjectedTo.COUNTED)


@pytest.mark.parametrize("prepare", [note, note_for_now, counted, logged, received])
def test_whoever_it_is_about_leaves_the_answer_to_another_manager_who_is_there(
    prepare, customer, officer, manager
):
    other = factories.staff("other", "Manager")
    objection = prepare(manager, customer, officer)
    assert [bool(asked(person)) for person in (manager, other)] == [False, True]
    with pytest.raises(Refused, match="another manager answers"):
        answer(objection, manager)
    for person in StaffMember.objects.exclude(pk=manager.pk):
        factories.is_away(person)
    assert asked(manager)
    answered = answer(objection, manager, outcome=ObjectionOutcome.STAYS)
    assert answered.status == ObjectionStatus.ANSWERED


def test_whoever_wrote_it_down_hears_that_it_was_answered_without_details(customer, officer, manager):
    objection = log(customer, officer)
    answer(objection, manager)
    (notice,) = Notice.objects.filter(recipient=officer, reference=objection.reference)
    assert notice.path == objection.get_absolute_url()
    assert customer.name not in notice.text


def test_it_is_recorded_and_answered_on_pages(customer, officer, manager, signed_in):
    page = signed_in(officer).get(customer.get_absolute_url()).content.decode()
    assert "They object to the note, or to what we count" in page
    typed = {"about": "counted", "received_on": today().isoformat(), "objection": "That was my sister."}
    sent = signed_in(officer).post(
        reverse("objection_new", args=[customer.reference]), typed | {"submission": uuid.uuid4()}
    )
    objection = Objection.objects.get()
    assert sent.url == objection.get_absolute_url()
    page = (
        signed_in(manager).get(reverse("customer_restrictions", args=[customer.reference])).content.decode()
    )
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

"""A manager says who does what waits for several. Policy §57; beyond the policy: B32."""

from uuid import uuid4

import pytest
from lxml.html import fromstring

from cha_engagement.customers.enums import Channel
from cha_engagement.desk.models import HeldTask, TaskRow
from cha_engagement.desk.waiting import holder_of, people_able, tasks_able
from cha_engagement.organisation.calendar import today
from cha_engagement.staff.models import Notice, StaffMember
from incidents.enums import Category
from incidents.models import Incident
from reviews import actions as reviews
from tests import factories
from tests.desks import task_rows

pytestmark = [pytest.mark.django_db, pytest.mark.beyond("B32")]


@pytest.fixture
def another(db):
    return factories.staff("another", "Manager")


@pytest.fixture
def task(officer, customer, organisation):
    incident = factories.incident(by=officer, customer=customer, categories=[Category.VIOLENCE])
    return TaskRow.objects.get(kind="incident.assess", record=incident.pk)


def page_of(task):
    return f"/work/tasks/{task.pk}/"


def has(person, task):
    now = StaffMember.objects.get(pk=person.pk)  # what was found of their cases is forgotten
    return task.reference in {row["reference"] for row in task_rows(now, task.kind)}


def give(client, task, person):
    """Say who does a task as its page shows it now."""
    return give_knowing(client, task, person, holder_of(task))


def give_knowing(client, task, person, holder):
    names = {"person": person, "known_holder": holder}
    answers = {name: colleague.username if colleague else "" for name, colleague in names.items()}
    return client.post(page_of(task), answers, follow=True)


def test_what_a_manager_takes_leaves_the_list_of_the_others(signed_in, manager, another, task):
    page = give(signed_in(manager), task, manager).content.decode()
    assert "Manager Example does it from now on." in page
    assert (has(manager, task), has(another, task)) == (True, False)
    assert not Notice.objects.filter(recipient=manager, text__contains="given you").exists()


def test_whoever_is_given_it_is_told_without_a_name(signed_in, manager, another, task, customer):
    give(signed_in(manager), task, another)
    told = Notice.objects.get(text__contains="given you a task")
    assert (told.recipient, told.text) == (
        another,
        f"Manager Example has given you a task about {task.reference}.",
    )
    assert customer.name not in told.text


def test_what_somebody_was_given_meanwhile_is_not_taken_from_them_by_an_older_page(
    signed_in, manager, another, management, task
):
    client = signed_in(manager)
    give_knowing(client, task, another, None)
    page = give_knowing(client, task, management, None)
    assert f"{another} does it meanwhile. Choose anew." in page.content.decode()
    assert holder_of(task) == another
    form = fromstring(page.content).xpath("//form[.//input[@name='known_holder']]")[0]
    client.post(page_of(task), dict(form.form_values()) | {"person": management.username})
    assert holder_of(task) == management


def test_what_somebody_has_whose_account_is_closed_is_nobodys_by_name(signed_in, manager, another, task):
    give(signed_in(manager), task, another)
    factories.leaves(another)
    assert holder_of(task) is None
    page = signed_in(manager).get("/work/everybody/").content.decode()
    assert f"For {another.first_name}" not in page


def test_it_can_be_left_to_whoever_can_do_it_again(signed_in, manager, another, task):
    give(signed_in(manager), task, another)
    assert "It waits for whoever can do it." in give(signed_in(manager), task, None).content.decode()
    assert (has(manager, task), has(another, task)) == (True, True)
    assert not HeldTask.objects.filter(ended_at=None).exists()


def test_everybodys_work_says_who_has_it(signed_in, manager, another, task):
    assert "For Another" not in signed_in(manager).get("/work/everybody/").content.decode()
    give(signed_in(manager), task, another)
    page = signed_in(manager).get("/work/everybody/").content.decode()
    assert "For Another" in page
    assert page_of(task) in page


def test_my_teams_work_has_what_somebody_of_the_team_was_given(signed_in, manager, another, task):
    another.line_manager = manager
    another.save()
    assert task.reference not in signed_in(manager).get("/work/team/").content.decode()
    give(signed_in(manager), task, another)
    assert task.reference in signed_in(manager).get("/work/team/").content.decode()


def test_nobody_is_given_what_they_could_not_do(signed_in, manager, officer, task):
    answer = give(signed_in(manager), task, officer)
    assert answer.status_code == 422
    assert "Officer Example cannot do this. Choose somebody else." in answer.content.decode()
    assert not HeldTask.objects.exists()


@pytest.mark.policy("13")
def test_nobody_is_given_what_harmed_them(signed_in, manager, another, officer, customer, organisation):
    incident = factories.incident(by=officer, customer=customer, affected_staff=[another])
    task = TaskRow.objects.get(kind="incident.assess", record=incident.pk)
    assert "cannot do this" in give(signed_in(manager), task, another).content.decode()


@pytest.mark.policy("57")
def test_nobody_is_given_anything_while_they_are_away(signed_in, manager, another, task):
    another.away_until = today()
    another.save()
    answer = give(signed_in(manager), task, another)
    assert answer.status_code == 422
    assert "Another Example is away. Choose somebody who is at work." in answer.content.decode()


@pytest.mark.parametrize("has_left", [True, False], ids=["left", "another role"])
def test_what_somebody_has_who_can_do_it_no_more_waits_for_the_others(
    signed_in, manager, another, task, has_left
):
    give(signed_in(manager), task, another)
    if has_left:
        another.is_active = False
        another.save()
    else:
        another.groups.clear()
    assert has(manager, task)


@pytest.mark.beyond("B33")
def test_what_is_of_a_case_for_few_is_given_to_its_readers_alone(signed_in, manager, another, customer, task):
    third = factories.staff("third", "Manager")
    give(signed_in(manager), task, third)
    factories.limit_readers(customer, by=manager, readers=[manager, another])
    assert (has(manager, task), has(another, task), has(third, task)) == (True, True, False)
    assert "cannot do this" in give(signed_in(manager), task, third).content.decode()


@pytest.mark.policy("22")
def test_only_those_who_hear_appeals_choose_who_hears_one(
    signed_in, officer, manager, another, executive, customer, organisation
):
    incident = factories.incident(by=officer, customer=customer)
    decision = factories.decision(by=manager, incidents=[incident])
    reviews.log_appeal(
        customer=customer,
        by=officer,
        submission=uuid4(),
        restrictions=[factories.restriction(by=manager, decision=decision)],
        received_on=today(),
        channel=Channel.PHONE,
        lodged_by="Órla",
        grounds="It is not fair.",
    )
    appeal = TaskRow.objects.get(kind="appeal.acknowledge")
    give(signed_in(manager), appeal, executive)
    answer = give(signed_in(another), appeal, executive)
    assert answer.status_code == 403
    assert "Only somebody who could do this themselves says who does it." in answer.content.decode()
    assert not HeldTask.objects.exists()
    page = signed_in(another).get("/work/everybody/").content.decode()
    assert "Acknowledge the appeal" in page
    assert page_of(appeal) not in page
    colleague = factories.staff("colleague", "Executive Team")
    assert page_of(appeal) in signed_in(executive).get("/").content.decode()
    assert (
        "Colleague Example does it from now on."
        in give(signed_in(executive), appeal, colleague).content.decode()
    )
    assert (has(executive, appeal), has(colleague, appeal)) == (False, True)


def test_who_could_do_a_task_is_the_same_of_each_and_of_all(
    officer, manager, another, management, executive, dpo, customer, organisation
):
    officer.line_manager = manager
    officer.save()
    incident = factories.incident(
        by=officer, customer=customer, categories=[Category.VIOLENCE], affected_staff=[another]
    )
    factories.restriction(by=manager, decision=factories.decision(by=manager, incidents=[incident]))
    factories.incident(by=officer, customer=customer, categories=[Category.REFUSAL])
    tasks = list(TaskRow.objects.all())
    assert len(tasks) > 4
    for person in StaffMember.objects.all():
        able = {task.pk for task in tasks if people_able(task).filter(pk=person.pk).exists()}
        assert tasks_able(person, [task.pk for task in tasks]) == able, person


def test_officers_are_not_asked_who_does_it(signed_in, officer, task):
    assert signed_in(officer).get(page_of(task)).status_code == 403
    assert "/work/tasks/" not in signed_in(officer).get("/").content.decode()


def test_an_old_list_leads_back_with_a_sentence(signed_in, manager, task):
    old = page_of(task)
    factories.assess_incident(Incident.objects.get(pk=task.record), by=manager)
    page = signed_in(manager).get(old, follow=True).content.decode()
    assert "That has been done, or has changed since you opened the list." in page

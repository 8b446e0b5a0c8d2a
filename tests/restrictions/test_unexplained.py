"""That a decision is not explained is confirmed or reversed by a second person, and holds nobody up. Policy §12; beyond the policy: B36."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from cha_engagement.core.records import Stale
from cha_engagement.core.refusals import Incomplete, Refused
from cha_engagement.organisation.calendar import add_working_days, today
from incidents import actions as incidents
from incidents.enums import Category
from incidents.queries import undecided_threats
from restrictions import actions
from restrictions.daily import replace_absent_stand_ins
from restrictions.enums import Begins, Explained
from restrictions.rules import may_leave_unnotified
from restrictions.tasks import TaskCode
from tests import factories
from tests.desks import task_rows
from tests.overwriting import overwrite_record

from .test_second_reader import ask_unnotified, confirm

pytestmark = [pytest.mark.django_db, pytest.mark.policy("12"), pytest.mark.beyond("B36")]

WHY = "They would come to her home."
UNEXPLAINED = {"explained": Explained.NOT_EXPLAINED, "not_explained_reason": WHY}
AGREED = "I read the report and the note of the police: her address would be known."


@pytest.fixture
def colleague(db):
    return factories.staff("colleague", "Manager")


@pytest.fixture
def unexplained(manager, incident):
    return factories.decision(by=manager, incidents=[incident], **UNEXPLAINED)


def answer(decision, by, text=AGREED, *, is_confirmed=True):
    action = actions.leave_customer_unnotified if is_confirmed else actions.refuse_not_to_notify
    return action(record=decision, by=by, version=decision.reload_locked().version, unnotified_answer=text)


def waiting(person):
    return [row["due_on"] for row in task_rows(person, TaskCode.CONFIRM_UNEXPLAINED)]


def test_a_second_manager_confirms_it_in_words(colleague, unexplained, manager, officer):
    assert (unexplained.explained, unexplained.unnotified_request) == (Explained.NOT_EXPLAINED, WHY)
    assert waiting(colleague) == [add_working_days(today(), 5)]
    for person in (manager, officer):
        assert not waiting(person)
        with pytest.raises(Refused):
            answer(unexplained, person)
    for nothing in ("", "n/a", "---", "aaa"):
        with pytest.raises(Incomplete, match="what you read"):
            answer(unexplained, colleague, nothing)
    confirmed = answer(unexplained, colleague)
    assert (confirmed.unnotified_confirmed_by, confirmed.unnotified_answer) == (colleague, AGREED)
    assert not waiting(colleague)
    with pytest.raises(Stale):
        answer(confirmed, colleague)


def test_why_it_was_confirmed_goes_once_it_is_explained_after_all(colleague, unexplained, manager):
    confirmed = answer(unexplained, colleague)
    explained = actions.explain_decision_after_all(
        decision=confirmed, by=manager, version=confirmed.reload_locked().version
    )
    assert (explained.unnotified_confirmed_by, explained.unnotified_answer) == (None, "")


def test_who_answers_sees_what_was_changed_since_it_was_reported(
    colleague, manager, officer, customer, signed_in
):
    incident = factories.incident(by=officer, customer=customer)
    incidents.change_incident(
        incident=incident,
        by=manager,
        version=incident.version,
        location="At her gate",
        correction_reason="He rang me.",
    )
    incidents.change_incident(
        incident=incident,
        by=manager,
        version=incident.reload_locked().version,
        location="At her door",
        correction_reason="He showed me where.",
    )
    assessed = factories.assess_incident(incident.reload_locked(), by=manager)
    decision = factories.decision(by=manager, incidents=[assessed], **UNEXPLAINED)
    page = signed_in(colleague).get(reverse("decision_unnotified", args=[decision.reference]))
    assert decision.incidents.get().facts in page.content.decode()
    assert "He showed me where." in page.content.decode()


def test_a_second_manager_has_it_explained_with_a_reason(colleague, unexplained, manager):
    with pytest.raises(Incomplete, match="what you read"):
        answer(unexplained, colleague, "none", is_confirmed=False)
    told = answer(unexplained, colleague, "They know where she lives already.", is_confirmed=False)
    assert (told.explained, told.not_explained_reason, told.unnotified_request) == (
        Explained.BY_LETTER,
        "",
        "",
    )
    assert task_rows(manager, "decision.explain")


def test_what_was_to_be_explained_waits_for_a_second_manager_as_well(colleague, decision, manager):
    left = actions.leave_decision_unexplained(
        decision=decision, by=colleague, version=decision.version, not_explained_reason=WHY
    )
    third = factories.staff("third", "Manager")
    assert [bool(waiting(person)) for person in (third, colleague, manager)] == [True, False, False]
    for who_asked_or_decided in (colleague, manager):
        with pytest.raises(Refused, match="another manager, or the Management Team"):
            answer(left, who_asked_or_decided)
    with pytest.raises(Stale):
        actions.explain_decision_after_all(decision=left, by=manager, version=left.version)


@pytest.mark.policy("13")
def test_whom_it_affected_confirms_it_only_while_no_other_manager_is_there(manager, officer, customer):
    affected, free = (factories.staff(name, "Manager") for name in ("affected", "free"))
    incident = factories.incident(by=officer, customer=customer, affected_staff=[affected], saw_only=False)
    decision = factories.decision(by=manager, incidents=[incident], **UNEXPLAINED)
    assert [bool(waiting(person)) for person in (affected, free)] == [False, True]
    assert may_leave_unnotified(affected, decision)
    factories.is_away(free)
    factories.is_away(manager)
    assert waiting(affected)
    assert not may_leave_unnotified(affected, decision)


def test_the_one_manager_at_work_is_held_up_by_nothing(manager, incident, executive, officer, customer):
    """What is decided applies at once, nobody writes the letter, and an executive is given the answer alone."""
    threat = factories.incident(by=officer, customer=customer, categories=[Category.VIOLENCE])
    threat = factories.assess_incident(threat, by=manager)
    decision = factories.decision(by=manager, incidents=[threat], **UNEXPLAINED)
    restriction = factories.restriction(
        by=manager, decision=decision, begins=Begins.FOR_SAFETY, at_once_reason="You hit one of us."
    )
    assert restriction.is_in_force
    with pytest.raises(Refused, match="not explained to the customer"):
        actions.draft_decision_letter(decision=decision, by=manager)
    assert decision.unnotified_reader == executive
    assert waiting(executive)
    assert answer(decision, executive).unnotified_confirmed_by == executive


def test_another_executive_is_asked_where_the_first_goes_away(manager, incident):
    first, last = (factories.staff(name, "Executive Team") for name in ("first", "last"))
    decision = factories.decision(by=manager, incidents=[incident], **UNEXPLAINED)
    factories.is_away(first)
    assert replace_absent_stand_ins(today()).startswith("1 ")
    assert decision.reload_locked().unnotified_reader == last


@pytest.mark.policy("65")
def test_an_executive_reads_that_step_alone(manager, incident, executive, signed_in):
    decision = factories.decision(by=manager, incidents=[incident], **UNEXPLAINED)
    other = factories.staff("other", "Executive Team")
    page = reverse("decision_unnotified", args=[decision.reference])
    client = signed_in(executive)
    assert WHY in client.get(page).content.decode()
    assert client.get(decision.get_absolute_url()).status_code == 404
    assert signed_in(other).get(page).status_code == 404
    said = {"version": decision.version, "unnotified_answer": AGREED}
    assert client.post(page, {**said, "unnotified_answer": "", "confirm": "yes"}).status_code == 422
    assert client.post(page, said | {"confirm": "yes"}).url == "/"
    assert client.get(page).status_code == 404
    assert AGREED in signed_in(manager).get(decision.get_absolute_url()).content.decode()


@pytest.mark.policy("24")
def test_a_warning_stays_until_a_second_person_has_confirmed_it(manager, colleague, officer, customer):
    threat = factories.incident(by=officer, customer=customer, categories=[Category.VIOLENCE])
    threat = factories.assess_incident(threat, by=manager)
    decision = factories.decision(by=manager, incidents=[threat], **UNEXPLAINED)
    incidents.close_incident(incident=threat, by=manager, version=threat.reload_locked().version)
    assert undecided_threats().filter(pk=threat.pk).exists()
    answer(decision, colleague)
    assert not undecided_threats().filter(pk=threat.pk).exists()


def test_the_lists_find_what_is_not_told_or_not_explained(
    manager, colleague, decision, unexplained, signed_in
):
    asked = ask_unnotified(factories.restriction(by=manager, decision=decision), manager)
    client = signed_in(factories.staff("team", "Manager", "Management Team"))
    assert asked.reference in client.get("/restrictions/?withheld=on").content.decode()
    assert decision.reference not in client.get("/decisions/?explained=not_explained").content.decode()
    assert unexplained.reference in client.get("/decisions/?explained=not_explained").content.decode()
    confirmed = confirm(asked, colleague)
    assert confirmed.reference in client.get("/restrictions/?withheld=on").content.decode()
    assert factories.READ_AND_AGREED in client.get(confirmed.get_absolute_url()).content.decode()


@pytest.mark.parametrize("broken", [{"unnotified_request": ""}, {"unnotified_requested_by": None}])
def test_the_database_keeps_two_people(broken, unexplained):
    with pytest.raises(IntegrityError), transaction.atomic():
        overwrite_record(unexplained, **broken)

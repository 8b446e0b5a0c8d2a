"""What a customer is not to be told stays out of every letter, while it waits for a second manager and afterwards. Policy §12; beyond the policy: B36."""

import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from lxml.html import fromstring

from cha_engagement.core.records import Stale
from cha_engagement.core.refusals import Incomplete, Refused
from cha_engagement.letters import actions as letters
from cha_engagement.letters.rendering.placeholders import filled_text, placeholder_texts
from cha_engagement.letters.rules import issuing
from cha_engagement.organisation.calendar import add_months, add_working_days, start_of_day, today
from cha_engagement.staff.models import Notice, StaffMember
from restrictions.actions import (
    draft_decision_letter,
    draft_explanation,
    draft_interim_letter,
    lift_restriction,
    vary_restriction,
)
from restrictions.daily import replace_absent_stand_ins
from restrictions.enums import RestrictionStatus
from restrictions.rules import may_leave_unnotified
from restrictions.tasks import TaskCode, restriction_tasks
from reviews.actions import log_appeal
from reviews.rules import hearing_of_appeal
from tests import factories
from tests.desks import task_rows

from .test_second_reader import ask_unnotified, confirm, have_told

pytestmark = [pytest.mark.django_db, pytest.mark.policy("12"), pytest.mark.beyond("B36")]

NO_PHONE = "please do not contact us by phone"
QUERIES_TO_NOTIFY = 4  # of each task to tell a customer
OFFICE = {"terms": {"closed": ["office"], "open": ["letter", "email"]}}


@pytest.fixture(autouse=True)
def association(organisation):
    return organisation


@pytest.fixture
def colleague(db):
    return factories.staff("colleague", "Manager")


def refusals_of(letter):
    return " ".join(refusal.sentence for refusal in issuing.check_ready(letter))


@pytest.mark.parametrize("others", [1, 0], ids=["beside others", "alone"])
def test_a_letter_begun_before_it_was_confirmed_does_not_tell_after_all(others, manager, decision, colleague):
    for _ in range(others):
        factories.restriction(by=manager, decision=decision, **OFFICE)
    restriction = factories.restriction(by=manager, decision=decision)
    letter = draft_decision_letter(decision=decision, by=manager)
    withheld = confirm(ask_unnotified(restriction.reload_locked(), manager), colleague)
    refused = f"{withheld} is not told"
    assert refused in refusals_of(letter)
    letters.void_letter(letter=letter, by=manager, version=letter.version, void_reason="Not told.")
    again = draft_decision_letter(decision=decision, by=manager)
    assert again != letter
    assert refused not in refusals_of(again)
    assert (NO_PHONE in filled_text(again)) == (not others)


def general_letter(by, customer, **_):
    return factories.general_letter(customer, by=by)


def explanation(by, customer, officer):
    incident = factories.incident(by=officer, customer=customer)
    return draft_explanation(decision=factories.decision(by=by, incidents=[incident]), by=by)


def interim_letter(by, customer, officer):
    incident = factories.incident(by=officer, customer=customer)
    interim = factories.interim_measure(by=by, incidents=[incident], closed=["office"], letter_follows=True)
    return draft_interim_letter(interim=interim, by=by)


def letter_about_another(by, customer, officer):
    other = factories.unrelated_restriction(by=by, customer=customer, reported_by=officer, **OFFICE)
    return draft_decision_letter(decision=other.decision, by=by)


@pytest.mark.parametrize(
    "write",
    [general_letter, explanation, interim_letter, letter_about_another],
    ids=["general", "management", "interim", "another decision"],
)
def test_no_letter_gives_away_what_waits_for_a_second_manager(write, manager, decision, officer, customer):
    restriction = factories.restriction(by=manager, decision=decision)
    letter = write(by=manager, customer=customer, officer=officer)

    def says_so():
        # As the page of the letter reads it, whatever its body names.
        return "by phone" in " ".join(map(str, placeholder_texts(letter).values()))

    assert says_so()
    asked = ask_unnotified(restriction, manager)
    assert not says_so()
    have_told(asked, manager)
    assert says_so()


def test_it_is_not_answered_once_the_restriction_has_ended(manager, decision, colleague):
    asked = ask_unnotified(factories.restriction(by=manager, decision=decision), manager)
    ended = lift_restriction(restriction=asked, by=manager, status_reason="It went well.")
    assert ended.status == RestrictionStatus.LIFTED
    for answer in (have_told, confirm):
        with pytest.raises(Stale):
            answer(ended, colleague)


def test_an_officer_does_not_answer_that_they_are_told(manager, decision, officer):
    asked = ask_unnotified(factories.restriction(by=manager, decision=decision), manager)
    with pytest.raises(Refused):
        have_told(asked, officer)


# Whom it waits for, and until when


def waiting(person):
    return [(row["reference"], row["due_on"]) for row in task_rows(person, TaskCode.CONFIRM_UNNOTIFIED)]


@pytest.fixture
def other_managers(db):
    return [factories.staff(name, "Manager") for name in ("asker", "affected", "free")]


@pytest.mark.policy("13")
def test_it_waits_for_nobody_whom_the_rule_refuses(other_managers, officer, customer, management):
    asker, affected, free = other_managers
    incident = factories.incident(by=officer, customer=customer, affected_staff=[affected], saw_only=False)
    decision = factories.decision(by=management, incidents=[incident])
    asked = ask_unnotified(factories.restriction(by=management, decision=decision), asker)
    for person in (*other_managers, management):
        assert bool(waiting(person)) == (may_leave_unnotified(person, asked) is None), person
    assert waiting(free)
    assert not waiting(affected)


@pytest.mark.policy("13")
def test_it_waits_for_whom_it_affected_once_no_other_manager_is_there(
    other_managers, officer, customer, management
):
    asker, affected, free = other_managers
    incident = factories.incident(by=officer, customer=customer, affected_staff=[affected], saw_only=False)
    decision = factories.decision(by=management, incidents=[incident])
    asked = ask_unnotified(factories.restriction(by=management, decision=decision), asker)
    for person in (asker, free, management):
        factories.is_away(person)
    assert may_leave_unnotified(affected, asked) is None
    assert waiting(affected)


def test_a_new_version_does_not_begin_its_day_anew(manager, decision, colleague, time_machine):
    asked = ask_unnotified(factories.restriction(by=manager, decision=decision, **factories.WAITS), manager)
    (before,) = waiting(colleague)
    time_machine.move_to(start_of_day(add_working_days(today(), 4)) + timedelta(hours=10))
    version = vary_restriction(
        restriction=asked,
        by=manager,
        terms={"closed": ["phone"], "open": ["letter", "email", "office"]},
        status_reason="It went well.",
    )
    assert waiting(colleague) == [(version.reference, before[1])]


def test_tasks_to_confirm_ask_the_database_as_often_for_many_as_for_one(manager, decision, officer, customer):
    asked = [
        ask_unnotified(
            factories.unrelated_restriction(by=manager, customer=customer, reported_by=officer), manager
        )
        for _ in range(3)
    ]

    def count(restrictions):
        with CaptureQueriesContext(connection) as queries:
            tasks = [*restriction_tasks([restriction.pk for restriction in restrictions])]
        assert sum(task.kind == TaskCode.CONFIRM_UNNOTIFIED for task in tasks) == len(restrictions)
        return len(queries)

    count(asked)
    with_one, with_three = count(asked[:1]), count(asked)
    # Each asks once about the letters that are about to tell of it.
    assert with_three - with_one == 2 * QUERIES_TO_NOTIFY


# Where no other manager is there: an executive, given that step alone


@pytest.fixture
def asked_alone(manager, decision):
    """A restriction of which a manager asks that nobody is told, while no other manager is there."""
    return ask_unnotified(factories.restriction(by=manager, decision=decision), manager)


@pytest.fixture
def executives(db):
    return [factories.staff(name, "Executive Team") for name in ("first", "last")]


def test_an_executive_says_whether_they_are_told_where_no_other_manager_is_there(
    executives, asked_alone, manager, signed_in
):
    first, last = executives
    assert asked_alone.unnotified_reader == first
    assert [bool(waiting(person)) for person in (first, last, manager)] == [True, False, False]
    page = reverse("restriction_unnotified", args=[asked_alone.reference])
    client = signed_in(first)
    shown = client.get(page).content.decode()
    assert asked_alone.unnotified_request in shown
    assert asked_alone.incidents.get().facts in shown
    assert client.get(asked_alone.get_absolute_url()).status_code == 404, "that step alone"
    assert signed_in(last).get(page).status_code == 404
    answer = {"version": asked_alone.version, "unnotified_answer": factories.READ_AND_AGREED}
    assert client.post(page, answer | {"confirm": "yes"}).url == "/"
    untold = asked_alone.reload_locked()
    assert (untold.not_notified_reason, untold.unnotified_confirmed_by) == (
        asked_alone.unnotified_request,
        first,
    )
    assert client.get(page).status_code == 404
    assert not waiting(first)


@pytest.mark.policy("65")
def test_an_executive_is_led_nowhere_that_is_closed_to_them(executives, manager, decision, signed_in):
    first = factories.restriction(by=manager, decision=decision)
    version = vary_restriction(
        restriction=first,
        by=manager,
        terms={"closed": ["phone"], "open": ["letter", "email", "office"]},
        status_reason="It went well.",
        first_review_on=add_months(today(), 2),
        review_months=2,
    )
    asked = ask_unnotified(version, manager)
    client = signed_in(executives[0])
    answer = client.get(reverse("restriction_unnotified", args=[asked.reference]))
    page = fromstring(answer.content)
    words = page.text_content()
    assert all(record.full_title in words for record in (asked.decision, first))
    leads = [link for link in page.xpath("//main//a/@href") if link.startswith("/")]
    assert [link for link in leads if client.get(link).status_code != 200] == []
    answer = signed_in(manager).get(reverse("restriction_unnotified", args=[asked.reference]))
    links = fromstring(answer.content).xpath("//main//a/@href")
    assert {asked.decision.get_absolute_url(), first.get_absolute_url()} <= {*links}


def test_an_executive_who_confirmed_it_does_not_hear_the_appeal(executives, asked_alone, officer):
    first, last = executives
    untold = confirm(asked_alone, first)
    appeal = log_appeal(
        customer=untold.customer,
        by=officer,
        submission=uuid.uuid4(),
        restrictions=[untold],
        received_on=today(),
        channel="phone",
        lodged_by="Órla",
        grounds="This is not fair.",
    )
    hearing = hearing_of_appeal(appeal)
    assert hearing.may_hear(first)
    assert not hearing.may_hear(last)


@pytest.mark.parametrize("cause", ["away", "left", "another role"])
def test_another_executive_is_asked_where_the_first_is_there_no_more(
    executives, asked_alone, signed_in, cause
):
    first, last = executives
    leave(first, cause)
    assert replace_absent_stand_ins(today()).startswith("1 ")
    assert replace_absent_stand_ins(today()).startswith("0 "), "once"
    asked = asked_alone.reload_locked()
    assert asked.unnotified_reader == last
    assert [bool(waiting(person)) for person in executives] == [False, True]
    assert Notice.objects.filter(recipient=last, reference=asked.reference).count() == 1
    with pytest.raises(Refused):
        confirm(asked, StaffMember.objects.get(pk=first.pk))
    assert confirm(asked, last).not_notified_reason


def leave(person, cause):
    if cause == "away":
        person.away_until = today() + timedelta(days=7)
    if cause == "left":
        person.is_active = False
    if cause == "another role":
        person.groups.clear()
    person.save()


def test_nobody_else_is_asked_while_whoever_was_asked_is_there(executives, manager, decision):
    """Whoever comes back first is not asked in their place: they stay clear to hear an appeal."""
    first, last = executives
    leave(first, "away")
    asked = ask_unnotified(factories.restriction(by=manager, decision=decision), manager)
    assert asked.unnotified_reader == last
    first.away_until = None
    first.save()
    assert replace_absent_stand_ins(today()).startswith("0 ")
    assert asked.reload_locked().unnotified_reader == last


def test_nobody_else_is_asked_while_another_manager_is_there(executives, asked_alone):
    factories.staff("new", "Manager")
    leave(executives[0], "away")
    assert replace_absent_stand_ins(today()).startswith("0 ")


def test_an_executive_is_asked_once_the_last_manager_who_could_answer_has_left(
    executives, manager, decision, colleague
):
    asked = ask_unnotified(factories.restriction(by=manager, decision=decision), manager)
    assert replace_absent_stand_ins(today()).startswith("0 ")
    leave(colleague, "left")
    assert replace_absent_stand_ins(today()).startswith("1 ")
    assert asked.reload_locked().unnotified_reader == executives[0]


def test_it_waits_for_whoever_is_back_first_where_nobody_is_there(executives, manager, decision):
    first, last = executives
    leave(last, "away")
    first.away_until = last.away_until + timedelta(days=1)
    first.save()
    asked = ask_unnotified(factories.restriction(by=manager, decision=decision), manager)
    assert asked.unnotified_reader == last
    leave(last, "left")
    replace_absent_stand_ins(today())
    assert asked.reload_locked().unnotified_reader == first


def test_what_was_answered_is_asked_of_nobody(executives, asked_alone, manager):
    leave(executives[0], "away")
    have_told(asked_alone, manager)
    assert replace_absent_stand_ins(today()).startswith("0 ")


def test_no_executive_is_asked_while_another_manager_is_there(executives, manager, decision, colleague):
    asked = ask_unnotified(factories.restriction(by=manager, decision=decision), manager)
    assert asked.unnotified_reader is None
    with pytest.raises(Refused):
        confirm(asked, executives[0])


def test_an_executive_may_have_them_told(executives, asked_alone, signed_in):
    page = reverse("restriction_unnotified", args=[asked_alone.reference])
    answer = {"version": asked_alone.version, "unnotified_answer": "They would find out.", "refuse": "yes"}
    assert signed_in(executives[0]).post(page, answer).status_code == 302
    again = asked_alone.reload_locked()
    assert (again.unnotified_request, again.unnotified_reader) == ("", None)


def test_an_executive_with_a_part_in_it_is_not_asked(executives, manager, officer, customer):
    first, last = executives
    incident = factories.incident(by=officer, customer=customer, affected_staff=[first], saw_only=False)
    decision = factories.decision(by=manager, incidents=[incident])
    asked = ask_unnotified(factories.restriction(by=manager, decision=decision), manager)
    assert asked.unnotified_reader == last


@pytest.mark.policy("65")
def test_an_executive_reads_it_no_longer_once_it_has_ended(executives, asked_alone, manager, signed_in):
    client = signed_in(executives[0])
    page = reverse("restriction_unnotified", args=[asked_alone.reference])
    assert client.get(page).status_code == 200
    lift_restriction(restriction=asked_alone, by=manager, status_reason="They speak calmly with us.")
    assert client.get(page).status_code == 404


@pytest.mark.policy("65")
def test_an_executive_who_is_none_any_more_answers_nothing(executives, asked_alone):
    executives[0].groups.clear()
    with pytest.raises(Refused):
        confirm(asked_alone, StaffMember.objects.get(pk=executives[0].pk))


@pytest.mark.parametrize("answer", [confirm, have_told])
@pytest.mark.parametrize("nothing", ["", "n/a", "- -", "aaaa"])
def test_nobody_answers_without_words(answer, nothing, manager, decision, colleague):
    asked = ask_unnotified(factories.restriction(by=manager, decision=decision), manager)
    with pytest.raises(Incomplete, match="what you read"):
        answer(asked, colleague, nothing)


def test_what_was_answered_before_is_shown_to_whoever_is_asked_again(manager, decision, colleague, signed_in):
    asked = have_told(
        ask_unnotified(factories.restriction(by=manager, decision=decision), manager), colleague
    )
    again = ask_unnotified(asked, manager)
    page = signed_in(colleague).get(reverse("restriction_unnotified", args=[again.reference]))
    assert "They would find out." in page.content.decode()

"""What somebody decides though they had a part in it is confirmed or reversed by a second person, within five working days. Policy §13."""

import uuid

import pytest
from django.db import IntegrityError, transaction

from cha_engagement.core.records import Stale
from cha_engagement.core.refusals import Incomplete, Refused
from cha_engagement.customers.actions import ask_merge, merge_customers, unmerge_customers
from cha_engagement.organisation.calendar import add_working_days, today
from cha_engagement.staff.models import Notice
from incidents import actions as incidents
from incidents.enums import Category
from restrictions import actions
from restrictions.enums import InterimStatus, RestrictionStatus
from restrictions.second_looks.actions import answer_second_look
from restrictions.second_looks.daily import replace_absent_readers
from restrictions.second_looks.enums import Answer, SecondLookStatus
from restrictions.second_looks.models import SecondLook
from restrictions.second_looks.queries import looks_without_reader
from restrictions.second_looks.tasks import TaskCode
from reviews.queries.involvement import is_involved_in
from tests import factories, files
from tests.desks import task_rows
from tests.overwriting import overwrite_record
from tests.timelines import shown_kinds

pytestmark = [pytest.mark.django_db, pytest.mark.policy("13")]

WHY = "Nobody else was at work."
AGREED = "I read the report and spoke with Órla: I would have decided the same."
REVERSED = "You were calm on the phone. We should not have closed it."


@pytest.fixture
def suffered(customer, officer, manager):
    """An incident that affected the one manager who is there."""
    incident = factories.incident(by=officer, customer=customer, affected_staff=[manager])
    return factories.assess_incident(incident, by=manager, involvement_reason=WHY)


@pytest.fixture
def decision(suffered, manager):
    return factories.decision(by=manager, incidents=[suffered], involvement_reason=WHY)


@pytest.fixture
def interim(suffered, manager):
    return factories.interim_measure(
        by=manager, incidents=[suffered], involvement_reason=WHY, closed=["phone"]
    )


@pytest.fixture
def colleague(db):
    return factories.staff("colleague", "Manager")


def restrict(decision, by, **changes):
    return factories.restriction(by=by, decision=decision, involvement_reason=WHY, **changes)


def answer(look, by, *, reverse=False, reason="", version=None):
    return answer_second_look(
        look=look,
        by=by,
        version=version or look.reload_locked().version,
        answer=Answer.REVERSE if reverse else Answer.CONFIRM,
        reason=reason or (REVERSED if reverse else AGREED),
    )


def waiting(person):
    return [(row["reference"], row["due_on"]) for row in task_rows(person, TaskCode.LOOK)]


def page(signed_in, person, record):
    return signed_in(person).get(record.get_absolute_url()).content.decode()


@pytest.mark.parametrize("name", ["decision", "interim"])
def test_it_waits_for_a_second_person_and_not_for_the_one_who_acted(
    request, name, manager, officer, signed_in
):
    record = request.getfixturevalue(name)
    colleague = request.getfixturevalue("colleague")
    look = record.second_look
    due = add_working_days(today(), 5)
    assert [waiting(person) for person in (colleague, manager, officer)] == [
        [(look.reference, due)],
        [],
        [],
    ]
    shown = page(signed_in, manager, record)
    assert "Waits for a second person until" in shown
    assert "Decided though they had a part in it" in shown
    for person in (manager, officer):
        with pytest.raises(Refused):
            answer(look, person)
    for nothing in ("", "n/a", "---"):
        with pytest.raises(Incomplete):
            answer_second_look(
                look=look, by=colleague, version=look.version, answer=Answer.CONFIRM, reason=nothing
            )
    with pytest.raises(Incomplete, match="confirm or reverse"):
        answer_second_look(look=look, by=colleague, version=look.version, answer="perhaps", reason=AGREED)
    confirmed = answer(look, colleague)
    assert (confirmed.status, confirmed.looked_by, confirmed.reason) == (
        SecondLookStatus.CONFIRMED,
        colleague,
        AGREED,
    )
    assert waiting(colleague) == []
    shown = page(signed_in, manager, record)
    assert f"Confirmed by {colleague}" in shown
    assert AGREED in shown
    assert Notice.objects.filter(recipient=manager, text__contains="is confirmed").exists()
    with pytest.raises(Stale):
        answer(confirmed, colleague, reverse=True)
    with pytest.raises(Refused, match="yourself"):
        answer(confirmed, manager)


def test_what_affected_nobody_who_decides_waits_for_nobody(customer, officer, manager, signed_in):
    decision = factories.decision(by=manager, incidents=[factories.incident(by=officer, customer=customer)])
    factories.restriction(by=manager, decision=decision)
    assert not SecondLook.objects.exists()


def test_a_decision_and_what_is_restricted_under_it_wait_once(decision, manager):
    restriction = restrict(decision, manager)
    restrict(decision, manager)
    assert SecondLook.objects.get() == decision.second_look
    assert not hasattr(restriction, "second_look")


def test_what_is_restricted_under_it_later_waits_anew(decision, manager, colleague):
    answer(decision.second_look, colleague)
    factories.is_away(colleague)
    restriction = restrict(decision, manager)
    assert restriction.second_look.status == SecondLookStatus.WAITING


def test_nobody_with_a_part_in_it_answers_even_while_nobody_else_is_there(
    customer, officer, manager, executive
):
    other, free = (factories.staff(name, "Manager") for name in ("other", "free"))
    incident = factories.incident(by=officer, customer=customer, affected_staff=[manager, other])
    factories.is_away(free)
    incident = factories.assess_incident(incident, by=manager, involvement_reason=WHY)
    decision = factories.decision(by=manager, incidents=[incident], involvement_reason=WHY)
    assert waiting(other) == []
    with pytest.raises(Refused, match="had a part"):
        answer(decision.second_look, other)
    assert decision.second_look.reader == executive
    assert all(map(waiting, (executive, free)))


def test_an_executive_is_given_it_alone_where_no_other_manager_is_there(
    executive, decision, manager, signed_in
):
    restriction = restrict(decision, manager)
    look = decision.second_look
    assert look.reader == executive
    assert waiting(executive)
    assert Notice.objects.filter(
        recipient=executive, text__contains="confirm or reverse", is_task=True
    ).exists()
    shown = page(signed_in, executive, look)
    assert WHY in shown
    assert f"{manager} had a part in what happened" in shown  # said of whoever reported it too
    assert restriction.title in shown
    assert look.decision.incidents.get().facts in shown  # an executive reads no incident otherwise
    answer(look, executive, reverse=True)
    assert restriction.reload_locked().status == RestrictionStatus.LIFTED


def test_another_executive_is_asked_where_the_first_is_away(executive, decision):
    another = factories.staff("another", "Executive Team")
    factories.is_away(executive)
    assert replace_absent_readers(today()).startswith("1 ")
    assert replace_absent_readers(today()).startswith("0 ")
    look = decision.second_look.reload_locked()
    assert look.reader == another
    with pytest.raises(Refused):
        answer(look, executive)
    assert answer(look, another)


def test_whoever_is_no_executive_any_more_does_not_answer(executive, decision):
    executive.groups.clear()
    with pytest.raises(Refused, match="who may decide this"):
        answer(decision.second_look, executive)


def test_whoever_turns_out_to_have_had_a_part_is_not_asked_any_more(suffered, decision, colleague, manager):
    assert waiting(colleague)
    current = suffered.reload_locked()
    changes = {
        "affected_staff": [manager, colleague],
        "affected_how": f"Was shouted at: {manager}, {colleague}",
        "correction_reason": "She told me today.",
    }
    incidents.change_incident(incident=current, by=manager, version=current.version, **changes)
    assert waiting(colleague) == []


def test_who_may_not_use_a_kind_does_not_answer_for_it(customer, officer, management, manager):
    """Only the Management Team restricts the use of the complaints process. Policy §54."""
    incident = factories.incident(by=officer, customer=customer, affected_staff=[management])
    factories.is_away(manager)
    incident = factories.assess_incident(incident, by=management, involvement_reason=WHY)
    decision = factories.decision(by=management, incidents=[incident], involvement_reason=WHY)
    look = decision.second_look
    assert waiting(manager)
    restrict(
        decision, management, kind="complaints_process", terms=factories.TERMS_BY_KIND["complaints_process"]
    )
    assert waiting(manager) == []
    with pytest.raises(Refused, match="who may decide this"):
        answer(look, manager)
    assert answer(look, factories.staff("team", "Management Team"))


def test_a_reversed_decision_ends_what_is_restricted_and_stays_on_record(decision, manager, signed_in):
    told = actions.notify_customer(restriction=restrict(decision, manager), on=today(), by=manager)
    colleague = factories.staff("colleague", "Manager")
    by_another = restrict(decision, colleague)
    reversed_look = answer(decision.second_look, colleague, reverse=True)
    assert (reversed_look.status, told.reload_locked().status, told.reload_locked().status_reason) == (
        SecondLookStatus.REVERSED,
        RestrictionStatus.LIFTED,
        REVERSED,
    )
    assert by_another.reload_locked().is_in_force
    assert task_rows(manager, "restriction.tell_end")
    for record in (decision, told):
        assert f"Reversed by {colleague}" in page(signed_in, manager, record)
    for person in (manager, colleague):
        with pytest.raises(Incomplete, match="reversed this decision"):
            restrict(decision, person)
    assert {"secondlook.ask", "secondlook.reverse"} <= set(shown_kinds(decision.customer, manager))


def test_nothing_that_was_proposed_is_imposed_under_a_reversed_decision(
    decision, suffered, officer, colleague
):
    proposal = factories.proposal(by=officer, incidents=[suffered])
    answer(decision.second_look, colleague, reverse=True)
    with pytest.raises(Incomplete, match="reversed this decision"):
        actions.impose_proposal(restriction=proposal, decision=decision, by=colleague, version=1)


def test_a_reversed_interim_measure_ends(interim, colleague):
    answer(interim.second_look, colleague, reverse=True)
    ended = interim.reload_locked()
    assert (ended.status, ended.status_reason) == (InterimStatus.ENDED, REVERSED)


def test_what_has_ended_meanwhile_waits_for_nobody(interim, manager, colleague, signed_in):
    actions.end_interim_measure(
        interim=interim, by=manager, version=interim.version, status_reason="It is calm."
    )
    look = interim.second_look
    assert waiting(colleague) == []
    assert "It ended before a second person looked at it" in page(signed_in, manager, interim)
    with pytest.raises(Stale):
        answer(look, colleague)


@pytest.fixture
def alone(customer, officer, manager, suffered, colleague):
    """A restriction that whoever had a part in it imposed under the decision of somebody who had none."""
    decision = factories.decision(by=colleague, incidents=[suffered])
    factories.is_away(colleague)
    restriction = restrict(decision, manager)
    colleague.away_until = None
    colleague.save()
    return restriction


def test_a_restriction_under_the_decision_of_somebody_else_waits_by_itself(alone, colleague):
    assert waiting(colleague)
    answer(alone.second_look, colleague, reverse=True)
    assert alone.reload_locked().status == RestrictionStatus.LIFTED


def test_a_new_version_by_the_same_person_goes_on_waiting(alone, manager, colleague, signed_in):
    version = actions.vary_restriction(
        restriction=alone, by=manager, terms=alone.terms, status_reason="You asked for it.", ends_on=None
    )
    assert SecondLook.objects.get().restriction == version
    assert waiting(colleague)
    assert "Waits for a second person" in page(signed_in, colleague, version)
    answer(version.second_look, colleague, reverse=True)
    assert version.reload_locked().status == RestrictionStatus.LIFTED


@pytest.mark.parametrize("name", ["decision", "alone"])
def test_a_version_that_somebody_else_writes_is_looked_at_too(request, name, manager, signed_in):
    record = request.getfixturevalue(name)
    restriction = record if name == "alone" else restrict(record, manager)
    colleague = request.getfixturevalue("colleague")
    for by in (colleague, factories.staff("third", "Manager")):
        restriction = actions.vary_restriction(
            restriction=restriction, by=by, terms=restriction.terms, status_reason="It works.", ends_on=None
        )
    look = SecondLook.objects.get()
    assert waiting(colleague)
    shown = page(signed_in, colleague, look)
    assert WHY in shown
    assert restriction.title in shown
    assert "Waits for a second person" in page(signed_in, colleague, restriction)
    answer(look, colleague, reverse=True)
    assert restriction.reload_locked().status == RestrictionStatus.LIFTED
    assert f"Reversed by {colleague}" in page(signed_in, manager, restriction)


def test_a_version_by_the_one_who_acted_is_looked_at_anew_once_it_was_confirmed(alone, manager, colleague):
    confirmed = answer(alone.second_look, colleague)
    version = actions.vary_restriction(
        restriction=alone, by=manager, terms=alone.terms, status_reason="You asked for it.", ends_on=None
    )
    assert confirmed.reload_locked().restriction == alone
    assert waiting(colleague) == [(version.second_look.reference, add_working_days(today(), 5))]


@pytest.mark.parametrize("is_by_itself", [True, False])
def test_nobody_with_a_part_in_what_its_evidence_shows_answers(
    request, customer, officer, manager, decision, is_by_itself
):
    if is_by_itself:
        third = factories.staff("third", "Manager")
        answer(decision.second_look, third)
        factories.is_away(third)
    colleague = factories.is_away(request.getfixturevalue("colleague")) or request.getfixturevalue(
        "colleague"
    )
    incident = factories.incident(by=officer, customer=customer, affected_staff=[colleague])
    incident = factories.assess_incident(incident, by=manager)
    file = incidents.add_evidence(
        incident=incident, by=manager, submission=uuid.uuid4(), file=files.picture("seen.png"), summary="Seen"
    )
    restriction = restrict(decision, manager, evidence=[file])
    look = restriction.second_look if is_by_itself else decision.second_look
    with pytest.raises(Refused, match="had a part"):
        answer(look, colleague)
    assert waiting(colleague) == []


def test_a_reason_that_a_form_asked_for_without_need_asks_nobody(customer, officer, manager, suffered):
    """Forms ask for it as soon as whoever decides had a part in anything that they offer."""
    incident = factories.incident(by=officer, customer=customer)
    incident = factories.assess_incident(incident, by=manager)
    interim = factories.interim_measure(
        by=manager, incidents=[incident], involvement_reason=WHY, closed=["phone"]
    )
    proposal = factories.proposal(by=officer, incidents=[incident])
    decision = factories.decision(by=manager, incidents=[incident], involvement_reason=WHY)
    imposed = actions.impose_proposal(
        restriction=proposal, decision=decision, by=manager, version=1, involvement_reason=WHY
    )
    assert {
        record.involvement_reason for record in (interim, decision, imposed, restrict(decision, manager))
    } == {""}
    assert not SecondLook.objects.exists()


def test_a_measure_that_rests_on_the_evidence_of_what_affected_them_asks_somebody(
    customer, officer, manager, suffered
):
    incident = factories.incident(by=officer, customer=customer)
    incident = factories.assess_incident(incident, by=manager)
    file = incidents.add_evidence(
        incident=suffered, by=manager, submission=uuid.uuid4(), file=files.picture("seen.png"), summary="Seen"
    )
    decision = factories.decision(
        by=manager,
        incidents=[incident],
        involvement_reason=WHY,
        measures=[factories.restriction_facts(incidents=[], evidence=[file]) | factories.WAITS],
    )
    assert not decision.involvement_reason
    assert SecondLook.objects.get().restriction == decision.restrictions.get()


def test_the_job_leaves_what_has_ended(interim, decision, manager):
    actions.end_interim_measure(
        interim=interim, by=manager, version=interim.version, status_reason="It is calm."
    )
    assert list(looks_without_reader()) == [decision.second_look]


@pytest.mark.policy("B16")
def test_it_goes_back_with_what_was_imposed_while_two_records_were_one(customer, officer, manager, colleague):
    suffered = factories.incident(
        by=officer, customer=customer, affected_staff=[manager], categories=[Category.VIOLENCE]
    )
    decision = factories.decision(by=colleague, incidents=[suffered])
    proposal = factories.proposal(by=officer, incidents=[suffered], **factories.NO_REVIEW)
    kept = factories.customer(by=officer, name="Orla Breen")
    ask_merge(kept=kept, other=customer, by=manager, why="They confirmed it.")
    merge = merge_customers(
        kept=kept, other=customer, by=colleague, submission=uuid.uuid4(), why="They confirmed it."
    )
    factories.is_away(colleague)
    for record in (decision, proposal):
        record.refresh_from_db()
    imposed = actions.impose_proposal(
        restriction=proposal, decision=decision, by=manager, version=proposal.version, involvement_reason=WHY
    )
    assert imposed.second_look.customer == kept
    unmerge_customers(merge=merge, by=colleague, version=merge.version)
    assert imposed.second_look.reload_locked().customer == imposed.reload_locked().customer == customer


@pytest.mark.parametrize("is_varied", [True, False])
def test_nobody_confirms_what_came_after_they_opened_it(request, decision, manager, is_varied):
    restriction = restrict(decision, manager)
    look = decision.second_look.reload_locked()
    if is_varied:
        actions.vary_restriction(
            restriction=restriction,
            by=manager,
            terms=restriction.terms,
            status_reason="It works.",
            ends_on=None,
        )
    else:
        restrict(decision, manager)
    colleague = request.getfixturevalue("colleague")
    with pytest.raises(Stale):
        answer(look, colleague, version=look.version)
    assert answer(look, colleague)


def test_whoever_had_a_part_in_what_is_restricted_later_is_replaced(
    customer, officer, manager, executive, decision
):
    another = factories.staff("another", "Executive Team")
    look = decision.second_look
    assert look.reader == executive
    incident = factories.incident(by=officer, customer=customer, affected_staff=[executive])
    incident = factories.assess_incident(incident, by=manager)
    restrict(decision, manager, incidents=[*decision.incidents.all(), incident])
    assert look.reload_locked().reader == another
    assert [row["reference"] for row in task_rows(another, TaskCode.LOOK)] == [look.reference]
    assert Notice.objects.filter(recipient=another, text__contains="confirm or reverse").count() == 1


@pytest.mark.policy("22")
@pytest.mark.parametrize("name", ["decision", "interim", "alone"])
def test_whoever_looked_does_not_hear_the_appeal(request, name, manager):
    record = request.getfixturevalue(name)
    restriction = record
    if name != "alone":
        under = record if name == "decision" else request.getfixturevalue("decision")
        restriction = restrict(under, manager)
    third = factories.staff("third", "Manager")
    assert not is_involved_in(third, [restriction.pk])
    answer(record.second_look, third)
    assert is_involved_in(third, [restriction.pk])


def test_a_hand_made_request_of_the_one_who_acted_changes_nothing(decision, manager, signed_in):
    look = decision.second_look
    form = {"version": look.version, "answer": Answer.CONFIRM, "reason": AGREED}
    assert signed_in(manager).post(look.get_absolute_url(), form).status_code == 403
    assert look.reload_locked().status == SecondLookStatus.WAITING


def test_the_form_says_what_follows_and_takes_one_answer(interim, colleague, manager, signed_in):
    look = interim.second_look
    shown = page(signed_in, colleague, look)
    for words in (WHY, "the interim measure ends now", interim.staff_instruction):
        assert words in shown
    form = {"version": look.version, "answer": Answer.REVERSE, "reason": REVERSED}
    assert signed_in(colleague).post(look.get_absolute_url(), form).status_code == 302
    assert interim.reload_locked().status == InterimStatus.ENDED
    assert signed_in(colleague).post(look.get_absolute_url(), form).status_code == 409


def test_the_database_keeps_it_from_whoever_acted_too(decision, colleague, manager):
    confirmed = answer(decision.second_look, colleague)
    with pytest.raises(IntegrityError), transaction.atomic():
        overwrite_record(confirmed, looked_by=manager)


def test_it_goes_along_when_two_records_of_a_customer_become_one(decision, manager, colleague, officer):
    kept = factories.customer(by=officer)
    ask_merge(kept=kept, other=decision.customer, by=manager, why="They confirmed it.")
    merge_customers(
        kept=kept, other=decision.customer, by=colleague, submission=uuid.uuid4(), why="They confirmed it."
    )
    look = SecondLook.objects.get()
    assert look.customer == kept
    assert waiting(colleague)
    assert answer(look, colleague)

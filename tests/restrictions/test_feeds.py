from datetime import timedelta

import pytest
import time_machine

from cha_engagement import hub, moves
from cha_engagement.desk.queries import card
from cha_engagement.organisation.calendar import add_working_days, today
from restrictions import workflow
from restrictions.card import decisions, panel, restricted
from restrictions.daily import expire_restrictions
from restrictions.models import Restriction
from restrictions.worklist import to_explain, to_rename, to_settle, to_tell
from tests import factories

from .test_workflow import COMPLAINTS

pytestmark = pytest.mark.django_db


def lines(customer):
    return {section.code: [line.text for line in section.lines] for section in card(customer).sections}


def kinds(customer, user):
    found = [row for source in hub.timeline for row in source(customer, user)]
    return [
        row["row_kind"]
        for row in found
        if row["row_kind"].startswith(("restriction.", "managementdecision."))
    ]


@pytest.mark.policy("65")
@pytest.mark.beyond("B1")
def test_the_card_says_what_to_do_and_not_to_do(customer, restriction):
    said = lines(customer)
    assert "No contact by phone." in said["dont"]
    assert "Deal with them by letter or by email." in said["do"]
    assert restriction.staff_instruction in said["do"]
    assert restricted([customer.pk]) == {customer.pk: ["Restrictions in force"]}


@pytest.mark.policy("23")
def test_the_card_warns_until_the_customer_was_told(customer, restriction, manager):
    untold = "Not told yet: some ways of contact closed. Explain it before you apply it."
    assert untold in lines(customer)["stop"]
    workflow.tell(restriction=restriction, on=today(), by=manager)
    assert untold not in lines(customer).get("stop", [])


def test_the_card_puts_them_through_to_the_deputy_while_the_named_contact_is_away(
    customer, decision, manager
):
    contact = factories.staff("ann", "Officer", phone="0141 496 0003")
    deputy = factories.staff("bob", "Officer", phone="0141 496 0004")
    facts = {
        "kind": "named_contact",
        "terms": {"open": ["phone"]},
        "named_contact": contact,
        "deputy": deputy,
    }
    factories.restriction(by=manager, decision=decision, **facts)
    assert (
        "Put them through to Ann Example, 0141 496 0003. Their deputy is Bob Example."
        in lines(customer)["who"]
    )
    contact.away_until = today() + timedelta(days=3)
    contact.save()
    assert "Put them through to the deputy, Bob Example, 0141 496 0004." in " ".join(lines(customer)["who"])


def test_a_suspended_a_lifted_and_a_coming_restriction_are_not_on_the_card(
    customer, restriction, decision, manager
):
    workflow.suspend(restriction=restriction, by=manager, may=lambda user, one: None)
    lifted = factories.restriction(by=manager, decision=decision)
    workflow.lift(restriction=lifted, by=manager, status_reason="Calm")
    factories.restriction(by=manager, decision=decision, starts_on=today() + timedelta(days=1))
    assert "dont" not in lines(customer)
    assert restricted([customer.pk]) == {}


@pytest.mark.policy("3")
def test_the_card_names_the_other_route_of_those_somebody_speaks_for(manager, officer):
    advocate = factories.customer(by=officer, name="An Advocate", relationship="advocate")
    decision = factories.decision(by=manager, incidents=[factories.incident(by=officer, customer=advocate)])
    factories.restriction(by=manager, decision=decision, other_route="They call us themselves.")
    assert "Those they speak for are not restricted: They call us themselves." in lines(advocate)["who"]


@pytest.mark.beyond("B5")
def test_a_household_is_not_restricted_with_one_of_it(customer, officer, restriction):
    sibling = factories.customer(by=officer, name="A Sibling", household_of=customer)
    assert "dont" not in lines(sibling)


@pytest.mark.policy("65")
def test_officers_read_what_is_in_force_in_words_and_managers_open_it(
    customer, restriction, decision, manager, officer
):
    (row,) = panel(customer, officer).rows
    assert (row.url, row.code) == ("", "imposed")
    assert panel(customer, manager).rows[0].url == restriction.get_absolute_url()
    assert not decisions(customer, officer).rows
    assert decisions(customer, manager).rows[0].url == decision.get_absolute_url()


@pytest.mark.policy("62")
def test_the_timeline_holds_each_move_for_whoever_may_see_it(customer, restriction, manager, officer):
    workflow.tell(restriction=restriction, on=today(), by=manager)
    workflow.lift(restriction=restriction, by=manager, status_reason="Calm")
    said = kinds(customer, manager)
    assert sorted(said) == [
        "managementdecision.decide",
        "restriction.impose",
        "restriction.lift",
        "restriction.tell",
    ]
    assert set(said) <= set(hub.event_kinds)
    assert kinds(customer, officer) == []


@pytest.mark.policy("22")
@pytest.mark.policy("54")
def test_a_proposal_waits_for_managers_and_one_on_complaints_for_the_management_team(
    manager, management, officer, incident
):
    proposal = factories.proposal(by=officer, incidents=[incident])
    complaints = factories.proposal(by=officer, incidents=[incident], **COMPLAINTS)

    def waiting(user):
        return {row["row_record"] for row in to_settle(user, today())}

    assert waiting(officer) == set()
    assert waiting(manager) == {proposal.reference}
    assert waiting(management) == {proposal.reference, complaints.reference}


@pytest.mark.policy("12")
@pytest.mark.policy("23")
def test_telling_is_a_task_of_whoever_imposed_it_due_in_two_working_days(restriction, manager, officer):
    other = factories.staff("other", "Manager")
    (row,) = to_tell(manager, today())
    assert (row["row_record"], row["row_due_on"]) == (restriction.reference, add_working_days(today(), 2))
    assert not to_tell(other, today()).exists()
    manager.away_until = today()
    manager.save()
    assert to_tell(other, today()).exists()
    assert not to_tell(officer, today()).exists()
    workflow.tell(restriction=restriction, on=today(), by=manager)
    assert not to_tell(manager, today()).exists()


def test_what_nobody_told_for_a_week_is_shown_to_every_manager_as_overdue(restriction):
    other = factories.staff("other", "Manager")
    later = today() + timedelta(days=8)
    (row,) = to_tell(other, later)
    assert row["row_due_on"] == add_working_days(today(), 2) < later
    (row,) = to_tell(other, today() + timedelta(days=90))
    assert row["row_due_on"] < today() + timedelta(days=90)


@pytest.mark.policy("12")
def test_a_decision_that_restricts_nothing_and_explains_nothing_is_a_task(manager, incident, decision):
    assert [row["row_record"] for row in to_explain(manager, today())] == [decision.reference]
    factories.restriction(by=manager, decision=decision)
    assert not to_explain(manager, today()).exists()


@pytest.mark.policy("23")
def test_a_restriction_expires_once_its_last_day_has_passed_however_often_and_late_it_is_looked_at(
    customer, decision, manager
):
    last = today() + timedelta(days=100)
    restriction = factories.restriction(by=manager, decision=decision, ends_on=last)
    endless = factories.restriction(by=manager, decision=decision)
    with time_machine.travel(last):
        assert expire_restrictions(today()).startswith("0 ")
        restriction.refresh_from_db()
        assert restriction.is_in_force
    with time_machine.travel(last + timedelta(days=4)):
        assert not restriction.is_in_force
        assert expire_restrictions(today()).startswith("1 ")
        assert expire_restrictions(today()).startswith("0 ")
    for one in (restriction, endless):
        one.refresh_from_db()
    assert (restriction.status, endless.status) == ("expired", "imposed")


@pytest.mark.policy("23")
def test_the_daily_job_goes_on_where_somebody_ended_one_meanwhile(decision, manager):
    last = today() + timedelta(days=100)
    first, second, third = (
        factories.restriction(by=manager, decision=decision, ends_on=last) for _ in range(3)
    )

    def lift_the_second(record, move, **kwargs):
        if (record, move) == (first, "expire"):
            workflow.lift(restriction=second, by=manager, status_reason="Calm.")

    moves.moved.connect(lift_the_second, sender=Restriction)
    try:
        with time_machine.travel(last + timedelta(days=1)):
            assert expire_restrictions(today()).startswith("2 ")
    finally:
        moves.moved.disconnect(lift_the_second, sender=Restriction)
    for one in (first, second, third):
        one.refresh_from_db()
    assert [first.status, second.status, third.status] == ["expired", "lifted", "expired"]


@pytest.mark.policy("21.1")
@pytest.mark.beyond("B2")
def test_every_manager_is_asked_for_another_contact_when_one_has_left(decision, manager, management, officer):
    ann, bob = factories.staff("ann", "Officer"), factories.staff("bob", "Officer")
    facts = {"kind": "named_contact", "terms": {"open": ["phone"]}, "named_contact": ann, "deputy": bob}
    restriction = factories.restriction(by=manager, decision=decision, **facts)
    assert not to_rename(management, today()).exists()
    bob.is_active = False
    bob.save()
    assert [row["row_record"] for row in to_rename(management, today())] == [restriction.reference]
    assert not to_rename(officer, today()).exists()

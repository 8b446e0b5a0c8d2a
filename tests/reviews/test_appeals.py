"""Logging, acknowledging and deciding appeals."""

import datetime
import uuid

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile

from cha_engagement import records
from cha_engagement.moves import Stale
from cha_engagement.organisation.calendar import today
from cha_engagement.policy import Incomplete, Refused
from cha_engagement.staff.models import Notice
from restrictions import workflow as restrictions
from reviews import workflow
from reviews.models import Appeal, AppealedRestriction

from .. import factories
from .conftest import eased, in_days

pytestmark = pytest.mark.django_db


def refused(call, *args, **kwargs):
    with pytest.raises(Incomplete) as raised:
        call(*args, **kwargs)
    return raised.value.refusals


@pytest.mark.policy("22")
def test_an_officer_logs_an_appeal_as_it_came(log, restriction, officer):
    appeal = log(restriction, lodged_by="Her advocate", channel="letter")
    assert (appeal.status, appeal.received_by, appeal.lodged_by, appeal.channel) == (
        "received",
        officer,
        "Her advocate",
        "letter",
    )
    assert appeal.appealed.get().restriction == restriction
    restriction.refresh_from_db()
    assert restriction.status == "imposed"


@pytest.mark.policy("22")
def test_those_who_may_hear_it_are_told_without_a_name(log, restriction, executive, executive2, customer):
    log(restriction)
    notices = Notice.objects.filter(reference__startswith="APP-")
    assert {notice.recipient for notice in notices} == {executive, executive2}
    assert not any(customer.name in notice.text for notice in notices)


def test_sent_twice_it_is_one_appeal(officer, restriction, customer):
    said = {
        "received_on": today(),
        "channel": "phone",
        "lodged_by": "Her",
        "grounds": "Unfair.",
        "submission": uuid.uuid4(),
    }
    file = SimpleUploadedFile("letter.txt", b"Please look again.")
    first, second = (
        workflow.log(customer=customer, by=officer, restrictions=[restriction], documents=[file], **said)
        for _ in range(2)
    )
    assert first == second
    assert (AppealedRestriction.objects.count(), first.documents.count()) == (1, 1)


@pytest.mark.policy("22")
def test_late_is_shown_and_not_refused(log, restriction, officer):
    restriction = restrictions.tell(restriction=restriction, on=today(), by=officer)
    with time_machine.travel(datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=60)):
        appealed = log(restriction).appealed.get()
    assert appealed.is_late


def test_in_time_is_not_late(log, restriction, officer):
    restriction = restrictions.tell(restriction=restriction, on=today(), by=officer)
    assert not log(restriction).appealed.get().is_late


def test_it_cannot_have_come_tomorrow(log, restriction):
    assert [one.field for one in refused(log, restriction, received_on=in_days(1))] == ["received_on"]


@pytest.mark.beyond("B5")
def test_it_is_about_this_customers_restrictions_alone(officer, manager, restriction):
    other = factories.customer(by=officer, name="Neighbour")
    said = {"received_on": today(), "channel": "phone", "lodged_by": "Them", "grounds": "Unfair."}
    why = refused(
        workflow.log, customer=other, by=officer, submission=uuid.uuid4(), restrictions=[restriction], **said
    )
    assert (why[0].paragraph, Appeal.objects.count()) == ("B5", 0)


def test_what_is_under_appeal_is_not_appealed_twice(log, restriction):
    appeal = log(restriction)
    assert appeal.reference in refused(log, restriction)[0].sentence


def test_what_has_ended_cannot_be_appealed(log, restriction, manager):
    assert (
        "not in force"
        in refused(log, restrictions.lift(restriction=restriction, by=manager, status_reason="Calm."))[
            0
        ].sentence
    )


@pytest.mark.policy("22")
@pytest.mark.parametrize("role", ["Data Protection", "Administrator"])
def test_who_does_not_deal_with_customers_logs_no_appeal(role, log, restriction):
    with pytest.raises(Refused):
        log(restriction, by=factories.staff("somebody", role))


@pytest.mark.policy("22")
@pytest.mark.parametrize("day", [1, -1])
def test_it_is_acknowledged_after_it_came_and_not_ahead(log, restriction, executive, day):
    appeal = log(restriction)
    why = refused(
        workflow.acknowledge,
        appeal=appeal,
        by=executive,
        version=appeal.version,
        acknowledged_on=in_days(day),
    )
    assert [one.field for one in why] == ["acknowledged_on"]


def test_the_days_to_work_to_are_working_days(log, restriction, organisation):
    with time_machine.travel("2026-12-23T12:00:00+00:00"):
        appeal = log(restriction)
    # Christmas, Boxing Day's Monday in lieu, New Year, 2 January's Monday in lieu.
    assert str(appeal.acknowledge_by) == "2026-12-30"


@pytest.mark.policy("22")
def test_not_upheld_leaves_it_as_it_is(acknowledged, decide, restriction, executive):
    decided = decide(acknowledged)
    restriction.refresh_from_db()
    assert (decided.status, decided.decided_by, list(decided.panel.all())) == (
        "decided",
        executive,
        [executive],
    )
    assert (restriction.status, restriction.reviews.get().status) == ("imposed", "scheduled")
    assert decided.appealed.get().outcome == "not_upheld"


@pytest.mark.policy("22")
def test_upheld_ends_it_at_once_with_its_review(acknowledged, decide, restriction, review):
    decide(acknowledged, "upheld")
    restriction.refresh_from_db()
    review.refresh_from_db()
    assert (restriction.status, review.status) == ("overturned", "cancelled")


@pytest.mark.policy("22")
def test_partly_upheld_replaces_it_by_an_eased_version(acknowledged, decide, restriction, executive):
    less = {"closed": ["phone"], "open": ["letter", "email", "office"]}
    decided = decide(acknowledged, "partly_upheld", changes=eased(restriction, terms=less))
    new = decided.appealed.get().varied_to
    restriction.refresh_from_db()
    assert (restriction.status, new.supersedes, new.terms) == ("superseded", restriction, less)
    assert (new.status, new.told_on, new.imposed_by) == ("imposed", None, executive)
    assert new.reviews.get().status == "scheduled"


@pytest.mark.policy("22")
@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"terms": {"closed": ["phone", "office"], "open": ["letter", "email"]}}, "closed"),
        ({"terms": {"closed": ["phone"], "open": ["letter"]}}, "open"),
        ({"first_review_on": "later", "easing_conditions": "Other"}, "first_review_on"),
        ({"first_review_on": None, "easing_conditions": "Other"}, "first_review_on"),
        ({}, "outcome"),
    ],
)
def test_a_panel_never_makes_it_harsher(acknowledged, decide, restriction, changes, field):
    if changes.get("first_review_on") == "later":
        changes = changes | {"first_review_on": restriction.first_review_on + datetime.timedelta(days=1)}
    why = refused(decide, acknowledged, "partly_upheld", changes=eased(restriction, **changes))
    assert [one.field for one in why] == [f"{restriction.reference}-{field}"]
    acknowledged.refresh_from_db()
    restriction.refresh_from_db()
    assert (acknowledged.status, restriction.status) == ("acknowledged", "imposed")


@pytest.mark.policy("22")
@pytest.mark.parametrize("ends_on", [None, 101])
def test_a_panel_does_not_let_it_last_longer(manager, decision, log, decide, executive, ends_on):
    restriction = factories.restriction(by=manager, decision=decision, ends_on=in_days(100))
    appeal = log(restriction)
    appeal = workflow.acknowledge(
        appeal=appeal, by=executive, version=appeal.version, acknowledged_on=today()
    )
    longer = eased(restriction, ends_on=ends_on and in_days(ends_on), easing_conditions="Other")
    assert (
        refused(decide, appeal, "partly_upheld", changes=longer)[0].field
        == f"{restriction.reference}-ends_on"
    )


def test_a_review_that_is_overdue_begins_anew_with_what_a_panel_eases(acknowledged, restriction, decide):
    with time_machine.travel(datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=120)):
        soon = eased(restriction, first_review_on=in_days(30), easing_conditions="Other")
        new = decide(acknowledged, "partly_upheld", changes=soon).appealed.get().varied_to
        assert new.reviews.get().due_on == in_days(30)


@pytest.mark.beyond("B2")
def test_a_panel_leaves_a_way_in_too(acknowledged, decide, restriction, customer, manager):
    records.write(
        customer,
        by=manager,
        reason="Needs",
        cannot_use=["office", "letter", "email", "online_form", "message"],
    )
    why = refused(
        decide, acknowledged, "partly_upheld", changes=eased(restriction, easing_conditions="Other")
    )
    assert any(one.paragraph == "B2" for one in why)


@pytest.mark.policy("22")
@pytest.mark.parametrize("outcome", ["upheld", "partly_upheld", "not_upheld"])
def test_what_ended_meanwhile_gets_its_outcome_and_stays_as_it_ended(
    acknowledged, decide, restriction, manager, outcome
):
    restrictions.lift(restriction=restriction, by=manager, status_reason="Calm again.")
    decided = decide(acknowledged, outcome)
    restriction.refresh_from_db()
    assert (restriction.status, decided.appealed.get().outcome, decided.appealed.get().varied_to) == (
        "lifted",
        outcome,
        None,
    )


@pytest.mark.policy("22")
@pytest.mark.parametrize("end", ["decide", "withdraw"])
def test_what_was_suspended_applies_again_when_it_is_not_changed(
    acknowledged, decide, restriction, executive, end
):
    restrictions.suspend(restriction=restriction, by=executive, may=lambda user, record: None)
    if end == "decide":
        decide(acknowledged)
    else:
        workflow.withdraw(appeal=acknowledged, by=executive, version=acknowledged.version)
    restriction.refresh_from_db()
    assert restriction.status == "imposed"


def test_two_executives_decide_at_once_and_the_second_is_told_so(acknowledged, decide, executive2):
    decide(acknowledged)
    with pytest.raises(Stale):
        decide(acknowledged, "upheld", by=executive2)


def test_it_is_heard_after_it_came_and_not_ahead(acknowledged, decide):
    assert refused(decide, acknowledged, heard_on=in_days(1))[0].field == "heard_on"
    assert refused(decide, acknowledged, heard_on=in_days(-1))[0].field == "heard_on"


@pytest.mark.beyond("B4")
def test_after_a_panel_comes_the_ombudsman_and_not_another_appeal(acknowledged, decide, restriction, log):
    less = {"closed": ["phone"], "open": ["letter", "email", "office"]}
    new = (
        decide(acknowledged, "partly_upheld", changes=eased(restriction, terms=less)).appealed.get().varied_to
    )
    why = refused(log, new)
    assert (why[0].paragraph, "Scottish Public Services Ombudsman" in why[0].sentence) == ("B4", True)


@pytest.mark.beyond("B4")
def test_what_a_panel_left_as_it_is_goes_to_the_ombudsman_until_a_review_has_looked_at_it_again(
    acknowledged, decide, restriction, log, manager
):
    decide(acknowledged)
    assert "Ombudsman" in refused(log, restriction)[0].sentence
    with time_machine.travel(datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=90)):
        said = {"findings": "Calm.", "reasons": "It goes on.", "next_review_on": in_days(90)}
        workflow.hold(review=restriction.reviews.get(), by=manager, version=1, outcome="continue", **said)
        assert log(restriction).status == "received"


@pytest.mark.beyond("B22")
def test_whoever_logged_it_and_whoever_imposed_it_hear_that_it_is_decided(
    acknowledged, decide, officer, manager
):
    decide(acknowledged)
    told = Notice.objects.filter(text=f"{acknowledged} has been decided.")
    assert {notice.recipient for notice in told} == {officer, manager}

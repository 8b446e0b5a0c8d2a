"""Logging, acknowledging and deciding appeals."""

import datetime
import uuid

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile

from cha_engagement.core.records import Stale, writing
from cha_engagement.core.refusals import Incomplete, Refused
from cha_engagement.letters import actions as letters
from cha_engagement.organisation.calendar import add_working_days, today
from cha_engagement.organisation.models import AdviceOrganisation
from cha_engagement.staff.models import Notice
from restrictions import actions as restrictions
from restrictions.models import ManagementDecision, Restriction
from reviews import actions
from reviews.models import Appeal, AppealedRestriction

from .. import factories
from .conftest import eased, in_days, name, suspend, withdraw

pytestmark = pytest.mark.django_db


LESS = {"closed": ["phone"], "open": ["letter", "email", "office"]}
COMPLAINTS = {
    "exceptional_circumstances": "Forty.",
    "earlier_complaints": "C1 to C40.",
    "new_complaints": "We read all.",
}


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
        actions.log_appeal(
            customer=customer, by=officer, restrictions=[restriction], documents=[file], **said
        )
        for _ in range(2)
    )
    assert first == second
    assert (AppealedRestriction.objects.count(), first.documents.count()) == (1, 1)


@pytest.mark.policy("22")
def test_late_is_shown_and_not_refused(log, restriction, officer):
    restriction = restrictions.notify_customer(restriction=restriction, on=today(), by=officer)
    with time_machine.travel(datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=60)):
        appealed = log(restriction).appealed.get()
    assert appealed.is_late


def test_in_time_is_not_late(log, restriction, officer):
    restriction = restrictions.notify_customer(restriction=restriction, on=today(), by=officer)
    assert not log(restriction).appealed.get().is_late


def test_it_cannot_have_come_tomorrow(log, restriction):
    assert [one.field for one in refused(log, restriction, received_on=in_days(1))] == ["received_on"]


@pytest.mark.beyond("B5")
def test_it_is_about_this_customers_restrictions_alone(officer, manager, restriction):
    other = factories.customer(by=officer, name="Neighbour")
    said = {"received_on": today(), "channel": "phone", "lodged_by": "Them", "grounds": "Unfair."}
    why = refused(
        actions.log_appeal,
        customer=other,
        by=officer,
        submission=uuid.uuid4(),
        restrictions=[restriction],
        **said,
    )
    assert (why[0].paragraph, Appeal.objects.count()) == ("B5", 0)


def test_what_is_under_appeal_is_not_appealed_twice(log, restriction):
    appeal = log(restriction)
    assert appeal.reference in refused(log, restriction)[0].sentence


def test_what_has_ended_cannot_be_appealed(log, restriction, manager):
    assert (
        "not in force"
        in refused(
            log, restrictions.lift_restriction(restriction=restriction, by=manager, status_reason="Calm.")
        )[0].sentence
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
        actions.acknowledge_appeal,
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
    assert (new.status, new.customer_notified_on, new.imposed_by) == ("imposed", None, executive)
    assert new.reviews.get().status == "scheduled"


@pytest.mark.policy("22")
@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"terms": {"closed": ["phone", "office"], "open": ["letter", "email"]}}, "closed"),
        ({"terms": {"closed": ["phone"], "open": ["letter"]}}, "open"),
        ({"first_review_on": "later", "terms": LESS}, "first_review_on"),
        ({"first_review_on": None, "terms": LESS}, "first_review_on"),
        ({}, "outcome"),
        ({"easing_conditions": "Ten years of silence."}, "outcome"),
    ],
)
def test_a_panel_never_makes_it_harsher(acknowledged, decide, restriction, changes, field):
    if changes.get("first_review_on") == "later":
        changes = changes | {"first_review_on": restriction.first_review_on + datetime.timedelta(days=1)}
    why = refused(decide, acknowledged, "partly_upheld", changes=eased(restriction, **changes))
    assert [one.field for one in why] == [f"{restriction.reference}-{field}"]
    assert why[0].sentence.startswith(f"{restriction}: ")
    acknowledged.refresh_from_db()
    restriction.refresh_from_db()
    assert (acknowledged.status, restriction.status) == ("acknowledged", "imposed")


@pytest.mark.policy("22")
def test_other_words_alone_ease_nothing(decision, management, log, decide, executive):
    """Nobody can tell by rule whether other words are kinder, so something else is eased with them."""
    limited = factories.restriction(
        by=management, decision=decision, kind="complaints_process", terms=COMPLAINTS
    )
    appeal = log(limited)
    appeal = actions.acknowledge_appeal(
        appeal=appeal, by=executive, version=appeal.version, acknowledged_on=today()
    )
    words = COMPLAINTS | {"new_complaints": "We read nothing."}
    why = refused(decide, appeal, "partly_upheld", changes=eased(limited, terms=words))
    assert [one.field for one in why] == [f"{limited.reference}-outcome"]
    decided = decide(appeal, "partly_upheld", changes=eased(limited, first_review_on=in_days(30)))
    assert decided.appealed.get().varied_to.first_review_on == in_days(30)


@pytest.mark.policy("22")
def test_a_measure_that_is_all_words_is_eased_by_other_words(manager, decision, log, decide, executive):
    terms = {"description": "We meet you at the library alone.", "closed": [], "affected_matters": ["none"]}
    made = {"kind": "other", "staff_instruction": "Meet at the library."}
    appeal = log(factories.restriction(by=manager, decision=decision, terms=terms, **made))
    appeal = actions.acknowledge_appeal(
        appeal=appeal, by=executive, version=appeal.version, acknowledged_on=today()
    )
    kinder = terms | {"description": "We meet you at the library or at our office."}
    changes = eased(appeal.appealed.get().restriction, terms=kinder, staff_instruction="As they like.")
    assert decide(appeal, "partly_upheld", changes=changes).appealed.get().varied_to.terms == kinder


@pytest.mark.policy("22")
def test_a_panel_opens_the_last_way_that_a_measure_in_words_of_its_own_closes(
    manager, decision, log, decide, executive
):
    facts = {"terms": factories.OWN_WORDS, "staff_instruction": "Meet them at the library."}
    restriction = factories.restriction(by=manager, decision=decision, kind="other", **facts)
    appeal = log(restriction)
    appeal = actions.acknowledge_appeal(
        appeal=appeal, by=executive, version=appeal.version, acknowledged_on=today()
    )
    changes = eased(restriction, terms=restriction.terms | {"closed": []})
    assert decide(appeal, "partly_upheld", changes=changes).appealed.get().varied_to.closed_channels == set()


@pytest.mark.policy("22")
@pytest.mark.parametrize("ends_on", [None, 101])
def test_a_panel_does_not_let_it_last_longer(manager, decision, log, decide, executive, ends_on):
    restriction = factories.restriction(by=manager, decision=decision, ends_on=in_days(100))
    appeal = log(restriction)
    appeal = actions.acknowledge_appeal(
        appeal=appeal, by=executive, version=appeal.version, acknowledged_on=today()
    )
    longer = eased(restriction, ends_on=ends_on and in_days(ends_on))
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
    writing.save_record(
        customer,
        by=manager,
        reason="Needs",
        cannot_use=["office", "letter", "email", "online_form", "message"],
    )
    why = refused(
        decide, acknowledged, "partly_upheld", changes=eased(restriction, first_review_on=in_days(30))
    )
    assert any(one.paragraph == "B2" for one in why)


@pytest.mark.policy("22")
@pytest.mark.parametrize("outcome", ["upheld", "partly_upheld", "not_upheld"])
def test_what_ended_meanwhile_gets_its_outcome_and_stays_as_it_ended(
    acknowledged, decide, restriction, manager, outcome
):
    restrictions.lift_restriction(restriction=restriction, by=manager, status_reason="Calm again.")
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
    appeal = suspend(acknowledged, executive, restriction)
    restriction.refresh_from_db()
    assert (restriction.status, appeal.appealed.get().suspended) == ("suspended", True)
    decide(appeal) if end == "decide" else withdraw(appeal, executive)
    restriction.refresh_from_db()
    assert (restriction.status, appeal.appealed.get().suspended) == ("imposed", True)


@pytest.mark.policy("22")
def test_a_panel_says_what_applies_meanwhile_and_can_say_it_anew(
    decision, manager, restriction, log, executive
):
    other = factories.restriction(
        by=manager, decision=decision, terms={"closed": ["email"], "open": ["letter"]}
    )
    appeal = log(restriction, other)
    for suspended in ([restriction, other], [other], []):
        suspend(appeal, executive, *suspended)
        assert set(Restriction.objects.filter(status="suspended")) == set(suspended)
        assert {one.restriction for one in appeal.appealed.filter(suspended=True)} == set(suspended)


@pytest.mark.policy("22")
def test_whoever_may_not_hear_it_suspends_nothing(log, decision, executive, executive2, management, manager):
    appeal = log(factories.restriction(by=executive2, decision=decision))
    for user in (executive2, management, manager):
        with pytest.raises(Refused):
            suspend(appeal, user, *Restriction.objects.all())
    assert not Restriction.objects.filter(status="suspended").exists()


@pytest.mark.policy("22")
def test_what_is_under_no_appeal_is_not_suspended(restriction, executive):
    with pytest.raises(Refused):
        restrictions.suspend_restriction(restriction=restriction, by=executive)


@pytest.mark.policy("22")
def test_only_those_who_hear_an_appeal_apply_again_what_it_suspended(
    log, decision, executive, executive2, manager
):
    restriction = factories.restriction(by=executive2, decision=decision)
    suspend(log(restriction), executive, restriction)
    for user in (executive2, manager):
        with pytest.raises(Refused):
            restrictions.resume_restriction(restriction=restriction, by=user)
    assert restrictions.resume_restriction(restriction=restriction, by=executive).status == "imposed"


@pytest.mark.policy("22")
def test_what_no_panel_has_decided_is_not_ended_or_eased_on_appeal(log, restriction, executive):
    log(restriction)
    with pytest.raises(Refused):
        restrictions.overturn_restriction(restriction=restriction, by=executive, status_reason="Upheld")
    with pytest.raises(Refused):
        restrictions.ease_on_appeal(
            restriction=restriction, by=executive, terms=restriction.terms, status_reason="Eased"
        )


@pytest.mark.policy("22")
def test_who_was_named_to_hear_it_suspends_too(log, decision, executive2, management):
    restriction = factories.restriction(by=executive2, decision=decision)
    appeal = name(log(restriction), management, by=management)
    suspend(appeal, management, restriction)
    assert Restriction.objects.get().status == "suspended"


def test_nothing_is_suspended_once_an_appeal_has_ended(acknowledged, decide, restriction, executive):
    decide(acknowledged)
    with pytest.raises(Stale):
        suspend(acknowledged, executive, restriction)


@pytest.mark.beyond("B2")
def test_what_is_suspended_counts_for_what_is_imposed_meanwhile_so_that_it_can_apply_again(
    acknowledged, restriction, executive, manager, decision, decide
):
    suspend(acknowledged, executive, restriction)  # it closes the phone
    people = {"named_contact": factories.staff("colleague", "Officer"), "deputy": manager}
    why = refused(
        factories.restriction, by=manager, decision=decision, kind="named_contact", terms={"open": ["phone"]}, **people
    )  # fmt: skip
    assert why[0].paragraph == "B2"
    decide(Appeal.objects.get())
    restriction.refresh_from_db()
    assert restriction.status == "imposed"


@pytest.mark.beyond("B2")
def test_what_would_leave_no_way_in_is_not_applied_again(
    acknowledged, restriction, executive, manager, customer
):
    """The customer's needs have changed meanwhile."""
    suspend(acknowledged, executive, restriction)
    ways = ["office", "letter", "email", "online_form", "message"]
    writing.save_record(customer, by=manager, reason="Needs", cannot_use=ways)
    why = refused(withdraw, Appeal.objects.get(), executive)
    assert [one.paragraph for one in why] == ["B2"]
    assert refused(suspend, acknowledged, executive)[0].sentence.startswith(f"{restriction}: ")


@pytest.mark.policy("22")
def test_nobody_without_a_name_makes_an_appeal_or_takes_it_back(log, restriction, executive):
    assert [one.field for one in refused(log, restriction, lodged_by="...")] == ["lodged_by"]
    appeal = log(restriction)
    assert [one.field for one in refused(withdraw, appeal, executive, withdrawn_by="9999")] == [
        "withdrawn_by"
    ]


@pytest.mark.policy("22")
@pytest.mark.parametrize("day", [1, -1])
def test_it_is_withdrawn_by_its_customer_after_it_came_and_not_ahead(log, restriction, executive, day):
    appeal = log(restriction)
    assert refused(withdraw, appeal, executive, withdrawn_on=in_days(day))[0].field == "withdrawn_on"
    withdrawn = withdraw(appeal, executive, withdrawn_by="Her advocate")
    assert (withdrawn.withdrawn_by, withdrawn.withdrawn_on) == ("Her advocate", today())
    assert log(restriction).status == "received"


@pytest.mark.policy("22")
def test_whoever_had_a_part_does_not_record_that_it_is_withdrawn(log, decision, executive, executive2):
    with pytest.raises(Refused):
        withdraw(log(factories.restriction(by=executive2, decision=decision)), executive2)


@pytest.mark.policy("22")
@pytest.mark.parametrize("passed_to", ["complaints", "ombudsman"])
def test_one_that_cannot_be_heard_is_logged_and_passed_to_where_it_belongs(
    log, decision, executive, passed_to
):
    """As one against the decision itself, where nothing under it can be appealed."""
    appeal = log(passed_to=passed_to)
    assert (appeal.status, appeal.grounds, appeal.appealed.count()) == ("passed_on", "This is not fair.", 0)
    assert appeal.passed_to == passed_to
    assert not ManagementDecision.objects.visible_to(executive).exists()


@pytest.mark.policy("22")
@pytest.mark.parametrize("passed_to", ["complaints", "ombudsman"])
def test_the_executive_team_is_told_of_each_appeal_that_is_passed_on(log, executive, executive2, passed_to):
    appeal = log(passed_to=passed_to)
    notices = Notice.objects.filter(reference=appeal.reference)
    assert {notice.recipient for notice in notices} == {executive, executive2}
    assert all(f"to the {passed_to}" in notice.text for notice in notices)


@pytest.mark.policy("22")
@pytest.mark.parametrize(
    "part", ["decided", "imposed", "imposed before it was varied", "set an interim measure"]
)
def test_manager_cannot_pass_on_what_may_be_against_their_own_restriction(
    part, log, incident, manager, management, officer
):
    """`management` had this part, and no other."""
    if part == "set an interim measure":
        factories.interim_measure(by=management, incidents=[incident])
    factories.assess_incident(incident, by=manager)
    decision = factories.decision(by=management if part == "decided" else manager, incidents=[incident])
    restriction = factories.restriction(
        by=management if part.startswith("imposed") else manager, decision=decision
    )
    if part == "imposed before it was varied":
        restriction = restrictions.vary_restriction(
            restriction=restriction,
            by=manager,
            status_reason="It goes well.",
            first_review_on=restriction.first_review_on,
            review_months=3,
            terms=LESS,
        )
    why = refused(log, passed_to="ombudsman", by=management)
    assert [(one.field, restriction.reference in one.sentence) for one in why] == [("restrictions", True)]
    assert log(passed_to="ombudsman", by=officer).status == "passed_on"
    assert log(restriction, by=management).status == "received"
    assert log(passed_to="complaints", by=management).status == "passed_on"


@pytest.mark.policy("22")
def test_it_is_heard_or_passed_on_and_not_both_or_neither(log, restriction):
    assert [one.field for one in refused(log, restriction, passed_to="complaints")] == ["passed_to"]
    assert [one.field for one in refused(log)] == ["restrictions"]


@pytest.mark.policy("22")
def test_it_cannot_have_come_before_what_it_is_against(log, restriction):
    why = refused(log, restriction, received_on=in_days(-1))
    assert [(one.field, restriction.reference in one.sentence) for one in why] == [("received_on", True)]


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
        continued(restriction, manager)
        assert log(restriction).status == "received"


def continued(restriction, by):
    """The review that it goes on after."""
    review = restriction.reviews.get(status="scheduled")
    said = {"findings": "Calm.", "reasons": "It goes on.", "next_review_on": in_days(85)}
    return actions.hold_review(review=review, by=by, version=review.version, outcome="continue", **said)


@pytest.mark.beyond("B4")
def test_a_review_later_on_the_day_of_the_decision_gives_a_fresh_right(
    acknowledged, decide, restriction, log, manager
):
    decide(acknowledged)
    continued(restriction, manager)
    assert log(restriction).status == "received"


@pytest.mark.beyond("B4")
def test_a_review_between_the_hearing_and_the_decision_gives_none(
    acknowledged, decide, restriction, log, manager
):
    heard_on = today()
    now = datetime.datetime.now(datetime.UTC)
    with time_machine.travel(now + datetime.timedelta(days=3)):
        continued(restriction, manager)
    with time_machine.travel(now + datetime.timedelta(days=6)):
        decide(acknowledged, heard_on=heard_on)
        assert "Ombudsman" in refused(log, restriction)[0].sentence


@pytest.mark.policy("22")
def test_the_time_to_appeal_counts_from_the_letter_that_told(restriction, officer, manager, log):
    """Told on the first day, reviewed on the sixtieth, written to about that on the seventy-fifth."""
    AdviceOrganisation.objects.create(name="Lochside Advice", helps_with="housing", contact="0800 496 0002")
    restrictions.notify_customer(restriction=restriction, on=today(), by=officer)
    now = datetime.datetime.now(datetime.UTC)
    with time_machine.travel(now + datetime.timedelta(days=60)):
        review = continued(restriction, manager)
    with time_machine.travel(now + datetime.timedelta(days=75)):
        letter = actions.write_letter(about=review, kind="review_outcome", by=manager)
        letter = factories.issue_letter(letter, by=manager)
        letters.send_letter(
            letter=letter, by=manager, version=letter.version, sent_by_channel="letter", sent_on=today()
        )
        last_day = add_working_days(today(), 20)
    with time_machine.travel(now + datetime.timedelta(days=95)):
        appealed = log(restriction).appealed.get()
        assert (appealed.last_day, appealed.is_late) == (last_day, False)


@pytest.mark.beyond("B22")
def test_whoever_logged_it_and_whoever_imposed_it_hear_that_it_is_decided(
    acknowledged, decide, officer, manager
):
    decide(acknowledged)
    told = Notice.objects.filter(text=f"{acknowledged} has been decided.")
    assert {notice.recipient for notice in told} == {officer, manager}

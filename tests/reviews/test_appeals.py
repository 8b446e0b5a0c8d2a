"""Logging, acknowledging and deciding appeals."""

import datetime
import uuid

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile

from cha_engagement.core.records import Stale, writing
from cha_engagement.core.refusals import Incomplete, Refused
from cha_engagement.core.templatetags.ui import uk_date
from cha_engagement.customers import actions as customers
from cha_engagement.customers.enums import Channel, ConfirmedWith
from cha_engagement.letters import actions as letters
from cha_engagement.letters.enums import SentBy
from cha_engagement.organisation.calendar import add_working_days, start_of_day, today
from cha_engagement.organisation.models import AdviceOrganisation
from cha_engagement.staff.interfaces import open_groups
from cha_engagement.staff.models import Notice
from restrictions import actions as restrictions
from restrictions.enums import RestrictionStatus
from restrictions.models import ManagementDecision, Restriction
from reviews import actions
from reviews.enums import AppealOutcome, AppealStatus, LetterCode, PassedTo, ReviewStatus
from reviews.models import Appeal, AppealedRestriction
from reviews.queries import rights_to_appeal

from .. import factories
from .conftest import (
    acknowledge_appeal,
    days_from_today,
    hold_review,
    name_substitute,
    suspend_restrictions,
    version_facts,
    withdraw_appeal,
)

pytestmark = pytest.mark.django_db


LESS = {"closed": ["phone"], "open": ["letter", "email", "office"]}
COMPLAINTS = {
    "exceptional_circumstances": "Forty.",
    "earlier_complaints": "C1 to C40.",
    "new_complaints": "We read all.",
}


def refusals_of(call, *args, **kwargs):
    with pytest.raises(Incomplete) as raised:
        call(*args, **kwargs)
    return raised.value.refusals


@pytest.mark.policy("22")
def test_an_officer_logs_an_appeal_as_it_came(log_appeal, restriction, officer):
    appeal = log_appeal(restriction, lodged_by="Her advocate", channel=Channel.LETTER)
    assert (appeal.status, appeal.received_by, appeal.lodged_by, appeal.channel) == (
        AppealStatus.RECEIVED,
        officer,
        "Her advocate",
        Channel.LETTER,
    )
    assert appeal.appealed.get().restriction == restriction
    restriction.refresh_from_db()
    assert restriction.status == RestrictionStatus.IMPOSED


@pytest.mark.policy("22")
def test_those_who_may_hear_an_appeal_are_notified_without_a_name(
    log_appeal, restriction, executive, executive2, customer
):
    log_appeal(restriction)
    notices = Notice.objects.filter(reference__startswith="APP-")
    assert {notice.recipient for notice in notices} == {executive, executive2}
    assert not any(customer.name in notice.text for notice in notices)


def test_a_form_sent_twice_logs_one_appeal(officer, restriction, customer):
    facts = {
        "received_on": today(),
        "channel": Channel.PHONE,
        "lodged_by": "Her",
        "grounds": "Unfair.",
        "submission": uuid.uuid4(),
    }
    file = SimpleUploadedFile("letter.txt", b"Please look again.")
    first, second = (
        actions.log_appeal(
            customer=customer, by=officer, restrictions=[restriction], documents=[file], **facts
        )
        for _ in range(2)
    )
    assert first == second
    assert (AppealedRestriction.objects.count(), first.documents.count()) == (1, 1)


@pytest.mark.policy("22")
def test_a_late_appeal_is_shown_as_late_and_not_refused(log_appeal, restriction, officer):
    restriction = restrictions.notify_customer(restriction=restriction, on=today(), by=officer)
    with time_machine.travel(datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=60)):
        appealed = log_appeal(restriction).appealed.get()
    assert appealed.is_late


def test_an_appeal_in_time_is_not_shown_as_late(log_appeal, restriction, officer):
    restriction = restrictions.notify_customer(restriction=restriction, on=today(), by=officer)
    assert not log_appeal(restriction).appealed.get().is_late


def test_an_appeal_cannot_have_come_tomorrow(log_appeal, restriction):
    assert [
        refusal.field for refusal in refusals_of(log_appeal, restriction, received_on=days_from_today(1))
    ] == ["received_on"]


@pytest.mark.beyond("B5")
def test_an_appeal_against_another_customers_restriction_is_refused(officer, manager, restriction):
    other = factories.customer(by=officer, name="Neighbour")
    facts = {"received_on": today(), "channel": Channel.PHONE, "lodged_by": "Them", "grounds": "Unfair."}
    refusals = refusals_of(
        actions.log_appeal,
        customer=other,
        by=officer,
        submission=uuid.uuid4(),
        restrictions=[restriction],
        **facts,
    )
    assert (refusals[0].paragraph, Appeal.objects.count()) == ("B5", 0)


def test_a_restriction_under_appeal_cannot_be_appealed_again(log_appeal, restriction):
    appeal = log_appeal(restriction)
    assert appeal.reference in refusals_of(log_appeal, restriction)[0].sentence


def test_an_ended_restriction_cannot_be_appealed(log_appeal, restriction, manager):
    assert (
        "not in force"
        in refusals_of(
            log_appeal,
            restrictions.lift_restriction(restriction=restriction, by=manager, status_reason="Calm."),
        )[0].sentence
    )


@pytest.mark.policy("22")
@pytest.mark.parametrize("role", ["Data Protection", "Administrator"])
def test_roles_that_do_not_deal_with_customers_log_no_appeal(role, log_appeal, restriction):
    with pytest.raises(Refused):
        log_appeal(restriction, by=factories.staff("somebody", role))


@pytest.mark.policy("22")
@pytest.mark.parametrize("day", [1, -1])
def test_an_appeal_is_acknowledged_on_a_day_after_it_came_and_not_ahead(
    log_appeal, restriction, executive, day
):
    appeal = log_appeal(restriction)
    refusals = refusals_of(
        actions.acknowledge_appeal,
        appeal=appeal,
        by=executive,
        version=appeal.version,
        acknowledged_on=days_from_today(day),
    )
    assert [refusal.field for refusal in refusals] == ["acknowledged_on"]


@pytest.fixture
def before_christmas():
    with time_machine.travel("2026-12-23T12:00:00+00:00"):
        yield


def test_days_to_acknowledge_and_decide_by_are_working_days(before_christmas, log_appeal, restriction):
    appeal = log_appeal(restriction)
    # Christmas, Boxing Day's Monday in lieu, New Year, 2 January's Monday in lieu.
    assert str(appeal.acknowledge_by) == "2026-12-30"


@pytest.mark.policy("22")
def test_an_appeal_not_upheld_leaves_the_restriction_as_it_is(
    acknowledged_appeal, decide_appeal, restriction, executive
):
    decided = decide_appeal(acknowledged_appeal)
    restriction.refresh_from_db()
    assert (decided.status, decided.decided_by, list(decided.panel.all())) == (
        AppealStatus.DECIDED,
        executive,
        [executive],
    )
    assert (restriction.status, restriction.reviews.get().status) == (
        RestrictionStatus.IMPOSED,
        ReviewStatus.SCHEDULED,
    )
    assert decided.appealed.get().outcome == AppealOutcome.NOT_UPHELD


@pytest.mark.policy("22")
def test_an_upheld_appeal_ends_the_restriction_and_its_review_at_once(
    acknowledged_appeal, decide_appeal, restriction, review
):
    decide_appeal(acknowledged_appeal, AppealOutcome.UPHELD)
    restriction.refresh_from_db()
    review.refresh_from_db()
    assert (restriction.status, review.status) == (RestrictionStatus.OVERTURNED, ReviewStatus.CANCELLED)


@pytest.mark.policy("22")
def test_a_partly_upheld_appeal_replaces_the_restriction_by_an_eased_version(
    acknowledged_appeal, decide_appeal, restriction, executive
):
    decided = decide_appeal(
        acknowledged_appeal, AppealOutcome.PARTLY_UPHELD, changes=version_facts(restriction, terms=LESS)
    )
    new = decided.appealed.get().varied_to
    restriction.refresh_from_db()
    assert (restriction.status, new.supersedes, new.terms) == (
        RestrictionStatus.SUPERSEDED,
        restriction,
        LESS,
    )
    assert (new.status, new.customer_notified_on, new.imposed_by) == (
        RestrictionStatus.IMPOSED,
        None,
        executive,
    )
    assert new.reviews.get().status == ReviewStatus.SCHEDULED


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
def test_a_panel_never_makes_a_restriction_harsher(
    acknowledged_appeal, decide_appeal, restriction, changes, field
):
    if changes.get("first_review_on") == "later":
        changes = changes | {"first_review_on": restriction.first_review_on + datetime.timedelta(days=1)}
    refusals = refusals_of(
        decide_appeal,
        acknowledged_appeal,
        AppealOutcome.PARTLY_UPHELD,
        changes=version_facts(restriction, **changes),
    )
    assert [refusal.field for refusal in refusals] == [f"{restriction.reference}-{field}"]
    assert refusals[0].sentence.startswith(f"{restriction}: ")
    acknowledged_appeal.refresh_from_db()
    restriction.refresh_from_db()
    assert (acknowledged_appeal.status, restriction.status) == (
        AppealStatus.ACKNOWLEDGED,
        RestrictionStatus.IMPOSED,
    )


@pytest.mark.policy("22")
def test_a_panel_that_changes_words_alone_is_refused(
    decision, management, log_appeal, decide_appeal, executive
):
    """Nobody can tell by rule whether other words are kinder, so something else is eased with them."""
    limited = factories.restriction(
        by=management, decision=decision, kind="complaints_process", terms=COMPLAINTS
    )
    appeal = log_appeal(limited)
    appeal = acknowledge_appeal(appeal, executive)
    words = COMPLAINTS | {"new_complaints": "We read nothing."}
    refusals = refusals_of(
        decide_appeal, appeal, AppealOutcome.PARTLY_UPHELD, changes=version_facts(limited, terms=words)
    )
    assert [refusal.field for refusal in refusals] == [f"{limited.reference}-outcome"]
    decided = decide_appeal(
        appeal,
        AppealOutcome.PARTLY_UPHELD,
        changes=version_facts(limited, first_review_on=days_from_today(30)),
    )
    assert decided.appealed.get().varied_to.first_review_on == days_from_today(30)


@pytest.mark.policy("22")
def test_a_panel_eases_a_measure_in_words_of_our_own_by_other_words(
    manager, decision, log_appeal, decide_appeal, executive
):
    terms = {"description": "We meet you at the library alone.", "closed": [], "affected_matters": ["none"]}
    facts = {"kind": "other", "staff_instruction": "Meet at the library."}
    appeal = log_appeal(factories.restriction(by=manager, decision=decision, terms=terms, **facts))
    appeal = acknowledge_appeal(appeal, executive)
    kinder = terms | {"description": "We meet you at the library or at our office."}
    changes = version_facts(
        appeal.appealed.get().restriction, terms=kinder, staff_instruction="As they like."
    )
    assert (
        decide_appeal(appeal, AppealOutcome.PARTLY_UPHELD, changes=changes).appealed.get().varied_to.terms
        == kinder
    )


@pytest.mark.policy("22")
@pytest.mark.beyond("B28")
@pytest.mark.parametrize(
    ("instruction", "is_refused"), [("Take messages and put them aside.", True), ("", False), ("same", False)]
)
def test_a_panel_tells_staff_nothing_that_takes_more_away(
    manager, decision, log_appeal, decide_appeal, executive, instruction, is_refused
):
    restriction = factories.restriction(by=manager, decision=decision, staff_instruction="Ring back.")
    appeal = acknowledge_appeal(log_appeal(restriction), executive)
    instruction = "Ring back." if instruction == "same" else instruction
    changes = version_facts(restriction, first_review_on=days_from_today(30), staff_instruction=instruction)
    if is_refused:
        refusals = refusals_of(decide_appeal, appeal, AppealOutcome.PARTLY_UPHELD, changes=changes)
        assert [refusal.field for refusal in refusals] == [f"{restriction.reference}-staff_instruction"]
    else:
        decide_appeal(appeal, AppealOutcome.PARTLY_UPHELD, changes=changes)


@pytest.mark.policy("22")
def test_a_panel_opens_the_last_channel_that_a_measure_in_our_own_words_closes(
    manager, decision, log_appeal, decide_appeal, executive
):
    facts = {"terms": factories.OWN_WORDS, "staff_instruction": "Meet them at the library."}
    restriction = factories.restriction(by=manager, decision=decision, kind="other", **facts)
    appeal = log_appeal(restriction)
    appeal = acknowledge_appeal(appeal, executive)
    changes = version_facts(restriction, terms=restriction.terms | {"closed": []})
    assert (
        decide_appeal(appeal, AppealOutcome.PARTLY_UPHELD, changes=changes)
        .appealed.get()
        .varied_to.closed_channels
        == set()
    )


@pytest.mark.policy("22")
@pytest.mark.parametrize("ends_on", [None, 101])
def test_a_panel_does_not_let_a_restriction_last_longer(
    manager, decision, log_appeal, decide_appeal, executive, ends_on
):
    restriction = factories.restriction(by=manager, decision=decision, ends_on=days_from_today(100))
    appeal = log_appeal(restriction)
    appeal = acknowledge_appeal(appeal, executive)
    longer = version_facts(restriction, ends_on=ends_on and days_from_today(ends_on))
    assert (
        refusals_of(decide_appeal, appeal, AppealOutcome.PARTLY_UPHELD, changes=longer)[0].field
        == f"{restriction.reference}-ends_on"
    )


def test_an_eased_version_has_its_own_review_though_the_old_one_was_overdue(
    acknowledged_appeal, restriction, decide_appeal
):
    with time_machine.travel(datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=120)):
        soon = version_facts(restriction, first_review_on=days_from_today(30), easing_conditions="Other")
        new = (
            decide_appeal(acknowledged_appeal, AppealOutcome.PARTLY_UPHELD, changes=soon)
            .appealed.get()
            .varied_to
        )
        assert new.reviews.get().due_on == days_from_today(30)


@pytest.mark.beyond("B2")
def test_a_panel_leaves_the_customer_an_open_channel(
    acknowledged_appeal, decide_appeal, restriction, customer, manager
):
    writing.save_record(
        customer,
        by=manager,
        reason="Needs",
        cannot_use=[Channel.OFFICE, Channel.LETTER, Channel.EMAIL, Channel.ONLINE_FORM, Channel.MESSAGE],
    )
    refusals = refusals_of(
        decide_appeal,
        acknowledged_appeal,
        AppealOutcome.PARTLY_UPHELD,
        changes=version_facts(restriction, first_review_on=days_from_today(30)),
    )
    assert any(refusal.paragraph == "B2" for refusal in refusals)


@pytest.mark.policy("22")
@pytest.mark.parametrize(
    "outcome", [AppealOutcome.UPHELD, AppealOutcome.PARTLY_UPHELD, AppealOutcome.NOT_UPHELD]
)
def test_a_restriction_that_ended_before_the_verdict_stays_as_it_ended(
    acknowledged_appeal, decide_appeal, restriction, manager, outcome
):
    restrictions.lift_restriction(restriction=restriction, by=manager, status_reason="Calm again.")
    decided = decide_appeal(acknowledged_appeal, outcome)
    restriction.refresh_from_db()
    assert (restriction.status, decided.appealed.get().outcome, decided.appealed.get().varied_to) == (
        RestrictionStatus.LIFTED,
        outcome,
        None,
    )


@pytest.mark.policy("22")
@pytest.mark.policy("9")
@pytest.mark.beyond("B2")
def test_a_panel_leaves_post_and_another_way_to_whoever_was_not_asked_what_they_need(
    acknowledged_appeal, decide_appeal, restriction, customer, manager, officer
):
    factories.unrelated_restriction(
        by=manager,
        customer=customer,
        reported_by=officer,
        terms={"closed": ["letter"], "open": ["email", "office"]},
    )
    customers.confirm_needs(customer=customer, by=manager, confirmed_with=ConfirmedWith.NOBODY)
    changes = version_facts(restriction, first_review_on=days_from_today(30))
    refusals = refusals_of(decide_appeal, acknowledged_appeal, AppealOutcome.PARTLY_UPHELD, changes=changes)
    assert any("not confirmed with them" in refusal.sentence for refusal in refusals)
    customers.confirm_needs(customer=customer, by=manager, confirmed_with=ConfirmedWith.CUSTOMER)
    decide_appeal(acknowledged_appeal, AppealOutcome.PARTLY_UPHELD, changes=changes)


@pytest.mark.parametrize("end", ["decide", "withdraw"])
def test_a_suspended_restriction_applies_again_after_an_appeal_that_left_it(
    acknowledged_appeal, decide_appeal, restriction, executive, end
):
    appeal = suspend_restrictions(acknowledged_appeal, executive, restriction)
    restriction.refresh_from_db()
    assert (restriction.status, appeal.appealed.get().suspended) == (RestrictionStatus.SUSPENDED, True)
    decide_appeal(appeal) if end == "decide" else withdraw_appeal(appeal, executive)
    restriction.refresh_from_db()
    assert (restriction.status, appeal.appealed.get().suspended) == (RestrictionStatus.IMPOSED, True)


@pytest.mark.policy("22")
def test_a_panel_can_change_which_restrictions_are_suspended(
    decision, manager, restriction, log_appeal, executive
):
    other = factories.restriction(
        by=manager, decision=decision, terms={"closed": ["email"], "open": ["letter"]}
    )
    appeal = log_appeal(restriction, other)
    for suspended in ([restriction, other], [other], []):
        suspend_restrictions(appeal, executive, *suspended)
        assert set(Restriction.objects.filter(status=RestrictionStatus.SUSPENDED)) == set(suspended)
        assert {appealed.restriction for appealed in appeal.appealed.filter(suspended=True)} == set(suspended)


@pytest.mark.policy("22")
def test_only_those_who_may_hear_an_appeal_suspend_restrictions(
    log_appeal, decision, executive, executive2, management, manager
):
    appeal = log_appeal(factories.restriction(by=executive2, decision=decision))
    for user in (executive2, management, manager):
        with pytest.raises(Refused):
            suspend_restrictions(appeal, user, *Restriction.objects.all())
    assert not Restriction.objects.filter(status=RestrictionStatus.SUSPENDED).exists()


@pytest.mark.policy("22")
def test_a_restriction_under_no_appeal_is_not_suspended(restriction, executive):
    with pytest.raises(Refused):
        restrictions.suspend_restriction(restriction=restriction, by=executive)


@pytest.mark.policy("22")
def test_only_those_who_may_hear_an_appeal_resume_restrictions(
    log_appeal, decision, executive, executive2, manager
):
    restriction = factories.restriction(by=executive2, decision=decision)
    suspend_restrictions(log_appeal(restriction), executive, restriction)
    for user in (executive2, manager):
        with pytest.raises(Refused):
            restrictions.resume_restriction(restriction=restriction, by=user)
    assert (
        restrictions.resume_restriction(restriction=restriction, by=executive).status
        == RestrictionStatus.IMPOSED
    )


@pytest.mark.policy("22")
def test_a_restriction_no_panel_decided_on_is_not_ended_or_eased_on_appeal(
    log_appeal, restriction, executive
):
    log_appeal(restriction)
    with pytest.raises(Refused):
        restrictions.overturn_restriction(restriction=restriction, by=executive, status_reason="Upheld")
    with pytest.raises(Refused):
        restrictions.ease_on_appeal(
            restriction=restriction, by=executive, terms=restriction.terms, status_reason="Eased"
        )


@pytest.mark.policy("22")
def test_a_substitute_may_suspend_restrictions(log_appeal, decision, executive2, management):
    restriction = factories.restriction(by=executive2, decision=decision)
    appeal = name_substitute(log_appeal(restriction), management, by=management)
    suspend_restrictions(appeal, management, restriction)
    assert Restriction.objects.get().status == RestrictionStatus.SUSPENDED


def test_nothing_is_suspended_once_an_appeal_has_ended(
    acknowledged_appeal, decide_appeal, restriction, executive
):
    decide_appeal(acknowledged_appeal)
    with pytest.raises(Stale):
        suspend_restrictions(acknowledged_appeal, executive, restriction)


@pytest.mark.beyond("B2")
def test_a_suspended_restriction_counts_when_another_is_imposed(
    acknowledged_appeal, restriction, executive, manager, decision, decide_appeal
):
    suspend_restrictions(acknowledged_appeal, executive, restriction)  # it closes the phone
    people = {"named_contact": factories.staff("colleague", "Officer"), "deputy": manager}
    refusals = refusals_of(
        factories.restriction, by=manager, decision=decision, kind="named_contact", terms={"open": ["phone"]}, **people
    )  # fmt: skip
    assert refusals[0].paragraph == "B2"
    decide_appeal(Appeal.objects.get())
    restriction.refresh_from_db()
    assert restriction.status == RestrictionStatus.IMPOSED


@pytest.mark.beyond("B2")
def test_a_restriction_that_would_leave_no_open_channel_is_not_resumed(
    acknowledged_appeal, restriction, executive, manager, customer
):
    """The customer's needs have changed meanwhile."""
    suspend_restrictions(acknowledged_appeal, executive, restriction)
    ways = ["office", "letter", "email", "online_form", "message"]
    writing.save_record(customer, by=manager, reason="Needs", cannot_use=ways)
    refusals = refusals_of(withdraw_appeal, Appeal.objects.get(), executive)
    assert [refusal.paragraph for refusal in refusals] == ["B2"]
    assert refusals_of(suspend_restrictions, acknowledged_appeal, executive)[0].sentence.startswith(
        f"{restriction}: "
    )


@pytest.mark.policy("22")
def test_an_appeal_is_made_and_withdrawn_by_somebody_with_a_name(log_appeal, restriction, executive):
    assert [refusal.field for refusal in refusals_of(log_appeal, restriction, lodged_by="...")] == [
        "lodged_by"
    ]
    appeal = log_appeal(restriction)
    assert [
        refusal.field for refusal in refusals_of(withdraw_appeal, appeal, executive, withdrawn_by="9999")
    ] == ["withdrawn_by"]


@pytest.mark.policy("22")
@pytest.mark.parametrize("day", [1, -1])
def test_an_appeal_is_withdrawn_on_a_day_after_it_came_and_not_ahead(log_appeal, restriction, executive, day):
    appeal = log_appeal(restriction)
    assert (
        refusals_of(withdraw_appeal, appeal, executive, withdrawn_on=days_from_today(day))[0].field
        == "withdrawn_on"
    )
    withdrawn = withdraw_appeal(appeal, executive, withdrawn_by="Her advocate")
    assert (withdrawn.withdrawn_by, withdrawn.withdrawn_on) == ("Her advocate", today())
    assert log_appeal(restriction).status == AppealStatus.RECEIVED


@pytest.mark.policy("22")
def test_whoever_had_a_part_does_not_record_a_withdrawal(log_appeal, decision, executive, executive2):
    with pytest.raises(Refused):
        withdraw_appeal(log_appeal(factories.restriction(by=executive2, decision=decision)), executive2)


@pytest.mark.policy("22")
@pytest.mark.parametrize("passed_to", [PassedTo.COMPLAINTS, PassedTo.OMBUDSMAN])
def test_an_appeal_that_cannot_be_heard_is_logged_and_passed_on(log_appeal, decision, executive, passed_to):
    """It is logged as one against the decision itself, where nothing under it can be appealed."""
    appeal = log_appeal(passed_to=passed_to)
    assert (appeal.status, appeal.grounds, appeal.appealed.count()) == (
        AppealStatus.PASSED_ON,
        "This is not fair.",
        0,
    )
    assert appeal.passed_to == passed_to
    assert not ManagementDecision.objects.visible_to(executive).exists()


@pytest.mark.policy("22")
@pytest.mark.parametrize("passed_to", [PassedTo.COMPLAINTS, PassedTo.OMBUDSMAN])
def test_the_executive_team_is_notified_of_each_appeal_passed_on(
    log_appeal, executive, executive2, passed_to
):
    appeal = log_appeal(passed_to=passed_to)
    notices = Notice.objects.filter(reference=appeal.reference)
    assert {notice.recipient for notice in notices} == {executive, executive2}
    assert all(f"to the {passed_to}" in notice.text for notice in notices)


@pytest.mark.policy("22")
@pytest.mark.parametrize(
    "part", ["decided", "imposed", "imposed before it was varied", "set an interim measure"]
)
def test_a_manager_cannot_pass_on_an_appeal_against_their_own_restriction(
    part, log_appeal, incident, manager, management, officer
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
    refusals = refusals_of(log_appeal, passed_to=PassedTo.OMBUDSMAN, by=management)
    assert [(refusal.field, restriction.reference in refusal.sentence) for refusal in refusals] == [
        ("restrictions", True)
    ]
    assert log_appeal(passed_to=PassedTo.OMBUDSMAN, by=officer).status == AppealStatus.PASSED_ON
    assert log_appeal(restriction, by=management).status == AppealStatus.RECEIVED
    assert log_appeal(passed_to=PassedTo.COMPLAINTS, by=management).status == AppealStatus.PASSED_ON


@pytest.mark.policy("22")
def test_an_appeal_is_either_heard_or_passed_on(log_appeal, restriction):
    assert [
        refusal.field for refusal in refusals_of(log_appeal, restriction, passed_to=PassedTo.COMPLAINTS)
    ] == ["passed_to"]
    assert [refusal.field for refusal in refusals_of(log_appeal)] == ["restrictions"]


@pytest.mark.policy("22")
def test_an_appeal_cannot_have_come_before_its_restriction_was_imposed(log_appeal, restriction):
    refusals = refusals_of(log_appeal, restriction, received_on=days_from_today(-1))
    assert [(refusal.field, restriction.reference in refusal.sentence) for refusal in refusals] == [
        ("received_on", True)
    ]


def test_the_second_of_two_executives_to_decide_gets_a_conflict(
    acknowledged_appeal, decide_appeal, executive2
):
    decide_appeal(acknowledged_appeal)
    with pytest.raises(Stale):
        decide_appeal(acknowledged_appeal, AppealOutcome.UPHELD, by=executive2)


def test_an_appeal_is_heard_on_a_day_after_it_came_and_not_ahead(acknowledged_appeal, decide_appeal):
    assert refusals_of(decide_appeal, acknowledged_appeal, heard_on=days_from_today(1))[0].field == "heard_on"
    assert (
        refusals_of(decide_appeal, acknowledged_appeal, heard_on=days_from_today(-1))[0].field == "heard_on"
    )


@pytest.mark.beyond("B4")
def test_a_version_that_a_panel_eased_goes_to_the_ombudsman_next(
    acknowledged_appeal, decide_appeal, restriction, log_appeal
):
    new = (
        decide_appeal(
            acknowledged_appeal, AppealOutcome.PARTLY_UPHELD, changes=version_facts(restriction, terms=LESS)
        )
        .appealed.get()
        .varied_to
    )
    refusals = refusals_of(log_appeal, new)
    assert (refusals[0].paragraph, "Scottish Public Services Ombudsman" in refusals[0].sentence) == (
        "B4",
        True,
    )


@pytest.mark.beyond("B4")
def test_a_restriction_left_by_a_panel_goes_to_the_ombudsman_until_its_review(
    acknowledged_appeal, decide_appeal, restriction, log_appeal, manager
):
    decide_appeal(acknowledged_appeal)
    assert "Ombudsman" in refusals_of(log_appeal, restriction)[0].sentence
    with time_machine.travel(datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=90)):
        continue_restriction(restriction, manager)
        assert log_appeal(restriction).status == AppealStatus.RECEIVED


def continue_restriction(restriction, by):
    review = restriction.reviews.get(status=ReviewStatus.SCHEDULED)
    return hold_review(review, by)


@pytest.mark.beyond("B4")
def test_a_review_later_on_the_day_of_the_verdict_gives_a_fresh_right_to_appeal(
    acknowledged_appeal, decide_appeal, restriction, log_appeal, manager
):
    decide_appeal(acknowledged_appeal)
    continue_restriction(restriction, manager)
    assert log_appeal(restriction).status == AppealStatus.RECEIVED


@pytest.mark.beyond("B4")
def test_a_review_between_hearing_and_verdict_gives_no_fresh_right_to_appeal(
    acknowledged_appeal, decide_appeal, restriction, log_appeal, manager
):
    heard_on = today()
    now = datetime.datetime.now(datetime.UTC)
    with time_machine.travel(now + datetime.timedelta(days=3)):
        continue_restriction(restriction, manager)
    with time_machine.travel(now + datetime.timedelta(days=6)):
        decide_appeal(acknowledged_appeal, heard_on=heard_on)
        assert "Ombudsman" in refusals_of(log_appeal, restriction)[0].sentence


@pytest.mark.policy("22")
def test_the_time_to_appeal_counts_from_the_letter_about_it(restriction, officer, manager, log_appeal):
    """Told on the first day, reviewed on the sixtieth, written to about that on the seventy-fifth."""
    AdviceOrganisation.objects.create(name="Lochside Advice", helps_with="housing", contact="0800 496 0002")
    restrictions.notify_customer(restriction=restriction, on=today(), by=officer)
    now = datetime.datetime.now(datetime.UTC)
    with time_machine.travel(now + datetime.timedelta(days=60)):
        review = continue_restriction(restriction, manager)
    with time_machine.travel(now + datetime.timedelta(days=75)):
        letter = actions.write_letter(about=review, kind=LetterCode.REVIEW_OUTCOME, by=manager)
        letter = factories.issue_letter(letter, by=manager)
        letters.send_letter(
            letter=letter, by=manager, version=letter.version, sent_by_channel=SentBy.LETTER, sent_on=today()
        )
        last_day = add_working_days(today(), 22)
        assert f"at least until {uk_date(last_day)}" in letter.text
    with time_machine.travel(now + datetime.timedelta(days=95)):
        appealed = log_appeal(restriction).appealed.get()
        assert (appealed.last_day, appealed.is_late) == (last_day, False)


@pytest.mark.policy("22")
@pytest.mark.beyond("B23")
@pytest.mark.parametrize("channel", [SentBy.LETTER, SentBy.EMAIL, SentBy.OFFICE])
@pytest.mark.parametrize("days_late", [0, 1, 5])
def test_nobody_has_less_time_to_appeal_than_their_letter_says(
    channel, days_late, manager, decision, customer, time_machine
):
    AdviceOrganisation.objects.create(name="Lochside Advice", helps_with="housing", contact="0800 496 0002")
    time_machine.move_to(start_of_day(add_working_days(today(), 1)) + datetime.timedelta(hours=9))
    customers.change_customer(
        customer=customer, by=manager, version=customer.version, emails=["orla@example.org"]
    )
    restriction = factories.restriction(by=manager, decision=decision, **factories.WAITS)
    letter = restrictions.draft_decision_letter(decision=decision, by=manager)
    letter = factories.issue_letter(letter, by=manager)
    promised = add_working_days(today(), 22)
    assert f"at least until {uk_date(promised)}" in letter.text
    time_machine.move_to(start_of_day(add_working_days(today(), days_late)) + datetime.timedelta(hours=12))
    letter = letters.send_letter(
        letter=letter,
        by=manager,
        version=letter.version,
        sent_by_channel=channel,
        sent_on=today(),
        **factories.handed_over(channel, by=manager),
    )
    last_day = rights_to_appeal([restriction])[restriction.pk].last_day
    assert last_day == max(promised, add_working_days(letter.received_on, 20))
    assert (last_day == promised) == (days_late == 0 or (channel != SentBy.LETTER and days_late <= 2))


@pytest.mark.beyond("B22")
def test_whoever_logged_or_imposed_is_notified_that_an_appeal_is_decided(
    acknowledged_appeal, decide_appeal, officer, manager
):
    decide_appeal(acknowledged_appeal)
    notices = Notice.objects.filter(text=f"{acknowledged_appeal} has been decided.")
    assert {notice.recipient for notice in notices} == {officer, manager}


@pytest.mark.policy("57")
def test_an_appeal_that_somebody_was_named_to_hear_goes_to_the_management_team_once_they_leave(
    log_appeal, decision, executive2, management
):
    second = factories.staff("second", "Management Team")
    appeal = log_appeal(factories.restriction(by=executive2, decision=decision))
    name_substitute(appeal, second, by=management)
    [group] = [group for group in open_groups(second, management) if group.what == "Appeals to hear"]
    assert group.falls_to == f"Goes to {management}"
    assert [record.url for record in group.shown] == [appeal.get_absolute_url()]

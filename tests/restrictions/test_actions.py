import uuid
from datetime import timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from cha_engagement.core.permissions import Permission
from cha_engagement.core.records import Stale, find_history_faults, status_changed
from cha_engagement.core.refusals import Incomplete, Refused
from cha_engagement.core.templatetags.ui import uk_date
from cha_engagement.customers.enums import Relationship
from cha_engagement.letters.actions import draft_letter
from cha_engagement.organisation.calendar import add_months, today
from cha_engagement.staff.models import Notice, StaffMember
from incidents.actions import add_evidence
from incidents.restorative.actions import record_restorative_action
from incidents.restorative.enums import RestorativeKind, RestorativeOutcome
from restrictions import actions, rules
from restrictions.enums import Basis, Explained, RestrictionStatus, YesNoUnknown
from restrictions.models import ManagementDecision, Restriction
from restrictions.rules.restriction import check_dates
from tests import factories, files
from tests.factories import WAITS

pytestmark = pytest.mark.django_db

COMPLAINTS = {
    "kind": "complaints_process",
    "terms": {
        "exceptional_circumstances": "Thirty complaints on one answer.",
        "earlier_complaints": "C1 to C30.",
        "new_complaints": "A manager reads each.",
    },
}


def refusals_of(verb):
    """The refusals of a step, as (field, paragraph)."""
    with pytest.raises(Incomplete) as raised, transaction.atomic():
        verb()
    return {(refusal.field, refusal.paragraph) for refusal in raised.value.refusals}


def restorative_step(customer, by, outcome):
    """Restorative work with a customer, and how it went."""
    return record_restorative_action(
        customer=customer,
        by=by,
        submission=uuid.uuid4(),
        kind=RestorativeKind.EXPECTATIONS_SET,
        on=today(),
        what="We talked.",
        outcome=outcome,
        organisation=None,
    )


def draft_decision_letter(decision, by):
    return draft_letter(
        customer=decision.customer,
        kind="restriction_decided",
        about=decision,
        by=by,
        submission=uuid.uuid4(),
    )


def refusals_to_decide(manager, incident, **changes):
    return refusals_of(lambda: factories.decision(by=manager, incidents=[incident], **changes))


def refusals_to_impose(manager, decision, **changes):
    return refusals_of(lambda: factories.restriction(by=manager, decision=decision, **changes))


def test_a_decision_is_made_once_and_on_the_record(manager, incident):
    submission = uuid.uuid4()
    answers = {"incidents": [incident], "restorative_actions": [], **factories.decision_answers()}
    first = actions.decide_management(
        customer=incident.customer, by=manager, submission=submission, **answers
    )
    assert first == actions.decide_management(
        customer=incident.customer, by=manager, submission=submission, **answers
    )
    decision = ManagementDecision.objects.get()
    assert (decision.by, list(decision.incidents.all())) == (manager, [incident])
    assert find_history_faults(decision) == []


@pytest.mark.policy("22")
@pytest.mark.parametrize("role", ["Officer", "Executive Team", "Data Protection", "Administrator"])
def test_only_a_manager_decides(role, incident):
    somebody = factories.staff("somebody", role)
    with pytest.raises(Refused, match="Only a manager decides to manage engagement actively"):
        factories.decision(by=somebody, incidents=[incident])


@pytest.mark.parametrize(
    ("field", "paragraph"),
    [
        pytest.param("needs_considered", "9", marks=[pytest.mark.policy("9"), pytest.mark.policy("EIA")]),
        pytest.param("disability", "9", marks=pytest.mark.policy("EIA")),
        pytest.param("effect", "10", marks=[pytest.mark.policy("10"), pytest.mark.policy("11")]),
        pytest.param("explained", "12", marks=pytest.mark.policy("12")),
        pytest.param("normal_operation", "13", marks=pytest.mark.policy("13")),
        pytest.param("training_need", "13", marks=pytest.mark.policy("13")),
        pytest.param("proportionality", "14", marks=pytest.mark.policy("14")),
        pytest.param("heard", "B24", marks=pytest.mark.beyond("B24")),
        pytest.param("their_side", "B24", marks=pytest.mark.beyond("B24")),
        pytest.param("vulnerability", "18", marks=pytest.mark.policy("18")),
        pytest.param("basis", "20", marks=pytest.mark.policy("20")),
    ],
)
def test_a_decision_answers_everything(field, paragraph, manager, incident):
    assert (field, paragraph) in refusals_to_decide(manager, incident, **{field: ""})
    assert not ManagementDecision.objects.exists()


@pytest.mark.policy("20")
def test_restorative_work_that_failed_is_named_and_otherwise_the_reason(manager, incident):
    tried = {"basis": Basis.TRIED_AND_FAILED, "basis_reason": ""}
    assert refusals_to_decide(manager, incident, **tried) == {("restorative_actions", "20")}
    steps = {
        outcome: restorative_step(incident.customer, manager, outcome)
        for outcome in RestorativeOutcome.values
    }
    for outcome in ("restored", "too_early"):
        chosen = {"restorative_actions": [steps[outcome]]}
        assert refusals_to_decide(manager, incident, **tried, **chosen) == {("restorative_actions", "20")}
    for outcome in ("partly", "not_restored"):
        chosen = [steps["restored"], steps[outcome]]
        factories.decision(by=manager, incidents=[incident], restorative_actions=chosen, **tried)
    for basis in ("not_possible", "not_appropriate"):
        assert refusals_to_decide(manager, incident, basis=basis, basis_reason="") == {("basis_reason", "20")}


@pytest.mark.policy("18")
@pytest.mark.policy("9")
def test_a_disability_or_vulnerability_asks_what_was_made_of_it_and_never_blocks(manager, incident):
    assert refusals_to_decide(manager, incident, disability=YesNoUnknown.YES) == {
        ("disability_considered", "9")
    }
    assert refusals_to_decide(manager, incident, vulnerability=YesNoUnknown.YES) == {
        ("vulnerability_considered", "18")
    }
    answers = {
        "disability_considered": "We asked how to help.",
        "vulnerability_considered": "Letters stay open.",
    }
    factories.decision(
        by=manager,
        incidents=[incident],
        disability=YesNoUnknown.YES,
        vulnerability=YesNoUnknown.YES,
        **answers,
    )


@pytest.mark.policy("3")
def test_safeguarding_is_considered_for_a_child(manager, officer):
    child = factories.customer(by=officer, name="Young Person", under_18=True)
    incident = factories.incident(by=officer, customer=child)
    assert refusals_to_decide(manager, incident) == {("safeguarding_considered", "3")}


@pytest.mark.policy("12")
def test_not_explaining_has_a_reason(manager, incident):
    assert refusals_to_decide(manager, incident, explained=Explained.NOT_EXPLAINED) == {
        ("not_explained_reason", "12")
    }


@pytest.mark.policy("13")
def test_a_colleagues_training_need_goes_to_their_line_manager_not_on_the_record(manager, officer, incident):
    assert refusals_to_decide(manager, incident, training_for=officer) == {("training_for", "13")}
    officer.line_manager = factories.staff("lead", "Manager")
    officer.save()
    decision = factories.decision(by=manager, incidents=[incident], training_for=officer)
    notice = officer.line_manager.notices.get()
    assert str(officer) in notice.text
    assert incident.customer.name not in notice.text
    assert str(officer) not in str(
        [getattr(decision, field.attname) for field in decision._meta.concrete_fields]
    )


@pytest.mark.policy("22")
@pytest.mark.beyond("B21")
def test_nothing_is_decided_or_restricted_on_what_no_manager_has_assessed(
    manager, officer, decision, incident
):
    raw = factories.incident(by=officer, customer=incident.customer)
    answers = {"incidents": [incident, raw], "restorative_actions": [], **factories.decision_answers()}
    arguments = {"customer": raw.customer, "by": manager, "submission": uuid.uuid4()}
    assert refusals_of(lambda: actions.decide_management(**arguments, **answers)) == {("incidents", "22")}
    assert ("incidents", "22") in refusals_to_impose(manager, decision, incidents=[raw])
    screen = {"submission": uuid.uuid4(), "file": files.picture("s.png"), "summary": "A post"}
    evidence = add_evidence(incident=raw, by=officer, **screen)
    cited = {"incidents": [], "evidence": [evidence]}
    assert ("evidence", "22") in refusals_to_impose(manager, decision, **cited)
    proposal = factories.proposal(by=officer, incidents=[raw])
    impose = {"restriction": proposal, "decision": decision, "by": manager, "version": proposal.version}
    assert ("incidents", "22") in refusals_of(lambda: actions.impose_proposal(**impose))
    assert factories.interim_measure(by=manager, incidents=[raw])
    raw.refresh_from_db()
    factories.assess_incident(raw, by=manager)
    assert actions.impose_proposal(**impose).status == RestrictionStatus.IMPOSED


@pytest.mark.policy("13")
def test_nobody_decides_on_what_affected_them_while_another_manager_is_there(manager, officer, customer):
    incident = factories.incident(by=officer, customer=customer, affected_staff=[manager])
    other = factories.staff("other", "Manager")
    assert refusals_to_decide(manager, incident) == {("incidents", "13")}
    decision = factories.decision(by=other, incidents=[incident])
    assert refusals_to_impose(manager, decision) == {("incidents", "13")}
    proposal = factories.proposal(by=officer, incidents=[incident])
    for restorative_step in (
        lambda: actions.impose_proposal(restriction=proposal, decision=decision, by=manager, version=1),
        lambda: actions.decline_proposal(
            restriction=proposal, by=manager, version=1, status_reason="It would not help"
        ),
    ):
        with pytest.raises(Refused, match="Other Example is there"):
            restorative_step()


@pytest.mark.policy("13")
def test_what_a_manager_adds_to_a_proposal_counts_as_what_it_rested_on(
    proposal, decision, manager, officer, customer
):
    other = factories.staff("other", "Manager")
    own_incident = factories.incident(by=officer, customer=customer, affected_staff=[manager])
    own_incident = factories.assess_incident(own_incident, by=other)

    def impose():
        return actions.impose_proposal(
            restriction=proposal, decision=decision, by=manager, version=1, incidents=[own_incident]
        )

    assert refusals_of(impose) == {("incidents", "13")}


@pytest.mark.policy("13")
def test_where_nobody_else_is_there_the_one_affected_decides_with_a_reason(manager, officer, customer):
    incident = factories.incident(by=officer, customer=customer, affected_staff=[manager])
    assert refusals_to_decide(manager, incident) == {("involvement_reason", "13")}
    decision = factories.decision(
        by=manager, incidents=[incident], involvement_reason="Nobody else is at work."
    )
    assert refusals_to_impose(manager, decision) == {("involvement_reason", "13")}
    assert factories.restriction(
        by=manager, decision=decision, involvement_reason="Still nobody."
    ).is_in_force


@pytest.mark.policy("13")
def test_management_team_hears_of_whoever_decides_though_it_affected_them(
    manager, management, officer, customer
):
    for person in (management, *StaffMember.objects.filter(groups__name="Manager").exclude(pk=manager.pk)):
        person.away_until = today() + timedelta(days=7)
        person.save()
    suffered = factories.incident(
        by=officer, customer=customer, affected_staff=[manager], categories=["physical_threat"]
    )
    factories.interim_measure(by=manager, incidents=[suffered], involvement_reason="Nobody else is here.")
    (notice,) = Notice.objects.filter(recipient=management, text__startswith=f"{manager} limits contact")
    assert "though they had a part in what happened" in notice.text
    assert notice.text.endswith("what staff are told to do.")


@pytest.mark.beyond("B5")
def test_nothing_rests_on_what_somebody_else_of_the_household_did(
    manager, officer, customer, incident, decision
):
    sibling = factories.customer(by=officer, name="A Sibling", household_of=customer)
    incident_of_sibling = factories.assess_incident(
        factories.incident(by=officer, customer=sibling), by=manager
    )
    answers = {"restorative_actions": [], **factories.decision_answers()}
    verb = actions.decide_management

    def decide_on_both():
        return verb(
            customer=customer,
            by=manager,
            submission=uuid.uuid4(),
            incidents=[incident, incident_of_sibling],
            **answers,
        )

    assert refusals_of(decide_on_both) == {("incidents", "B5")}
    assert refusals_to_impose(manager, decision, incidents=[incident_of_sibling], **WAITS) == {
        ("incidents", "B5")
    }
    file = files.picture("screen.png")
    seen = add_evidence(
        incident=incident_of_sibling, by=officer, submission=uuid.uuid4(), file=file, summary="A post"
    )
    assert refusals_to_impose(manager, decision, evidence=[seen]) == {("evidence", "B5")}
    tried = {"restorative_actions": [restorative_step(sibling, officer, "partly")]}
    assert refusals_to_decide(manager, incident, **tried) == {("restorative_actions", "B5")}
    factories.restriction(by=manager, decision=decision)
    assert not Restriction.objects.filter(customer=sibling).exists()


@pytest.mark.policy("21.1")
@pytest.mark.parametrize("kind", ["channel", "named_contact"])
def test_channels_and_a_named_contact_are_imposed_under_a_decision(kind, manager, officer, decision):
    facts = {"kind": kind}
    if kind == "named_contact":
        facts |= {"terms": {"open": ["phone"]}, "named_contact": officer, "deputy": manager}
    restriction = factories.restriction(by=manager, decision=decision, **facts)
    assert (restriction.status, restriction.imposed_by, restriction.decision) == (
        RestrictionStatus.IMPOSED,
        manager,
        decision,
    )
    assert restriction.staff_instruction
    assert find_history_faults(restriction) == []


@pytest.mark.policy("21.1")
@pytest.mark.parametrize(
    ("terms", "field"),
    [
        ({"closed": [], "open": ["email"]}, "closed"),
        ({"closed": ["phone"], "open": []}, "open"),
        ({"closed": ["phone"], "open": ["phone", "email"]}, "open"),
    ],
)
def test_channels_are_closed_and_open_and_no_channel_is_both(terms, field, manager, decision):
    assert refusals_to_impose(manager, decision, terms=terms) == {(field, "21.1")}


@pytest.mark.policy("21.1")
def test_a_named_contact_is_here_and_has_another_as_deputy(manager, officer, decision):
    facts = {"kind": "named_contact", "terms": {"open": ["phone"]}}
    assert refusals_to_impose(manager, decision, **facts) == {("named_contact", "21.1"), ("deputy", "21.1")}
    assert refusals_to_impose(manager, decision, named_contact=officer, deputy=officer, **facts) == {
        ("deputy", "21.1")
    }
    officer.is_active = False
    assert refusals_to_impose(manager, decision, named_contact=officer, deputy=manager, **facts) == {
        ("named_contact", "21.1")
    }


@pytest.mark.policy("22")
def test_a_restriction_rests_on_evidence(manager, decision):
    assert refusals_to_impose(manager, decision, incidents=[]) == {("incidents", "22")}


@pytest.mark.policy("23")
def test_a_restriction_has_its_reviews_or_a_reason_for_having_none(manager, decision):
    none = {"first_review_on": None, "review_months": None}
    assert refusals_to_impose(manager, decision, **none) == {("review_months", "23")}
    assert refusals_to_impose(manager, decision, no_review_reason="Violence") == {("no_review_reason", "23")}
    assert factories.unreviewed_restriction(by=manager, decision=decision).is_in_force


@pytest.mark.policy("23")
@pytest.mark.parametrize(
    ("category", "goes_without"),
    [
        ("violence", True),
        ("physical_threat", True),
        ("other_threat", True),
        ("harassment", True),
        ("abuse", False),
        ("level_of_contact", False),
    ],
)
def test_only_what_protects_from_violence_or_the_like_goes_without_a_review(
    category, goes_without, manager, officer, customer, decision
):
    grounds = factories.incident(by=officer, customer=customer, categories=[category])
    facts = {"incidents": [factories.assess_incident(grounds, by=manager)]} | factories.NO_REVIEW | WAITS
    if goes_without:
        assert factories.restriction(by=manager, decision=decision, **facts).no_review_reason
    else:
        assert refusals_to_impose(manager, decision, **facts) == {("no_review_reason", "23")}


@pytest.mark.policy("61.2")
def test_a_restriction_says_how_it_can_be_eased(manager, decision):
    assert refusals_to_impose(manager, decision, easing_conditions="") == {("easing_conditions", "61.2")}


@pytest.mark.policy("12")
def test_a_restriction_has_a_reason(manager, decision):
    assert refusals_to_impose(manager, decision, reason="") == {("reason", "12")}


@pytest.mark.policy("3")
def test_those_somebody_speaks_for_are_offered_another_route(manager, officer):
    advocate = factories.customer(by=officer, name="An Advocate", relationship=Relationship.ADVOCATE)
    decision = factories.decision(by=manager, incidents=[factories.incident(by=officer, customer=advocate)])
    assert refusals_to_impose(manager, decision) == {("other_route", "3")}
    assert factories.restriction(
        by=manager, decision=decision, other_route="They call us themselves."
    ).is_in_force


@pytest.mark.parametrize(
    ("dates", "field"),
    [
        ({"not_before": -1}, "not_before"),
        ({"not_before": 5, "ends_on": 4}, "ends_on"),
        ({"first_review_on": 0}, "first_review_on"),
        ({"first_review_on": 20, "ends_on": 10}, "first_review_on"),
    ],
)
def test_dates_that_contradict_are_named(dates, field, manager, decision):
    days = {name: today() + timedelta(days=days) for name, days in dates.items()}
    assert {name for name, _ in refusals_to_impose(manager, decision, **days)} == {field}


@pytest.mark.policy("23")
def test_the_dates_of_a_proposal_are_measured_on_the_day_it_is_imposed(proposal, manager, decision):
    later = today() + timedelta(days=200)
    with time_machine.travel(later):

        def impose(**changes):
            return actions.impose_proposal(
                restriction=proposal, decision=decision, by=manager, version=1, **WAITS | changes
            )

        assert refusals_of(impose) == {("first_review_on", "23")}
        assert refusals_of(lambda: impose(not_before=later)) == {("first_review_on", "23")}
        dates = {"not_before": later, "first_review_on": add_months(later, 3)}
        past = later - timedelta(days=1)
        assert ("ends_on", "") in refusals_of(lambda: impose(**dates, ends_on=past))
        proposal.refresh_from_db()
        assert impose(**dates).status == RestrictionStatus.IMPOSED


@pytest.mark.policy("21")
@pytest.mark.policy("22")
def test_an_officer_proposes_and_a_manager_imposes(proposal, officer, manager, decision):
    assert (proposal.status, proposal.proposed_by) == (RestrictionStatus.PROPOSED, officer)
    imposed = actions.impose_proposal(
        restriction=proposal,
        decision=decision,
        by=manager,
        version=1,
        reason="You shouted at two colleagues.",
    )
    assert (imposed.status, imposed.imposed_by, imposed.reason) == (
        RestrictionStatus.IMPOSED,
        manager,
        "You shouted at two colleagues.",
    )
    assert "imposed" not in officer.notices.get(reference=imposed.reference).text
    assert imposed.reference in officer.notices.latest("pk").text


@pytest.mark.policy("22")
def test_a_manager_declines_with_a_reason(proposal, manager):
    declined = actions.decline_proposal(
        restriction=proposal, by=manager, version=1, status_reason="A letter first."
    )
    assert (declined.status, declined.status_reason, declined.imposed_by) == (
        RestrictionStatus.DECLINED,
        "A letter first.",
        None,
    )


@pytest.mark.policy("22")
def test_an_officer_does_not_impose(officer, decision, proposal):
    with pytest.raises(Refused, match="Only a manager decides on restrictions"):
        factories.restriction(by=officer, decision=decision)
    with pytest.raises(Refused, match="Only a manager decides on restrictions"):
        actions.impose_proposal(restriction=proposal, decision=decision, by=officer, version=1)


@pytest.mark.policy("22")
def test_a_restriction_is_imposed_under_a_decision_on_the_same_customer(proposal, manager, officer):
    other = factories.customer(by=officer, name="Somebody Else")
    decision = factories.decision(by=manager, incidents=[factories.incident(by=officer, customer=other)])

    def impose():
        return actions.impose_proposal(restriction=proposal, decision=decision, by=manager, version=1)

    assert refusals_of(impose) == {("decision", "B5")}


def test_a_proposal_that_changed_is_not_imposed_unseen(proposal, manager, decision, officer):
    actions.withdraw_proposal(restriction=proposal, by=officer, version=1)
    with pytest.raises(Stale):
        actions.impose_proposal(restriction=proposal, decision=decision, by=manager, version=1)


@pytest.mark.policy("53")
@pytest.mark.policy("54")
def test_only_the_management_team_restricts_use_of_the_complaints_process(
    manager, management, officer, incident, decision
):
    sentence = "Only a Management Team member can restrict use of the complaints process"
    proposal = factories.proposal(by=officer, incidents=[incident], **COMPLAINTS)
    others = COMPLAINTS | {"terms": COMPLAINTS["terms"] | {"earlier_complaints": "C31 to C60."}}
    imposed = factories.restriction(by=management, decision=decision, **others)
    steps = [
        lambda: factories.restriction(by=manager, decision=decision, **COMPLAINTS),
        lambda: actions.impose_proposal(restriction=proposal, decision=decision, by=manager, version=1),
        lambda: actions.decline_proposal(
            restriction=proposal, by=manager, version=1, status_reason="It would not help"
        ),
        lambda: actions.lift_restriction(restriction=imposed, by=manager, status_reason="It would not help"),
        lambda: actions.vary_restriction(
            restriction=imposed, by=manager, terms=imposed.terms, status_reason="It would not help"
        ),
        lambda: factories.leave_unnotified(imposed, by=manager, reason="No"),
    ]
    for restorative_step in steps:
        with pytest.raises(Refused, match=sentence):
            restorative_step()
    assert (
        actions.impose_proposal(restriction=proposal, decision=decision, by=management, version=1).status
        == RestrictionStatus.IMPOSED
    )
    assert (
        actions.lift_restriction(restriction=imposed, by=management, status_reason="Calm").status
        == RestrictionStatus.LIFTED
    )


@pytest.mark.policy("54")
def test_the_exceptional_circumstances_and_earlier_complaints_are_stated(management, decision):
    terms = dict.fromkeys(COMPLAINTS["terms"], "")
    missing = refusals_to_impose(management, decision, kind="complaints_process", terms=terms)
    assert missing == {(name, "54") for name in terms}


@pytest.mark.beyond("B4")
def test_a_new_version_replaces_the_old_and_is_told_anew(restriction, manager):
    actions.notify_customer(restriction=restriction, on=today(), by=manager)
    heard = []

    def hear(sender, record, transition, by, **kwargs):
        heard.append((record.pk, transition))

    status_changed.connect(hear, sender=Restriction)
    try:
        new = actions.vary_restriction(
            restriction=restriction,
            by=manager,
            terms={"closed": ["phone"], "open": ["letter", "email", "office"]},
            status_reason="Calm letters.",
            first_review_on=add_months(today(), 6),
            review_months=6,
        )
    finally:
        status_changed.disconnect(hear, sender=Restriction)
    restriction.refresh_from_db()
    assert (restriction.status, new.status, new.supersedes) == (
        RestrictionStatus.SUPERSEDED,
        RestrictionStatus.IMPOSED,
        restriction,
    )
    assert heard == [(restriction.pk, "vary"), (new.pk, "impose")]
    assert (new.reason, list(new.incidents.all())) == (restriction.reason, list(restriction.incidents.all()))
    assert not new.is_notification_settled
    assert list(Restriction.objects.in_force()) == [new]


def test_a_version_that_cannot_stand_leaves_the_old_one_as_it_was(restriction, manager):
    def vary():
        return actions.vary_restriction(
            restriction=restriction,
            by=manager,
            terms={"closed": [], "open": ["email"]},
            status_reason="More was needed",
            review_months=3,
            first_review_on=add_months(today(), 3),
        )

    assert refusals_of(vary) == {("closed", "21.1")}
    restriction.refresh_from_db()
    assert restriction.status == RestrictionStatus.IMPOSED


def test_a_restriction_without_review_stays_without_in_its_new_version(decision, manager):
    restriction = factories.unreviewed_restriction(by=manager, decision=decision)
    new = actions.vary_restriction(
        restriction=restriction, by=manager, terms=restriction.terms, status_reason="Corrected"
    )
    assert (new.no_review_reason, new.first_review_on) == ("Staff were hit.", None)


@pytest.mark.policy("21.1")
@pytest.mark.beyond("B2")
@pytest.mark.parametrize("make", [factories.restriction, factories.unreviewed_restriction])
def test_others_are_named_without_a_review_and_the_customer_is_told_anew(
    make, decision, manager, officer, suspend
):
    ann, bob, cat = (factories.staff(name, "Officer") for name in ("ann", "bob", "cat"))
    people = {"named_contact": ann, "deputy": bob}
    contact = make(by=manager, decision=decision, kind="named_contact", terms={"open": ["letter"]}, **people)
    contact = actions.notify_customer(restriction=contact, on=today(), by=manager)
    contact = suspend(contact)

    def rename(by=manager, **changes):
        named = people | {"named_contact": cat} | changes
        return actions.replace_people(
            restriction=contact, by=by, version=contact.version, status_reason="Ann has left.", **named
        )

    with pytest.raises(Refused, match="Only a manager"):
        rename(by=officer)
    assert refusals_of(lambda: rename(deputy=cat)) == {("deputy", "21.1")}
    renamed = rename()
    assert (renamed.pk, renamed.status, renamed.named_contact) == (
        contact.pk,
        RestrictionStatus.SUSPENDED,
        cat,
    )
    assert (renamed.terms, renamed.first_review_on) == (contact.terms, contact.first_review_on)
    assert not renamed.is_notification_settled
    assert find_history_faults(renamed) == []
    with pytest.raises(Stale):
        rename()


def test_only_what_names_somebody_has_somebody_else_named(restriction, manager):
    with pytest.raises(Refused, match="names nobody"):
        actions.replace_people(
            restriction=restriction, by=manager, version=restriction.version, status_reason="x"
        )


@pytest.mark.policy("22")
def test_a_panel_takes_no_way_to_the_named_contact_away(decision, manager, officer):
    people = {"kind": "named_contact", "named_contact": officer, "deputy": manager}
    before = factories.restriction(
        by=manager, decision=decision, terms={"open": ["letter", "email"]}, **people
    )
    people |= {"customer": before.customer, "review_months": before.review_months}
    less = Restriction(terms={"open": ["letter"]}, **people)
    more = Restriction(terms={"open": ["letter", "email", "phone"]}, **people)
    [refusal] = rules.check_not_more_restrictive(before, less)
    assert ("Email" in refusal.sentence, refusal.field) == (True, "open")
    assert rules.is_at_most_as_restrictive(before, more)


def test_one_whose_first_day_is_ahead_says_from_when(decision, manager):
    first = today() + timedelta(days=30)
    coming = factories.restriction(
        by=manager, decision=decision, not_before=first, first_review_on=first + timedelta(days=90)
    )
    assert coming.get_status_display() == f"From {uk_date(first)}"
    with time_machine.travel(first):
        assert coming.get_status_display() == "In force"


@pytest.mark.policy("23")
def test_telling_is_noted_once(restriction, manager):
    assert not restriction.is_notification_settled
    actions.notify_customer(restriction=restriction, on=today(), by=manager)
    actions.notify_customer(restriction=restriction, on=today() + timedelta(days=1), by=manager)
    restriction.refresh_from_db()
    assert restriction.customer_notified_on == today()


@pytest.mark.beyond("B23")
def test_whoever_is_told_while_a_letter_is_in_the_post_knows_from_that_day(restriction, manager):
    actions.notify_customer(restriction=restriction, on=today() + timedelta(days=2), by=manager)
    told = actions.notify_customer(restriction=restriction, on=today(), by=manager)
    assert told.customer_notified_on == today()


@pytest.mark.policy("12")
@pytest.mark.policy("23")
def test_a_reason_for_not_telling_is_kept_until_they_are_told(restriction, manager, officer):
    with pytest.raises(Refused):
        factories.leave_unnotified(restriction, by=officer, reason="No")
    unnotified = factories.leave_unnotified(restriction, by=manager, reason="They are in hospital.")
    assert unnotified.is_notification_settled
    notified = actions.notify_customer(restriction=unnotified, on=today(), by=manager)
    assert (notified.customer_notified_on, notified.not_notified_reason) == (today(), "")


def test_what_fails_half_way_leaves_nothing(manager, decision):
    with pytest.raises(Incomplete), transaction.atomic():
        factories.restriction(by=manager, decision=decision)
        factories.restriction(by=manager, decision=decision, reason="")
    assert not Restriction.objects.exists()
    assert not Restriction.history.exists()


@pytest.mark.policy("13")
def test_the_evidence_of_what_affected_somebody_is_not_theirs_to_decide_on_either(
    manager, officer, customer, decision
):
    factories.staff("another", "Manager")
    suffered = factories.incident(by=officer, customer=customer, affected_staff=[manager])
    file = SimpleUploadedFile("call.txt", b"what was said")
    piece = add_evidence(
        incident=suffered, by=officer, submission=uuid.uuid4(), file=file, summary="The call"
    )
    with pytest.raises(Incomplete, match="another manager decides"):
        factories.restriction(by=manager, decision=decision, evidence=[piece])


@pytest.mark.policy("13", "21")
@pytest.mark.parametrize("how", ["restriction", "interim"])
def test_manager_cannot_limit_contact_without_another_hearing_of_it_at_once(manager, decision, incident, how):
    other = factories.staff("other", "Manager")
    for terms in ({"closed": ["phone"], "open": ["letter"]}, {"closed": ["email"], "open": ["letter"]}):
        if how == "restriction":
            factories.restriction(by=manager, decision=decision, terms=terms)
    record = decision if how == "restriction" else factories.interim_measure(by=manager, incidents=[incident])
    notice = Notice.objects.get(text__startswith=f"{manager} limits contact")
    assert (notice.recipient, notice.reference) == (other, record.reference)
    assert record.customer.name not in notice.text
    assert f"limits contact with {record.customer.name}: " in notice.words


@pytest.mark.policy("13")
def test_a_training_need_is_described_or_ticked_away_and_not_both(incident, manager):
    both = {"training_need": "How to end a call.", "no_training_need": True}
    refusals = refusals_of(lambda: factories.decision(by=manager, incidents=[incident], **both))
    assert "training_need" in {field for field, _ in refusals}


@pytest.mark.policy("65")
def test_an_instruction_to_staff_is_short(decision, manager):
    long = "Two of us come to each visit. " * 20
    refusals = refusals_of(
        lambda: factories.restriction(by=manager, decision=decision, staff_instruction=long)
    )
    assert ("staff_instruction", "65") in refusals


@pytest.mark.policy("12")
def test_only_managers_write_the_letter_that_explains_or_tells_of_an_interim_measure(
    officer, manager, incident
):
    interim = factories.interim_measure(by=manager, incidents=[incident])
    assert rules.may_write_interim_letter(manager, interim) is None
    assert rules.may_write_interim_letter(officer, interim)
    decision = factories.decision(by=manager, incidents=[incident], explained=Explained.BY_LETTER)
    assert rules.may_write_explanation(manager, decision) is None
    assert rules.may_write_explanation(officer, decision)


@pytest.mark.beyond("B21")
def test_all_that_an_interim_measure_lacks_is_said_at_once(manager, incident):
    lacking = {"reason": "-", "affected_matters": []}
    refusals = refusals_of(lambda: factories.interim_measure(by=manager, incidents=[incident], **lacking))
    assert {"reason", "affected_matters"} <= {field for field, _ in refusals}


@pytest.mark.policy("23")
def test_what_goes_without_reviews_has_none_and_days_that_fit():
    without = {"no_review_reason": "A knife was shown.", "starts_on": today()}
    both = Restriction(first_review_on=today(), review_months=3, **without)
    assert "no_review_reason" in {refusal.field for refusal in check_dates(both)}
    ended_before = Restriction(ends_on=today() - timedelta(days=1), **without)
    assert "ends_on" in {refusal.field for refusal in check_dates(ended_before)}


@pytest.mark.policy("23")
def test_who_may_not_lift_a_restriction_does_not_look_at_it_again(manager, management, decision):
    restriction = factories.unreviewed_restriction(by=manager, decision=decision)
    assert rules.may_look_again(management, restriction) is None
    for role in ("Manager", "Management Team"):
        factories.withhold_permission(Permission.IMPOSE_RESTRICTIONS, role=role)
    assert rules.may_look_again(StaffMember.objects.get(pk=management.pk), restriction)

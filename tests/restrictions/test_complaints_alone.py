"""Use of the complaints process alone leads to active management by the Management Team alone, whichever way it is tried. Policy §54."""

import uuid

import pytest
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from cha_engagement.core.refusals import Incomplete
from cha_engagement.organisation.calendar import today
from incidents import actions as incidents
from incidents.enums import Category, IncidentStatus, Outcome
from incidents.models import Incident
from restrictions import actions
from restrictions.enums import InterimStatus, RestrictionStatus
from restrictions.models import ManagementDecision
from tests import factories
from tests.desks import task_rows

pytestmark = [pytest.mark.django_db, pytest.mark.policy("54")]

SENTENCE = "the use of the complaints process"


@pytest.fixture
def complaint_incident(officer, customer):
    """An incident that is about complaints and nothing else."""
    return factories.incident(by=officer, customer=customer, categories=[Category.COMPLAINTS_PROCESS])


@pytest.fixture
def decision_on_complaints(management, complaint_incident):
    """A decision of the Management Team that rests on it alone."""
    return factories.decision(by=management, incidents=[complaint_incident])


RAISED = "He swore at her in each of the letters."


def assess(incident, by, **changes):
    facts = {"outcome": Outcome.ACTIVE_MANAGEMENT, "reasons": "The tenth about one lamp."} | changes
    return incidents.assess_incident(
        incident=incident,
        by=by,
        version=incident.reload_locked().version,
        **{"raised_reason": RAISED} | facts,
    )


def refused_fields(step):
    with pytest.raises(Incomplete, match=SENTENCE) as refused:
        step()
    return [
        (refusal.field, refusal.paragraph) for refusal in refused.value.refusals if refusal.paragraph == "54"
    ]


@pytest.mark.parametrize("categories", [None, ["complaints_process", "other"], ["level_of_contact"]])
def test_only_the_management_team_finds_active_management_necessary(
    complaint_incident, manager, management, categories
):
    step = {"categories": categories}
    assert refused_fields(lambda: assess(complaint_incident, manager, **step)) == [("outcome", "54")]
    assert refused_fields(
        lambda: assess(complaint_incident, manager, outcome=Outcome.WARNING_LETTER, **step)
    ) == [("outcome", "54")]
    assert assess(complaint_incident, management, **step).status == IncidentStatus.ASSESSED


def test_a_manager_acts_on_zero_tolerance_found_in_it(complaint_incident, manager):
    assert (
        assess(complaint_incident, manager, categories=[Category.COMPLAINTS_PROCESS, Category.ABUSE]).status
        == IncidentStatus.ASSESSED
    )
    assert factories.decision(by=manager, incidents=[complaint_incident]).by == manager


def test_zero_tolerance_that_is_taken_off_again_changes_nothing(complaint_incident, manager, management):
    both = ["complaints_process", "abuse"]
    incidents.change_incident(
        incident=complaint_incident,
        by=manager,
        version=complaint_incident.version,
        categories=both,
        correction_reason="She told me so.",
    )
    relabelled = {"categories": [Category.LEVEL_OF_CONTACT]}
    assert refused_fields(lambda: assess(complaint_incident, manager, **relabelled)) == [("outcome", "54")]
    assess(complaint_incident, manager, outcome=Outcome.RESTORATIVE, **relabelled)
    assert refused_fields(lambda: factories.decision(by=manager, incidents=[complaint_incident])) == [
        ("incidents", "54")
    ]
    assert factories.decision(by=management, incidents=[complaint_incident]).by == management


def test_a_decision_whose_zero_tolerance_was_taken_off_carries_nothing_new(
    complaint_incident, incident, manager, decision
):
    assess(complaint_incident, manager, categories=[Category.COMPLAINTS_PROCESS, Category.ABUSE])
    decision = factories.decision(by=manager, incidents=[complaint_incident])
    incidents.reopen_incident(
        incident=complaint_incident,
        by=manager,
        version=complaint_incident.reload_locked().version,
        reason="No abuse in it",
    )
    assess(complaint_incident, manager, outcome=Outcome.RESTORATIVE, categories=[Category.LEVEL_OF_CONTACT])
    assert refused_fields(
        lambda: factories.restriction(by=manager, decision=decision, incidents=[incident])
    ) == [("decision", "54")]


def test_zero_tolerance_that_no_manager_has_found_changes_nothing(complaint_incident, officer, manager):
    both = ["complaints_process", "abuse"]
    incidents.change_incident(
        incident=complaint_incident,
        by=officer,
        version=complaint_incident.version,
        categories=both,
        raised_reason=RAISED,
    )
    complaint_incident.refresh_from_db()
    assert refused_fields(lambda: factories.interim_measure(by=manager, incidents=[complaint_incident])) == [
        ("incidents", "54")
    ]
    complaint_incident = assess(complaint_incident, manager, outcome=Outcome.ACTIVE_MANAGEMENT)
    assert (
        factories.interim_measure(by=manager, incidents=[complaint_incident]).status == InterimStatus.IN_FORCE
    )


def test_a_slip_put_right_by_the_management_team_says_nothing_of_its_kind(
    complaint_incident, manager, management
):
    relabelled = {"categories": [Category.LEVEL_OF_CONTACT]}
    changed = incidents.change_incident(
        incident=complaint_incident,
        by=manager,
        version=complaint_incident.version,
        correction_reason="She told me so.",
        **relabelled,
    )
    changed = incidents.change_incident(
        incident=changed,
        by=management,
        version=changed.version,
        facts="He rang ten times.",
        correction_reason="She told me so.",
        **relabelled,
    )
    assert changed.complaints_alone
    incidents.change_incident(
        incident=changed,
        by=management,
        version=changed.version,
        categories=[Category.UNREASONABLE_DEMANDS],
        correction_reason="She told me so.",
    )
    assert not complaint_incident.reload_locked().complaints_alone


@pytest.mark.parametrize("who", ["officer", "manager"])
def test_another_category_put_in_later_changes_nothing(complaint_incident, manager, management, who, request):
    by = request.getfixturevalue(who)
    incidents.change_incident(
        incident=complaint_incident,
        by=by,
        version=complaint_incident.version,
        categories=[Category.LEVEL_OF_CONTACT],
        correction_reason="She told me so.",
    )
    assess(complaint_incident, manager, outcome=Outcome.RESTORATIVE)
    assert refused_fields(lambda: factories.decision(by=manager, incidents=[complaint_incident])) == [
        ("incidents", "54")
    ]
    incidents.reopen_incident(
        incident=complaint_incident,
        by=manager,
        version=complaint_incident.reload_locked().version,
        reason="Look again",
    )
    assess(complaint_incident, management, outcome=Outcome.RESTORATIVE)
    assert factories.decision(by=manager, incidents=[complaint_incident]).by == manager


@pytest.mark.parametrize(
    ("before", "after"), [("Management Team", "Officer"), ("Officer", "Management Team")]
)
def test_what_was_found_stays_so_whatever_became_of_who_found_it(complaint_incident, manager, before, after):
    former_manager = factories.staff("rona", "Manager", before)
    incidents.change_incident(
        incident=complaint_incident,
        by=former_manager,
        version=complaint_incident.version,
        categories=[Category.LEVEL_OF_CONTACT],
        correction_reason="She told me so.",
    )
    former_manager.groups.set(Group.objects.filter(name__in=["Manager", after]))
    assert complaint_incident.reload_locked().complaints_alone == (before == "Officer")
    complaint_incident = assess(complaint_incident, manager, outcome=Outcome.RESTORATIVE)
    if before == "Officer":
        assert refused_fields(lambda: factories.decision(by=manager, incidents=[complaint_incident])) == [
            ("incidents", "54")
        ]
    else:
        assert factories.decision(by=manager, incidents=[complaint_incident]).by == manager


def test_it_is_not_cited_beside_another(complaint_incident, incident, manager, management):
    assess(complaint_incident, manager, outcome=Outcome.RESTORATIVE)
    both = [incident, complaint_incident]
    assert refused_fields(lambda: factories.decision(by=manager, incidents=both)) == [("incidents", "54")]
    decision = factories.decision(by=manager, incidents=[incident])
    assert refused_fields(lambda: factories.restriction(by=manager, decision=decision, incidents=both)) == [
        ("incidents", "54")
    ]
    assert (
        factories.restriction(by=management, decision=decision, incidents=both).status
        == RestrictionStatus.IMPOSED
    )


def test_its_evidence_is_not_cited_either(complaint_incident, incident, officer, manager, decision):
    file = SimpleUploadedFile("complaints.txt", b"Fourteen complaints.", "text/plain")
    given = {"submission": uuid.uuid4(), "file": file, "summary": "What was sent"}
    piece = incidents.add_evidence(incident=complaint_incident, by=officer, **given)
    assert refused_fields(
        lambda: factories.restriction(by=manager, decision=decision, incidents=[], evidence=[piece])
    ) == [("evidence", "54")]


def test_nothing_is_imposed_by_others_under_a_decision_that_rests_on_it_alone(
    decision_on_complaints, incident, officer, manager, management
):
    cited = {"incidents": [incident]}
    assert refused_fields(
        lambda: factories.restriction(by=manager, decision=decision_on_complaints, **cited)
    ) == [("decision", "54")]
    proposal = factories.proposal(by=officer, incidents=[incident])
    imposed = {"restriction": proposal, "decision": decision_on_complaints, "version": proposal.version}
    assert refused_fields(lambda: actions.impose_proposal(by=manager, **imposed)) == [("decision", "54")]
    assert actions.impose_proposal(by=management, **imposed).status == RestrictionStatus.IMPOSED


def test_no_interim_measure_of_others_rests_on_it(complaint_incident, manager, management):
    assert refused_fields(lambda: factories.interim_measure(by=manager, incidents=[complaint_incident])) == [
        ("incidents", "54")
    ]
    assert (
        factories.interim_measure(by=management, incidents=[complaint_incident]).status
        == InterimStatus.IN_FORCE
    )


def test_a_request_made_by_hand_decides_nothing(complaint_incident, customer, manager, signed_in):
    client, url = signed_in(manager), reverse("decide", args=[customer.reference])
    answers = factories.decision_answers() | {
        "known": 0,
        "incidents": [complaint_incident.reference],
    }
    response = client.post(url, answers)
    assert response.status_code == 422
    assert SENTENCE in response.content.decode()
    assert not ManagementDecision.objects.exists()


@pytest.mark.parametrize("relabelled", [False, True])
def test_its_decision_waits_for_the_management_team(complaint_incident, manager, management, relabelled):
    complaint_incident = assess(complaint_incident, management)
    if relabelled:
        categories = [Category.COMPLAINTS_PROCESS, Category.LEVEL_OF_CONTACT]
        incidents.change_incident(
            incident=complaint_incident,
            by=manager,
            version=complaint_incident.version,
            categories=categories,
            correction_reason="She told me so.",
        )

    def waits_for(user):
        rows = task_rows(user)
        return ("incident.decide", complaint_incident.reference) in [
            (row["kind"], row["reference"]) for row in rows
        ]

    assert waits_for(management)
    assert not waits_for(manager)
    management.away_until = today()
    management.save()
    assert not waits_for(manager)


def test_a_manager_leaves_it_out_and_goes_on(complaint_incident, incident, manager):
    assert Incident.objects.count() == 2
    assert factories.decision(by=manager, incidents=[incident]).by == manager

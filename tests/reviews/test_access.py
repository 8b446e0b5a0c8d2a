"""What the Executive Team reads through appeals, and nobody else. Policy §22, 65."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from cha_engagement.customers import actions as customers
from cha_engagement.evidence.models import Evidence
from cha_engagement.letters.models import Letter
from cha_engagement.organisation.models import AdviceOrganisation
from incidents.models import Incident
from restrictions.models import ManagementDecision, Restriction
from reviews import actions
from reviews.models import Appeal, Review

from .. import factories
from .conftest import eased

pytestmark = [pytest.mark.django_db, pytest.mark.policy("22"), pytest.mark.policy("65")]

UNDER_APPEAL = [Incident, ManagementDecision, Restriction, Review]


def reads(user, *models):
    return [model for model in models if model.objects.visible_to(user).exists()]


def test_the_executive_team_reads_nothing_of_a_case_before_there_is_an_appeal(restriction, executive):
    assert reads(executive, *UNDER_APPEAL) == []


def test_the_executive_team_reads_what_an_open_appeal_rests_on(acknowledged, executive):
    assert reads(executive, *UNDER_APPEAL) == UNDER_APPEAL


def test_the_executive_team_reads_the_reasons_of_what_was_assessed(
    signed_in, manager, officer, executive, incident, restriction, log
):
    """Whoever reported the incident reads the outcome alone."""
    log(restriction)
    assert "It needs a decision." in signed_in(executive).get(incident.get_absolute_url()).content.decode()
    assert "It needs a decision." not in signed_in(officer).get(incident.get_absolute_url()).content.decode()


def test_another_restriction_of_the_customer_stays_closed(
    acknowledged, officer, customer, manager, executive
):
    other = factories.unrelated_restriction(by=manager, customer=customer, reported_by=officer)
    assert not Restriction.objects.visible_to(executive).filter(pk=other.pk).exists()


def test_once_decided_those_who_decided_it_read_it_and_the_rest_do_not(
    acknowledged, decide, executive, executive2
):
    another = factories.staff("another", "Executive Team")
    assert reads(another, *UNDER_APPEAL) == UNDER_APPEAL
    decide(acknowledged)
    assert reads(executive, *UNDER_APPEAL) == UNDER_APPEAL
    assert reads(another, *UNDER_APPEAL) == []
    assert reads(another, Appeal) == [Appeal]


def test_a_panel_reads_the_version_that_it_eased(acknowledged, decide, restriction, executive):
    changes = eased(restriction, terms={"closed": ["phone"], "open": ["letter", "email", "office"]})
    new = decide(acknowledged, "partly_upheld", changes=changes).appealed.get().varied_to
    assert Restriction.objects.visible_to(executive).filter(pk=new.pk).exists()


def test_letters_and_documents_of_the_appeal_are_read_with_it(log, restriction, executive):
    AdviceOrganisation.objects.create(
        name="Lochside Advice", helps_with="housing", contact="Phone 0800 496 0002"
    )
    appeal = log(restriction, documents=[SimpleUploadedFile("one.txt", b"one")])
    appeal = actions.acknowledge_appeal(
        appeal=appeal, by=executive, version=appeal.version, acknowledged_on=appeal.received_on
    )
    actions.write_letter(about=appeal, kind="appeal_received", by=executive)
    assert reads(executive, Evidence, Letter) == [Evidence, Letter]


@pytest.mark.parametrize("role", ["Officer", "Administrator"])
def test_nobody_else_reads_more_through_an_appeal(role, acknowledged):
    assert reads(factories.staff("somebody", role), *UNDER_APPEAL, Appeal, Letter, Evidence) == []


@pytest.mark.parametrize(
    ("reader", "reads_why"), [("logged it", False), ("looks after them", True), ("manager", True)]
)
def test_officer_who_only_logged_an_appeal_cannot_read_why_it_was_decided_so(
    reader, reads_why, signed_in, log, restriction, customer, executive, executive2, officer, manager, decide
):
    logger = factories.staff("logger", "Officer")
    if reader == "looks after them":
        customer = factories.assign_record(customers.assign_customer, customer=customer, to=logger)
    appeal = log(
        factories.restriction(by=executive2, decision=restriction.decision), grounds="Unfair.", by=logger
    )
    log(passed_to="appeal", added_to=appeal, grounds="She spoke of her health.", by=officer)
    client = signed_in(manager if reader == "manager" else logger)
    before = client.get(appeal.get_absolute_url()).content.decode()
    appeal = actions.acknowledge_appeal(
        appeal=appeal, by=executive, version=appeal.version, acknowledged_on=appeal.received_on
    )
    decide(appeal)
    after = client.get(appeal.get_absolute_url()).content.decode()
    assert "Unfair." in after
    assert "Not upheld: it stands" in after
    assert ("We have weighed what you say." in after) == reads_why
    assert ("She spoke of her health." in before) == reads_why
    assert (f"{executive2} proposed and imposed RES-" in before) == reads_why
    assert ("Panel</dt>" in after) == reads_why


def test_officer_cannot_read_of_an_appeal_of_anothers_once_it_is_heard(
    signed_in, acknowledged, decide, customer, officer, executive, manager
):
    colleague = factories.staff("colleague", "Officer")
    clients = [signed_in(person) for person in (colleague, officer, manager)]

    def named():
        pages = [client.get(customer.get_absolute_url()).content.decode() for client in clients]
        return [str(acknowledged) in page for page in pages]

    assert named() == [True, True, True]
    decide(acknowledged)
    assert named() == [False, True, True]

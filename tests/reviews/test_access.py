"""The Executive Team, and nobody else, reads through appeals. Policy §22, 65."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from cha_engagement.customers import actions as customers
from cha_engagement.evidence.models import Evidence
from cha_engagement.letters.models import Letter
from cha_engagement.organisation.models import AdviceOrganisation
from incidents.models import Incident
from restrictions.models import ManagementDecision, Restriction
from reviews import actions
from reviews.enums import AppealOutcome, LetterCode, PassedTo
from reviews.models import Appeal, Review

from .. import factories
from .conftest import acknowledge_appeal, version_facts

pytestmark = [pytest.mark.django_db, pytest.mark.policy("22"), pytest.mark.policy("65")]

UNDER_APPEAL = [Incident, ManagementDecision, Restriction, Review]


def readable_models(user, *models):
    return [model for model in models if model.objects.visible_to(user).exists()]


def test_the_executive_team_reads_nothing_of_a_case_before_there_is_an_appeal(restriction, executive):
    assert readable_models(executive, *UNDER_APPEAL) == []


def test_the_executive_team_reads_what_an_open_appeal_rests_on(acknowledged_appeal, executive):
    assert readable_models(executive, *UNDER_APPEAL) == UNDER_APPEAL


def test_the_executive_team_reads_the_reasons_of_an_assessment_under_appeal(
    signed_in, manager, officer, executive, incident, restriction, log_appeal
):
    """The reporter of the incident reads the outcome alone."""
    log_appeal(restriction)
    assert "It needs a decision." in signed_in(executive).get(incident.get_absolute_url()).content.decode()
    assert "It needs a decision." not in signed_in(officer).get(incident.get_absolute_url()).content.decode()


def test_the_executive_team_reads_no_other_restriction_of_the_customer(
    acknowledged_appeal, officer, customer, manager, executive
):
    other = factories.unrelated_restriction(by=manager, customer=customer, reported_by=officer)
    assert not Restriction.objects.visible_to(executive).filter(pk=other.pk).exists()


def test_once_an_appeal_is_decided_its_panel_alone_reads_what_it_rests_on(
    acknowledged_appeal, decide_appeal, executive, executive2
):
    another = factories.staff("another", "Executive Team")
    assert readable_models(another, *UNDER_APPEAL) == UNDER_APPEAL
    decide_appeal(acknowledged_appeal)
    assert readable_models(executive, *UNDER_APPEAL) == UNDER_APPEAL
    assert readable_models(another, *UNDER_APPEAL) == []
    assert readable_models(another, Appeal) == [Appeal]


def test_a_panel_reads_the_version_that_it_eased(acknowledged_appeal, decide_appeal, restriction):
    """Whoever wrote the verdict down reads it in any case: it is theirs."""
    member, another = (factories.staff(name, "Executive Team") for name in ("member", "another"))
    changes = version_facts(restriction, terms={"closed": ["phone"], "open": ["letter", "email", "office"]})
    appeal = decide_appeal(acknowledged_appeal, AppealOutcome.PARTLY_UPHELD, changes=changes, panel=[member])
    eased = appeal.appealed.get().varied_to
    assert Restriction.objects.visible_to(member).filter(pk=eased.pk).exists()
    assert not Restriction.objects.visible_to(another).filter(pk=eased.pk).exists()


def test_the_executive_team_reads_letters_and_documents_of_an_appeal(log_appeal, restriction, executive):
    AdviceOrganisation.objects.create(
        name="Lochside Advice", helps_with="housing", contact="Phone 0800 496 0002"
    )
    appeal = log_appeal(restriction, documents=[SimpleUploadedFile("one.txt", b"one")])
    appeal = acknowledge_appeal(appeal, executive)
    actions.write_letter(about=appeal, kind=LetterCode.APPEAL_RECEIVED, by=executive)
    assert readable_models(executive, Evidence, Letter) == [Evidence, Letter]


def test_whoever_reads_about_one_customer_reads_through_the_appeals_of_that_one_alone(
    log_appeal, decide_appeal, restriction, customer, executive, manager, officer
):
    """While an appeal is open, and once its panel has decided it. That nothing is missing, the demonstration shows."""
    other = factories.customer(by=officer, name="Isla Rennie")
    factories.unrelated_restriction(by=manager, customer=other, reported_by=officer)
    appeal = log_appeal(restriction, documents=[SimpleUploadedFile("one.txt", b"one")])
    appeal = acknowledge_appeal(appeal, executive)
    actions.write_letter(about=appeal, kind=LetterCode.APPEAL_RECEIVED, by=executive)
    models = [*UNDER_APPEAL, Evidence, Letter]
    member = factories.staff("member", "Executive Team")
    readable_about = [
        readable_models(member.narrow_to_customer(one.pk), *models) for one in (customer, other)
    ]
    assert readable_about == [models, []]
    decide_appeal(Appeal.objects.get(pk=appeal.pk), panel=[member])
    readable_about = [
        readable_models(member.narrow_to_customer(one.pk), *models) for one in (customer, other)
    ]
    assert readable_about == [models, []]


@pytest.mark.parametrize("role", ["Officer", "Administrator"])
def test_other_roles_read_nothing_more_through_an_appeal(role, acknowledged_appeal):
    assert readable_models(factories.staff("somebody", role), *UNDER_APPEAL, Appeal, Letter, Evidence) == []


@pytest.mark.parametrize(
    ("reader", "can_read_reasons"), [("logged it", False), ("looks after them", True), ("manager", True)]
)
def test_an_officer_who_only_logged_an_appeal_cannot_read_its_reasons(
    reader,
    can_read_reasons,
    signed_in,
    log_appeal,
    restriction,
    customer,
    executive,
    executive2,
    officer,
    manager,
    decide_appeal,
):
    logger = factories.staff("logger", "Officer")
    if reader == "looks after them":
        customer = factories.assign_record(customers.assign_customer, customer=customer, to=logger)
    appeal = log_appeal(
        factories.restriction(by=executive2, decision=restriction.decision), grounds="Unfair.", by=logger
    )
    log_appeal(passed_to=PassedTo.APPEAL, added_to=appeal, grounds="She spoke of her health.", by=officer)
    client = signed_in(manager if reader == "manager" else logger)
    before = client.get(appeal.get_absolute_url()).content.decode()
    appeal = acknowledge_appeal(appeal, executive)
    decide_appeal(appeal)
    after = client.get(appeal.get_absolute_url()).content.decode()
    assert "Unfair." in after
    assert "Not upheld: it stays as it is" in after
    assert ("We have weighed what you say." in after) == can_read_reasons
    assert ("She spoke of her health." in before) == can_read_reasons
    assert (f"{executive2} proposed and imposed RES-" in before) == can_read_reasons
    assert ("Panel</dt>" in after) == can_read_reasons


def test_an_officer_cannot_see_a_colleagues_appeal_once_it_is_decided(
    signed_in, acknowledged_appeal, decide_appeal, customer, officer, executive, manager
):
    colleague = factories.staff("colleague", "Officer")
    clients = [signed_in(person) for person in (colleague, officer, manager)]
    url = reverse("customer_restrictions", args=[customer.reference])

    def is_appeal_named():
        pages = [client.get(url).content.decode() for client in clients]
        return [str(acknowledged_appeal) in page for page in pages]

    assert is_appeal_named() == [True, True, True]
    decide_appeal(acknowledged_appeal)
    assert is_appeal_named() == [False, True, True]

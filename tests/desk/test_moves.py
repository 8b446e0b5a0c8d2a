"""What waits about a customer's records follows when another record moves to a customer or away: those left behind too."""

import uuid

import pytest

from cha_engagement.core.records import writing
from cha_engagement.customers import actions as customers
from cha_engagement.customers.enums import Channel
from cha_engagement.desk.models import GroundRow
from cha_engagement.letters import actions as letters
from cha_engagement.organisation.models import AdviceOrganisation
from incidents import actions as incidents
from incidents.agreements import actions as agreements
from incidents.enums import Category
from restrictions import actions as restrictions
from restrictions.blocks.actions import mark_blocked
from restrictions.models import Restriction
from tests import factories
from tests.desks import task_rows
from tests.restrictions.test_kinds import impose_kind

pytestmark = [pytest.mark.django_db, pytest.mark.database, pytest.mark.beyond("B40")]


@pytest.fixture
def decision(organisation, officer, manager, customer):
    return factories.decision(by=manager, incidents=[factories.incident(by=officer, customer=customer)])


@pytest.fixture
def twin(officer):
    return factories.customer(by=officer)


@pytest.fixture
def letter(manager, customer, decision):
    """A letter that waits for a second reader."""
    AdviceOrganisation.objects.create(name="Lochside Advice", helps_with="debts", contact="0800 496 0002")
    factories.restriction(by=manager, decision=decision)
    draft = letters.draft_letter(
        customer=customer, kind="restriction_decided", about=decision, by=manager, submission=uuid.uuid4()
    )
    return letters.ask_second_reader(letter=draft, by=manager, version=draft.version)


@pytest.fixture
def named_contact(manager, decision):
    """A restriction to one contact, who is this officer."""
    contact, deputy = (factories.staff(name, "Officer") for name in ("contact", "deputy"))
    factories.restriction(
        by=manager,
        decision=decision,
        kind="named_contact",
        terms={"open": ["phone", "letter"]},
        named_contact=contact,
        deputy=deputy,
    )
    return contact


def merge(kept, other, by):
    return customers.merge_customers(
        kept=kept, other=other, by=by, submission=uuid.uuid4(), why="The same phone"
    )


def unmerge(merge, by):
    customers.unmerge_customers(merge=merge, by=by, version=merge.version)


def is_asked(user, kind):
    return bool(task_rows(user, kind))


def test_whom_an_incident_harmed_reads_letters_once_it_was_another_customer(
    letter, officer, management, customer, twin
):
    factories.staff("third", "Manager")
    incident = factories.incident(by=officer, customer=customer, affected_staff=[management])
    assert not is_asked(management, "letter.read")
    incidents.change_incident(incident=incident, by=officer, version=incident.version, customer=twin)
    assert is_asked(management, "letter.read")


def test_whom_an_incident_harmed_reads_letters_again_after_an_unmerge(
    letter, officer, manager, management, customer, twin
):
    third = factories.staff("third", "Manager")
    factories.incident(by=officer, customer=twin, affected_staff=[management])
    assert is_asked(management, "letter.read")
    factories.ask_merge(customer, twin, by=third)
    merged = merge(customer, twin, manager)
    assert not is_asked(management, "letter.read")
    unmerge(merged, manager)
    assert is_asked(management, "letter.read")


def test_a_contact_stays_once_it_was_another_customer_who_harmed_them(
    named_contact, officer, manager, customer, twin
):
    incident = factories.incident(by=officer, customer=customer, affected_staff=[named_contact])
    assert is_asked(manager, "restriction.rename")
    incidents.change_incident(incident=incident, by=officer, version=incident.version, customer=twin)
    assert not is_asked(manager, "restriction.rename")


def test_an_agreement_goes_with_the_customer_to_whom_it_was_given(
    named_contact, officer, manager, customer, twin
):
    for harming in (customer, twin):
        factories.incident(by=officer, customer=harming, affected_staff=[named_contact])
    agreement = agreements.ask_agreement(
        customer=twin, by=manager, submission=uuid.uuid4(), person=named_contact
    )
    agreements.answer_agreement(agreement=agreement, by=named_contact, version=agreement.version, agrees=True)
    assert is_asked(manager, "restriction.rename")
    merged = merge(customer, twin, manager)
    assert not is_asked(manager, "restriction.rename")
    unmerge(merged, manager)
    assert is_asked(manager, "restriction.rename")


def test_who_was_replaced_for_the_same_reason_twice_stays_out_of_it(
    named_contact, officer, manager, customer
):
    (restriction,) = Restriction.objects.all()
    third, fourth = (factories.staff(name, "Officer") for name in ("third", "fourth"))

    def rename(person):
        return restrictions.replace_people(
            restriction=restriction,
            by=manager,
            version=restriction.reload_locked().version,
            status_reason="They were harmed.",
            named_contact=person,
            deputy=restriction.deputy,
        )

    rename(third)
    factories.incident(by=officer, customer=customer, affected_staff=[third])
    assert is_asked(manager, "restriction.rename")
    rename(fourth)
    assert not is_asked(manager, "restriction.rename")


def test_an_emergency_line_waits_until_the_day_to_which_a_measure_was_extended(
    organisation, officer, manager, customer
):
    writing.save_record(customer, by=officer, reason="Deaf", cannot_use=[Channel.PHONE])
    threat = factories.incident(by=officer, customer=customer, categories=[Category.PHYSICAL_THREAT])
    interim = factories.interim_measure(by=manager, incidents=[threat])
    until = GroundRow.objects.get(task__kind="organisation.emergency").until
    restrictions.extend_interim_measure(
        interim=interim,
        by=manager,
        version=interim.version,
        extension_reason="The police ask us to wait.",
        how_notified="By letter.",
    )
    assert GroundRow.objects.get(task__kind="organisation.emergency").until > until


@pytest.mark.policy("31")
def test_what_another_restriction_blocks_is_unblocked_once_that_is_of_another_customer(
    decision, officer, manager, customer, twin
):
    restriction = impose_kind("block_email", by=manager, decision=decision)
    mark_blocked(block=restriction.blocks.get(), by=manager, version=1)
    restrictions.lift_restriction(restriction=restriction, by=manager, status_reason="It went well.")
    others = factories.decision(by=manager, incidents=[factories.incident(by=officer, customer=twin)])
    impose_kind("block_email", by=manager, decision=others)
    assert is_asked(manager, "block.unblock")
    merged = merge(customer, twin, manager)
    assert not is_asked(manager, "block.unblock")
    unmerge(merged, manager)
    assert is_asked(manager, "block.unblock")

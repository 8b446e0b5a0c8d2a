"""Nobody whom it affected is put between us and a customer without having agreed. Beyond the policy: B40."""

import uuid

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from cha_engagement.core.interfaces import desks
from cha_engagement.core.refusals import Incomplete, Refused
from cha_engagement.customers import actions as customers
from cha_engagement.customers.enums import CustomerTab
from cha_engagement.customers.interfaces import CustomerPage
from cha_engagement.letters import actions as letters
from cha_engagement.letters.enums import SignedAs
from incidents import actions
from incidents.actions import write_letter
from incidents.agreements import actions as agreements
from incidents.agreements import queries
from incidents.agreements.enums import AgreementEvent, AgreementStatus
from incidents.agreements.models import Agreement
from incidents.enums import Outcome
from incidents.restorative import actions as restorative
from incidents.restorative.enums import RestorativeKind, RestorativeOutcome
from incidents.restorative.models import RestorativeAction

from ... import factories

pytestmark = [pytest.mark.django_db, pytest.mark.beyond("B40")]


@pytest.fixture
def colleagues(manager, management):
    """Enough colleagues who had no part in it."""
    return [factories.staff("other", "Officer"), factories.staff("another", "Officer")]


@pytest.fixture
def ask_officer(incident, customer, manager, officer):
    def ask():
        return agreements.ask_agreement(
            customer=customer, by=manager, submission=uuid.uuid4(), person=officer
        )

    return ask


def answer(agreement, by, agrees):
    return agreements.answer_agreement(agreement=agreement, by=by, version=agreement.version, agrees=agrees)


def test_only_the_one_who_is_asked_agrees_and_can_take_it_back(
    ask_officer, officer, manager, colleagues, customer, tasks, signed_in
):
    agreement = ask_officer()
    assert ("agreement.answer", agreement.reference) in tasks(officer)
    for somebody in (manager, *colleagues):
        with pytest.raises(Refused, match="Only Officer Example says"):
            answer(agreement, somebody, agrees=True)
    path = agreement.get_absolute_url()
    assert signed_in(manager).post(path, {"version": 1, "agrees": "yes"}).status_code == 403
    assert signed_in(colleagues[0]).get(path).status_code == 404
    assert officer in queries.colleagues_to_spare(customer)
    assert signed_in(officer).post(path, {"version": 1, "agrees": "yes"}).status_code == 302
    assert officer not in queries.colleagues_to_spare(customer)
    assert ("agreement.answer", agreement.reference) not in tasks(officer)
    agreement.refresh_from_db()
    answer(agreement, officer, agrees=False)
    assert officer in queries.colleagues_to_spare(customer)
    assert ask_officer().status == AgreementStatus.ASKED
    assert Agreement.objects.count() == 1


def test_the_same_answer_sent_twice_is_saved_once(ask_officer, officer, signed_in):
    path = ask_officer().get_absolute_url()
    for _ in range(2):
        page = signed_in(officer).post(path, {"version": 1, "agrees": "no"}, follow=True)
        assert "Your answer is saved." in page.content.decode()
    assert Agreement.objects.get().history.filter(event=AgreementEvent.REFUSE).count() == 1


def test_whom_it_never_affected_is_not_asked(incident, customer, manager, colleagues):
    with pytest.raises(Incomplete, match="affected Other Example: there is nothing to ask"):
        agreements.ask_agreement(customer=customer, by=manager, submission=uuid.uuid4(), person=colleagues[0])


def test_officers_ask_nobody(officer, colleagues, customer, incident):
    with pytest.raises(Refused, match="Only a manager asks"):
        agreements.ask_agreement(customer=customer, by=colleagues[0], submission=uuid.uuid4(), person=officer)


def test_whoever_was_taken_out_of_an_incident_was_affected_all_the_same(
    incident, officer, manager, colleagues, customer
):
    actions.change_incident(
        incident=incident,
        by=manager,
        version=incident.version,
        affected_staff=[],
        correction_reason="She told me so.",
    )
    assert not incident.affected_staff.exists()
    assert officer in queries.colleagues_to_spare(customer)


def test_where_too_few_others_are_there_nobody_is_left_out(incident, officer, manager, customer):
    for number in (2, 3):
        assert queries.colleagues_to_spare(customer, number) == []
    assert list(queries.colleagues_to_spare(customer, 1)) == [officer]


def test_the_team_signs_for_whom_it_affected(organisation, customer, officer, manager, colleagues):
    incident = factories.incident(by=officer, customer=customer, affected_staff=[officer, manager])
    incident = actions.assess_incident(
        incident=incident,
        by=factories.staff("third", "Manager"),
        version=incident.version,
        outcome=Outcome.WARNING_LETTER,
        reasons="Swore at two of us",
    )
    letter = write_letter(incident=incident, by=manager)
    assert letter.signed_as == SignedAs.TEAM

    def sign():
        letters.edit_draft(
            letter=letter,
            by=manager,
            version=letter.version,
            advice=[],
            signed_as=SignedAs.PERSON,
            signatory=manager,
        )

    with pytest.raises(Incomplete, match="has not agreed to sign"), transaction.atomic():
        sign()
    agreement = agreements.ask_agreement(
        customer=customer, by=manager, submission=uuid.uuid4(), person=manager
    )
    answer(agreement, manager, agrees=True)
    sign()


def test_whoever_takes_contact_up_again_was_not_harmed_or_says_so_themselves(
    incident, officer, manager, colleagues, customer, signed_in
):
    def pause(by, owner):
        return restorative.record_restorative_action(
            customer=customer,
            by=by,
            submission=uuid.uuid4(),
            kind=RestorativeKind.CONTACT_PAUSED,
            on=timezone.localdate(),
            what="A week's break",
            outcome=RestorativeOutcome.TOO_EARLY,
            organisation=None,
            reengage_on=timezone.localdate(),
            owner=owner,
        )

    page = signed_in(manager).get(reverse("restore", args=[customer.reference])).content.decode()
    assert '<option value="another"' in page
    assert '<option value="officer"' not in page
    with pytest.raises(Incomplete, match="What this customer did affected Officer Example"):
        pause(manager, officer)
    pause(officer, officer)
    pause(colleagues[0], colleagues[1])
    assert RestorativeAction.objects.count() == 2


def test_managers_see_among_the_details_whom_it_affected(
    ask_officer, officer, manager, colleagues, customer, signed_in
):
    def affected_colleagues(user):
        boxes = [
            box
            for desk in desks(CustomerPage)
            for box in desk.side_boxes(customer, user, CustomerTab.DETAILS)
        ]
        return [row.text for box in boxes for row in box.rows if box.title == "Colleagues affected"]

    assert affected_colleagues(manager) == ["Officer Example: ask whether they agree to be named"]
    assert affected_colleagues(officer) == []
    ask_officer()
    assert affected_colleagues(manager) == ["Officer Example: has been asked"]
    page = signed_in(manager).get(reverse("agreement_ask", args=[customer.reference])).content.decode()
    assert '<option value="officer"' not in page


def test_nothing_is_assigned_to_a_colleague_whom_it_affected_until_they_agree(
    incident, customer, officer, manager, colleagues, ask_officer, signed_in
):
    # What affected them they deal with never: another incident of the same customer.
    incident = factories.incident(by=colleagues[0], customer=customer)
    for url, record in (("customer_assign", customer), ("incident_assign", incident)):
        sent = {"version": record.version, "assigned_to": "officer"}
        page = signed_in(manager).post(reverse(url, args=[record.reference]), sent)
        assert page.status_code == 422
        assert "has not agreed to deal with them" in str(page.context["form"].errors["assigned_to"])
    answer(ask_officer(), officer, agrees=True)
    for assign, name, record in (
        (customers.assign_customer, "customer", customer),
        (actions.assign_incident, "incident", incident),
    ):
        assigned_record = assign(by=manager, version=record.version, assigned_to=officer, **{name: record})
        assert assigned_record.assigned_to == officer


@pytest.mark.policy("65")
@pytest.mark.parametrize("reader", [None, "manager", "looks_after"])
def test_a_list_of_colleagues_tells_whom_it_harmed_to_those_alone_who_read_it(
    reader, incident, customer, officer, manager, colleagues, signed_in
):
    user = manager if reader == "manager" else colleagues[0]
    if reader == "looks_after":
        customers.assign_customer(customer=customer, by=manager, version=customer.version, assigned_to=user)
    url = reverse("restore", args=[customer.reference])
    page = signed_in(user).get(url).content.decode()
    assert ('<option value="officer"' in page) == (reader is None)
    assert ("Colleagues whom they harmed" in page) == (reader is not None)
    assert "Not every colleague" not in page
    sent = {
        "submission": str(uuid.uuid4()),
        "kind": RestorativeKind.CONTACT_PAUSED,
        "on": timezone.localdate(),
        "what": "A week's break",
        "outcome": RestorativeOutcome.TOO_EARLY,
        "reengage_on": timezone.localdate(),
        "owner": "officer",
    }
    answer = signed_in(user).post(url, sent)
    if reader is None:
        assert answer.status_code == 302
        assert RestorativeAction.objects.get().owner == officer
    else:
        error_message = str(answer.context["form"].errors["owner"])
        assert "What this customer did affected Officer Example" in error_message

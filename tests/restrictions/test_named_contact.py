"""Whom a customer harmed is not their named contact without having agreed. Beyond the policy: B40."""

import uuid
from datetime import timedelta

import pytest
import time_machine
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from cha_engagement.core.records import writing
from cha_engagement.core.refusals import Incomplete
from cha_engagement.core.unsettled import forget_settled
from cha_engagement.customers import actions as customers
from cha_engagement.customers.models import Customer
from cha_engagement.organisation import calendar
from incidents.agreements import actions as agreements
from incidents.card import needs_caution
from incidents.enums import Category
from incidents.queries import caution_cutoff, has_caution, undecided_threats
from restrictions import actions
from tests.desks import task_rows

from .. import factories

pytestmark = [pytest.mark.django_db, pytest.mark.beyond("B40")]


@pytest.fixture
def people(db):
    return [factories.staff(name, "Officer") for name in ("contact", "deputy", "third")]


def restrict_to_contact(manager, decision, contact, deputy):
    return factories.restriction(
        by=manager,
        decision=decision,
        kind="named_contact",
        terms={"open": ["phone", "letter"]},
        named_contact=contact,
        deputy=deputy,
    )


def propose(by, incident, **people):
    return factories.proposal(
        by=by, incidents=[incident], kind="named_contact", terms={"open": ["phone"]}, **people
    )


def agree(customer, person, manager):
    agreement = agreements.ask_agreement(
        customer=customer, by=manager, submission=uuid.uuid4(), person=person
    )
    return agreements.answer_agreement(agreement=agreement, by=person, version=agreement.version, agrees=True)


def restrictions_to_rename(user):
    rows = task_rows(user)
    return [row["reference"] for row in rows if row["kind"] == "restriction.rename"]


def test_nobody_harmed_is_named_or_stands_in_until_they_agree(decision, officer, manager, people, customer):
    contact, deputy, _ = people
    for pair, field in (((officer, deputy), "named_contact"), ((contact, officer), "deputy")):
        with pytest.raises(Incomplete) as refused, transaction.atomic():
            restrict_to_contact(manager, decision, *pair)
        assert [refusal.field for refusal in refused.value.refusals] == [field]
    agree(customer, officer, manager)
    assert restrict_to_contact(manager, decision, officer, deputy).named_contact == officer


def test_nobody_harmed_is_offered_and_a_hand_made_post_is_told_why(
    decision, officer, manager, people, signed_in
):
    path = reverse("restrict", args=[decision.reference]) + "?kind=named_contact"
    client = signed_in(manager)
    page = client.get(path)
    assert '<option value="contact"' in page.content.decode()
    assert '<option value="officer"' not in page.content.decode()
    form = page.context["form"]
    posted = {
        bound.name: bound.value() or "" for bound in form if bound.name not in ("incidents", "evidence")
    }
    posted |= {
        "incidents": [incident.reference for incident in decision.incidents.all()],
        "named_contact": "officer",
        "deputy": "deputy",
        "open": ["phone"],
        "reason": "You shouted at us",
        "easing_conditions": "Calm letters for a month",
        "no_review": "",
    }
    answer = client.post(path, posted)
    assert answer.status_code == 422
    assert "has not agreed to deal with them" in str(answer.context["form"].errors["named_contact"])


def test_whoever_is_harmed_later_or_takes_it_back_is_to_be_replaced(
    decision, officer, manager, people, customer
):
    contact, deputy, third = people
    restriction = restrict_to_contact(manager, decision, contact, deputy)
    assert restrictions_to_rename(manager) == []
    factories.incident(by=contact, customer=customer)
    assert restrictions_to_rename(manager) == [restriction.reference]
    agreement = agree(customer, contact, manager)
    assert restrictions_to_rename(manager) == []
    agreements.answer_agreement(agreement=agreement, by=contact, version=agreement.version, agrees=False)
    assert restrictions_to_rename(manager) == [restriction.reference]

    def rename(person):
        actions.replace_people(
            restriction=restriction,
            by=manager,
            version=restriction.version,
            status_reason="They were harmed",
            named_contact=person,
            deputy=deputy,
        )

    with pytest.raises(Incomplete, match="has not agreed"), transaction.atomic():
        rename(officer)
    rename(third)
    assert restrictions_to_rename(manager) == []


def test_whom_it_harmed_stays_harmed_where_an_edit_takes_them_out(
    decision, officer, manager, people, customer
):
    contact, deputy, _ = people
    restriction = restrict_to_contact(manager, decision, contact, deputy)
    incident = factories.incident(by=officer, customer=customer, affected_staff=[contact])
    assert restrictions_to_rename(manager) == [restriction.reference]
    writing.save_record(incident, by=officer, reason="Not them", links={"affected_staff": []})
    assert restrictions_to_rename(manager) == [restriction.reference]


def test_a_merge_brings_to_light_whom_the_other_record_harmed(decision, manager, people, customer, officer):
    contact, deputy, _ = people
    twin = factories.customer(by=officer)
    factories.incident(by=contact, customer=twin)
    restriction = restrict_to_contact(manager, decision, contact, deputy)
    assert restrictions_to_rename(manager) == []
    customers.merge_customers(
        kept=customer, other=twin, by=manager, submission=uuid.uuid4(), why="The same phone"
    )
    assert restrictions_to_rename(manager) == [restriction.reference]


def test_a_new_version_names_nobody_harmed(decision, manager, people, officer, customer):
    contact, deputy, _ = people
    restriction = restrict_to_contact(manager, decision, contact, deputy)

    def vary():
        return actions.vary_restriction(
            restriction=restriction,
            by=manager,
            terms={"open": ["phone", "letter", "email"]},
            status_reason="They write now",
            first_review_on=restriction.first_review_on,
            review_months=3,
            named_contact=officer,
            deputy=deputy,
        )

    with pytest.raises(Incomplete, match="has not agreed"), transaction.atomic():
        vary()
    agree(customer, officer, manager)
    assert vary().named_contact == officer


def test_the_card_knows_its_reader(decision, manager, people, customer, signed_in):
    contact, deputy, third = people
    restrict_to_contact(manager, decision, contact, deputy)
    lines = {
        contact: "You are their named contact.",
        deputy: "You are their deputy.",
        third: "Pass everything on to Contact Example",
    }
    for reader in lines:
        page = signed_in(reader).get(customer.get_absolute_url()).content.decode()
        assert [text for text in lines.values() if text in page] == [lines[reader]]


@pytest.mark.policy("65")
def test_a_proposer_who_does_not_read_the_incident_is_not_told_whom_it_affected(
    incident, officer, people, customer, signed_in
):
    _, deputy, third = people
    path = reverse("restriction_propose", args=[customer.reference]) + "?kind=named_contact"
    page = signed_in(third).get(path).content.decode()
    assert '<option value="officer"' in page
    assert "harmed" not in page
    assert "Not every colleague" not in page
    proposed = propose(third, incident, named_contact=officer, deputy=deputy)
    assert proposed.named_contact == officer


def test_manager_cannot_propose_whom_it_harmed(incident, officer, manager, people):
    with pytest.raises(Incomplete, match="has not agreed"):
        propose(manager, incident, named_contact=officer, deputy=people[1])


@pytest.mark.parametrize("field", ["named_contact", "deputy"])
def test_manager_cannot_impose_whom_an_officer_proposed_until_they_agree(
    field, decision, incident, officer, manager, people, customer, signed_in
):
    contact, deputy, third = people
    chosen = {"named_contact": contact, "deputy": deputy} | {field: officer}
    proposed = propose(third, incident, **chosen)

    def impose():
        return actions.impose_proposal(
            restriction=proposed, decision=decision, by=manager, version=proposed.version
        )

    path = reverse("restriction_impose", args=[proposed.reference])
    page = signed_in(manager).get(path).content.decode()
    assert '<option value="officer"' not in page
    assert "Colleagues whom they harmed are listed once they have agreed." in page
    with pytest.raises(Incomplete, match="has not agreed") as refused, transaction.atomic():
        impose()
    assert [refusal.field for refusal in refused.value.refusals] == [field]
    agree(customer, officer, manager)
    assert getattr(impose(), field) == officer


@pytest.mark.policy("24")
def test_card_flag_and_reminder_agree_where_another_contact_is_named_after_a_threat(
    customer, officer, manager, people
):
    contact, deputy, third = people
    threat = factories.incident(by=officer, customer=customer, categories=[Category.PHYSICAL_THREAT])
    decision = factories.decision(by=manager, incidents=[threat])
    restriction = restrict_to_contact(manager, decision, contact, deputy)
    assert has_caution(threat)
    restriction = actions.notify_customer(restriction=restriction, by=manager, on=calendar.today())
    forget_settled()
    actions.replace_people(
        restriction=restriction,
        by=manager,
        version=restriction.version,
        status_reason="The first has another job now.",
        named_contact=third,
        deputy=deputy,
    )
    assert not has_caution(threat)
    assert not Customer.objects.filter(needs_caution(caution_cutoff())).exists()
    assert not undecided_threats().exists()


@pytest.mark.policy("24")
@pytest.mark.beyond("B23")
def test_a_threat_warns_while_the_letter_about_what_was_decided_is_in_the_post(
    customer, officer, manager, time_machine
):
    threat = factories.incident(by=officer, customer=customer, categories=[Category.PHYSICAL_THREAT])
    decision = factories.decision(by=manager, incidents=[threat])
    restriction = factories.restriction(by=manager, decision=decision)
    received_on = calendar.add_working_days(calendar.today(), 2)
    actions.notify_customer(restriction=restriction, by=manager, on=received_on)
    assert has_caution(threat)
    time_machine.move_to(calendar.start_of_day(received_on) + timedelta(hours=9))
    assert not has_caution(threat)


@pytest.mark.policy("24")
def test_what_was_lifted_before_it_began_takes_no_warning_off(customer, officer, manager):
    threat = factories.incident(by=officer, customer=customer, categories=[Category.PHYSICAL_THREAT])
    decision = factories.decision(by=manager, incidents=[threat])
    begins_on = calendar.today() + timedelta(days=3)
    restriction = factories.restriction(by=manager, decision=decision, not_before=begins_on)
    restriction = actions.notify_customer(restriction=restriction, by=manager, on=calendar.today())
    actions.lift_restriction(restriction=restriction, by=manager, status_reason="Another comes instead.")
    with time_machine.travel(timezone.now() + timedelta(days=4)):
        assert has_caution(threat)

"""That somebody died, and that we reach somebody under a decision in another way, is recorded with a reason. Policy §12, 23; beyond the policy: B2."""

import uuid

import pytest
from django.urls import reverse

from cha_engagement.core.refusals import Incomplete
from cha_engagement.customers.actions import change_customer, merge_customers
from cha_engagement.customers.enums import CustomerEvent
from cha_engagement.organisation.calendar import today
from cha_engagement.staff.models import Notice
from restrictions import actions as restrictions
from tests import factories

pytestmark = pytest.mark.django_db

SOURCE = "Her daughter rang on Monday morning."
WHY = "She told us on the phone on Monday that she moved."
REACHED = {
    "address": "4 Kelp Street",
    "postcode": "G81 1AA",
    "emails": ["orla@example.org"],
    "phones": ["0141 496 0000"],
}


def change(customer, by, **fields):
    return change_customer(customer=customer, by=by, version=customer.reload_locked().version, **fields)


def last_row(customer):
    return customer.history.latest("sequence")


# Death


@pytest.mark.policy("23")
@pytest.mark.parametrize("source", ["", "n/a", "--", "unknown."])
def test_nobody_is_recorded_to_have_died_without_a_source(source, customer, officer):
    for record in (
        lambda: change(customer, officer, deceased_on=today(), death_source=source),
        lambda: factories.customer(by=officer, name="Peter", deceased_on=today(), death_source=source),
    ):
        with pytest.raises(Incomplete) as refused:
            record()
        assert {refusal.field for refusal in refused.value.refusals} == {"death_source"}


@pytest.mark.policy("23")
def test_a_source_stays_with_the_day_and_stands_on_the_timeline(customer, officer, signed_in):
    died = change(customer, officer, deceased_on=today(), death_source=SOURCE)
    with pytest.raises(Incomplete):
        change(died, officer, death_source="")
    change(died, officer, known_as="Orla")
    page = signed_in(officer).get(reverse("customer_timeline", args=[customer.reference]))
    assert SOURCE in page.content.decode()


@pytest.mark.policy("23")
def test_a_death_is_taken_back_by_a_manager_with_a_reason(customer, officer, manager, signed_in):
    died = change(customer, officer, deceased_on=today(), death_source=SOURCE)
    with pytest.raises(Incomplete, match="Only a manager"):
        change(died, officer, deceased_on=None, death_source="She rang us herself today.")
    for nothing in ("", "n/a", SOURCE):
        with pytest.raises(Incomplete, match="they are alive"):
            change(died, manager, deceased_on=None, death_source=nothing)
    alive = change(died, manager, deceased_on=None, death_source="She rang us herself today.")
    assert (alive.deceased_on, alive.death_source) == (None, "")
    row = last_row(alive)
    assert (row.event, "rang us herself" in row.history_change_reason) == (
        CustomerEvent.TAKE_BACK_DEATH,
        True,
    )


@pytest.mark.policy("23")
def test_every_other_manager_hears_of_a_death_and_that_it_is_taken_back(customer, officer, manager):
    others = [factories.staff(name, "Manager") for name in ("first", "second")]
    officer.line_manager = manager
    officer.save()
    died = change(customer, officer, deceased_on=today(), death_source=SOURCE)
    for person in (manager, *others):
        (notice,) = Notice.objects.filter(recipient=person)
        assert customer.reference in notice.text
        assert customer.name not in notice.text
    change(died, manager, deceased_on=None, death_source="She rang us herself today.")
    for person in others:
        assert Notice.objects.filter(recipient=person, text__contains="not died after all").exists()


@pytest.mark.policy("23")
def test_a_source_without_a_day_is_no_death(customer, officer):
    with pytest.raises(Incomplete, match="on which day") as refused:
        change(customer, officer, death_source=SOURCE)
    assert {refusal.field for refusal in refused.value.refusals} == {"deceased_on"}


@pytest.mark.policy("23")
def test_managers_hear_of_a_death_however_it_is_recorded(customer, officer, manager):
    first, second = (factories.staff(name, "Manager") for name in ("first", "second"))
    dead = factories.customer(by=officer, name=customer.name, deceased_on=today(), death_source=SOURCE)
    told = Notice.objects.filter(recipient=first, text__contains="has died")
    assert told.count() == 1
    merge_customers(
        kept=customer,
        other=dead,
        by=second,
        submission=uuid.uuid4(),
        why="One phone number.",
        taken_from_other=["deceased_on"],
    )
    assert customer.reload_locked().deceased_on == today()
    assert told.count() == 2


# How we reach them


@pytest.fixture
def reached(customer, officer):
    return change(customer, officer, **REACHED)


@pytest.fixture
def restricted(reached, manager, officer):
    """Return a customer to whom letters alone are open."""
    incident = factories.incident(by=officer, customer=reached)
    decision = factories.decision(by=manager, incidents=[incident])
    closed = ["phone", "office", "email", "online_form", "message"]
    factories.restriction(by=manager, decision=decision, terms={"closed": closed, "open": ["letter"]})
    return reached


TAKEN = [
    {"phones": []},
    {"phones": ["0141 496 0001"]},
    {"emails": []},
    {"address": "5 Kelp Street"},
    {"postcode": "G81 1AB"},
]


@pytest.mark.policy("12")
@pytest.mark.parametrize("taken", TAKEN)
def test_what_reaches_somebody_under_a_decision_goes_with_a_reason_alone(taken, restricted, officer):
    for nothing in ("", "n/a", "..."):
        with pytest.raises(Incomplete) as refused:
            change(restricted, officer, **taken, details_reason=nothing)
        assert {refusal.field for refusal in refused.value.refusals} == {"details_reason"}
    row = last_row(change(restricted, officer, **taken, details_reason=WHY))
    assert (row.event, WHY in row.history_change_reason) == (CustomerEvent.REPLACE_DETAILS, True)


@pytest.mark.beyond("B2")
def test_the_last_way_between_us_is_not_taken_away(restricted, manager, officer):
    with pytest.raises(Incomplete, match="open another way to them") as refused:
        change(restricted, officer, address="", postcode="", details_reason=WHY)
    assert {refusal.field for refusal in refused.value.refusals} == {"address"}
    restrictions.lift_restriction(
        restriction=restricted.restrictions.get(), by=manager, status_reason="It went well."
    )
    assert change(restricted, officer, address="", postcode="", details_reason=WHY).address == ""


@pytest.mark.beyond("B2")
def test_a_way_that_the_association_does_not_keep_is_none_that_is_left(
    organisation, reached, manager, officer
):
    """The web form counts as open, and there is no website."""
    incident = factories.incident(by=officer, customer=reached)
    decision = factories.decision(by=manager, incidents=[incident])
    factories.restriction(
        by=manager,
        decision=decision,
        terms={"closed": ["phone", "office", "email", "message"], "open": ["letter", "online_form"]},
    )
    with pytest.raises(Incomplete, match="open another way to them"):
        change(reached, officer, address="", postcode="", details_reason=WHY)


@pytest.mark.policy("12", "23")
def test_what_is_changed_beside_a_death_keeps_its_reason(restricted, officer):
    row = last_row(
        change(restricted, officer, deceased_on=today(), death_source=SOURCE, phones=[], details_reason=WHY)
    )
    assert row.event == CustomerEvent.RECORD_DEATH
    assert SOURCE in row.history_change_reason
    assert WHY in row.history_change_reason


def test_what_is_added_needs_no_reason_nor_what_goes_of_somebody_else(reached, restricted, officer):
    change(restricted, officer, phones=[*REACHED["phones"], "0141 496 0002"])
    change(restricted, officer, address="4  Kelp Street\n")
    other = factories.customer(by=officer, name="Peter Reid", **REACHED | {"emails": []})
    assert change(other, officer, phones=[]).phones == []


@pytest.mark.policy("12")
def test_the_form_asks_why_only_of_somebody_under_a_decision(restricted, officer, signed_in):
    other = factories.customer(by=officer, name="Peter Reid")
    asked = [
        'name="details_reason"'
        in signed_in(officer).get(reverse("customer_edit", args=[who.reference])).content.decode()
        for who in (restricted, other)
    ]
    assert asked == [True, False]
    change(restricted, officer, emails=[], details_reason=WHY)
    page = signed_in(officer).get(reverse("customer_timeline", args=[restricted.reference]))
    assert WHY in page.content.decode()

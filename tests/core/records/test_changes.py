"""What an action hands on of what it wrote, so that whatever is derived from records can follow."""

import pytest
from django.utils import timezone

from cha_engagement.core.records import atomic_action, records_changed, writing
from cha_engagement.customers.enums import Channel
from cha_engagement.customers.models import Customer
from incidents.enums import Category
from incidents.models import Incident
from tests import factories

from .logged import log_incident


@pytest.fixture
def noted():
    """What was handed on, action by action."""
    all_changes = []

    def note(changes, **kwargs):
        all_changes.append(changes)

    records_changed.connect(note)
    yield all_changes
    records_changed.disconnect(note)


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["customer", "customer_id"])
def test_what_was_given_another_value_is_handed_on_with_the_one_before(customer, officer, noted, name):
    incident = log_incident(customer, officer, categories=[Category.ABUSE])
    other = factories.customer(by=officer)
    noted.clear()
    values = {name: other if name == "customer" else other.pk, "facts": incident.facts}
    writing.save_record(
        incident, by=officer, reason="Corrected", links={"categories": [Category.OTHER]}, values=values
    )
    before = {"customer": customer.pk, "categories": frozenset({Category.ABUSE})}
    assert noted == [{Incident: {incident.pk: before}}]


@pytest.mark.django_db
def test_what_an_action_sets_before_it_saves_is_handed_on_too(customer, officer, noted):
    """An object that was read before somebody else wrote says it too, and one whose list was changed in place."""
    incident = log_incident(customer, officer)
    noted.clear()
    incident.location = "Stair"
    writing.save_record(incident, by=officer, reason="Corrected", location="Stair")
    customer.cannot_use.append(Channel.PHONE)
    writing.save_record(customer, by=officer, reason="Needs")
    assert noted == [
        {Incident: {incident.pk: {"location": ""}}},
        {Customer: {customer.pk: {"cannot_use": []}}},
    ]


@pytest.mark.django_db
def test_what_is_saved_as_it_was_is_handed_on_as_unchanged(customer, officer, noted):
    incident = log_incident(customer, officer, categories=[Category.ABUSE])
    noted.clear()
    writing.save_record(
        incident, by=officer, reason="Read", links={"categories": [Category.ABUSE]}, facts=incident.facts
    )
    assert noted == [{Incident: {incident.pk: {}}}]


@pytest.mark.django_db
def test_an_action_hands_on_once_what_was_there_before_all_of_it(customer, officer, noted):
    incident = log_incident(customer, officer)
    noted.clear()
    with atomic_action():
        for location in ("Desk", "Stair"):
            writing.save_record(incident, by=officer, reason="Corrected", location=location)
        made = log_incident(customer, officer)
        writing.save_record(made, by=officer, reason="Corrected", location="Lift")
    assert noted == [{Incident: {incident.pk: {"location": ""}, made.pk: None}}]


@pytest.mark.django_db(transaction=True)
def test_a_record_written_outside_an_action_is_not_saved_without_what_follows(customer, officer):
    def fail(changes, **kwargs):
        raise ZeroDivisionError

    records_changed.connect(fail)
    try:
        with pytest.raises(ZeroDivisionError):
            writing.save_record(customer, by=officer, reason="Died", deceased_on=timezone.localdate())
    finally:
        records_changed.disconnect(fail)
    assert Customer.objects.get().deceased_on is None
    assert customer.history.count() == 1

import uuid

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from cha_engagement.core.records import find_history_faults, idempotent, writing
from cha_engagement.core.refusals import Incomplete
from cha_engagement.customers.models import Customer
from incidents.enums import Category
from tests import factories

from .logged import log_incident

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def test_a_text_of_too_many_lines_is_refused(customer, officer):
    incident = log_incident(customer, officer)
    assert writing.save_record(incident, by=officer, reason="Changed", facts="Shouted.\n" * 499)
    with pytest.raises(Incomplete, match=r"“What happened” has 501 lines\. Shorten it to 500") as refused:
        writing.save_record(incident, by=officer, reason="Changed", facts="Shouted.\n" * 500)
    assert refused.value.refusals[0].field == "facts"


def test_references_count_up_within_a_year(officer):
    first, second = factories.customer(by=officer), factories.customer(by=officer)
    year = timezone.localdate().year
    assert [first.reference, second.reference] == [f"CUS-{year}-0001", f"CUS-{year}-0002"]


def test_a_created_record_has_one_row_of_history_with_its_links(customer, officer):
    incident = log_incident(customer, officer, categories=[Category.ABUSE, Category.OTHER])
    row = incident.history.get()
    assert {link.category_id for link in row.categories.all()} == {"abuse", "other"}
    assert (row.history_user, row.history_change_reason, row.event, row.sequence) == (
        officer,
        "Logged",
        "log",
        1,
    )


def test_each_change_is_one_row_and_one_version(customer, officer):
    incident = log_incident(customer, officer, categories=[Category.ABUSE])
    writing.save_record(
        incident, by=officer, reason="Corrected", links={"categories": [Category.OTHER]}, location="Desk"
    )
    assert (incident.version, incident.history.count(), incident.history_length) == (2, 2, 2)
    assert find_history_faults(incident) == []


@pytest.mark.parametrize("side", ["own", "other"])
def test_linking_past_the_history_is_refused(customer, officer, side):
    incident = log_incident(customer, officer, categories=[Category.ABUSE])
    with pytest.raises(RuntimeError, match="is written through"):
        if side == "own":
            incident.affected_staff.add(officer)
        else:
            officer.suffered_incidents.add(incident)


def test_a_form_sent_twice_makes_one_record(officer):
    @idempotent(Customer)
    def add(*, submission, name):
        return writing.create_record(Customer, by=officer, reason="Added", submission=submission, name=name)

    submission = uuid.uuid4()
    assert add(submission=submission, name="A") == add(submission=submission, name="A")
    assert Customer.objects.count() == 1


def test_an_action_that_fails_half_way_leaves_nothing(officer):
    with pytest.raises(IntegrityError), transaction.atomic():
        factories.customer(by=officer)
        factories.customer(by=officer, name="")
    assert not Customer.objects.exists()
    assert not Customer.history.exists()

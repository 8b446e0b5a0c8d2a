"""One customer on two records: shown before the second is added, merged, and unmerged. Beyond the policy: B16."""

import pytest

from cha_engagement.customers.models import Customer, Merge
from cha_engagement.staff.models import StaffMember

from .. import factories

pytestmark = pytest.mark.beyond("B16")

PHONE = "0141 496 0777"


@pytest.fixture
def customer(association):
    officer = StaffMember.objects.get(username="officer")
    return factories.customer(by=officer, phones=[PHONE], tenancy_reference="T-1")


def test_likely_duplicates_are_shown_before_a_customer_is_added(colleague, customer):
    officer = colleague("officer")
    officer.opens("/customers/")
    officer.follows("Add a customer")
    officer.types("Name", "Orla O'Brien")
    officer.types("Phone numbers", "+44 141 496 0777")
    officer.presses("Add the customer")
    officer.sees("They may be here already", customer.name, "In common: phone")
    assert Customer.objects.get() == customer
    officer.ticks("Is it one of these?", "It is none of these")
    officer.presses("Add the customer")
    officer.sees("Orla O'Brien is added")
    assert Customer.objects.count() == 2


def test_two_records_are_merged_and_unmerged(colleague, customer):
    by = StaffMember.objects.get(username="officer")
    other = factories.customer(by=by, name="Orla O'Brien", phones=[PHONE], tenancy_reference="T-2")
    factories.incident(by=by, customer=other)
    asker = colleague("manager2")
    asker.opens(customer.get_absolute_url())
    asker.follows("Merge with another record")
    asker.sees("Who may be the same", "In common: phone")
    asker.follows("Orla O'Brien")
    asker.sees("or another manager, confirms that these are one customer")
    asker.types("How you know that they are the same", "They told us on the phone.")
    asker.presses("Ask another manager")
    asker.sees("Asked.")
    assert not Merge.objects.exists()

    manager = colleague("manager")
    manager.opens("/")
    manager.follows("Say whether two records are of one customer")
    manager.sees(f"{StaffMember.objects.get(username='manager2')} asks whether they are one customer")
    manager.chooses("Tenancy reference", "T-2")
    manager.chooses("Are they one customer?", "Yes, merge them")
    manager.types("How you know that they are the same", "The rent account says so too.")
    manager.presses("Save")
    manager.sees(f"{other.full_title} is merged into {customer.full_title}.", "T-2", "Incident logged")

    manager.looks_up(other.reference)
    manager.sees("1 customer found")
    manager.follows(customer.name)
    manager.follows("undo the merge")
    manager.presses("Undo the merge")
    manager.sees(f"{other.full_title} is a customer of its own again.", "Incident logged")
    manager.opens(customer.get_absolute_url())
    manager.sees("T-1")
    manager.does_not_see("Incident logged", "undo the merge")
    customer.refresh_from_db()
    assert customer.tenancy_reference == "T-1"

"""Who may read is widened by managers, told to one, and listed for Data Protection. Policy §65."""

import uuid

import pytest
from django.urls import reverse

from cha_engagement.core.refusals import Refused
from cha_engagement.customers import actions as customers
from cha_engagement.customers.enums import Format, Relationship
from cha_engagement.customers.models import Customer
from cha_engagement.staff.models import Notice, StaffMember, WiderAccess
from incidents import actions as incidents
from incidents.models import Incident
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.policy("65")]


@pytest.fixture
def line_manager(db):
    return factories.staff("line_manager", "Manager")


@pytest.fixture
def curious(line_manager):
    """An officer who would like to read about a neighbour."""
    return factories.staff("curious", "Officer", line_manager=line_manager)


def recorded_access():
    return [
        (row.reader, row.by, row.reference, row.grounds, row.notified) for row in WiderAccess.objects.all()
    ]


def notices(person):
    """About who reads, asks for and is assigned what."""
    about = Notice.objects.filter(recipient=person).exclude(text__contains="waits for you")
    return [notice.text for notice in about.exclude(text__contains="Please talk with them").order_by("pk")]


def details(customer, **changes):
    return {
        "version": customer.version,
        "name": customer.name,
        "relationship": Relationship.TENANT,
        "preferred_format": Format.STANDARD,
    } | changes


def test_an_officer_does_not_assign_a_customer_to_themselves(signed_in, curious, customer, officer):
    factories.incident(by=officer, customer=customer)
    client = signed_in(curious)
    edit = reverse("customer_edit", args=[customer.reference])
    assert "assigned_to" not in client.get(edit).content.decode()
    client.post(edit, details(customer, assigned_to="curious"))
    new = details(customer, submission=str(uuid.uuid4()), name="Hamish", assigned_to="curious")
    client.post("/customers/new/", new)
    assert Customer.objects.count() == 2
    answer = client.post(
        reverse("customer_assign", args=[customer.reference]), {"version": 2, "assigned_to": "curious"}
    )
    assert answer.status_code == 403
    assert not Customer.objects.filter(assigned_to=curious).exists()
    assert not Incident.objects.visible_to(curious).exists()


def test_an_officer_does_not_assign_an_incident_to_anybody(signed_in, curious, customer):
    incident = factories.incident(by=curious, customer=customer)
    answer = signed_in(curious).post(
        reverse("incident_assign", args=[incident.reference]),
        {"version": incident.version, "assigned_to": "curious"},
    )
    assert answer.status_code == 403
    with pytest.raises(Refused, match="Only a manager"):
        incidents.assign_incident(
            incident=incident, by=curious, version=incident.version, assigned_to=curious
        )


@pytest.mark.parametrize(
    "step",
    [customers.change_customer, customers.add_customer, incidents.log_incident, incidents.change_incident],
)
def test_no_other_step_assigns(step, manager, customer):
    about = {
        customers.change_customer: {"customer": customer, "version": 1},
        customers.add_customer: {"submission": uuid.uuid4(), "name": "Hamish"},
        incidents.log_incident: {"submission": uuid.uuid4(), "customer": customer}
        | factories.incident_facts(),
        incidents.change_incident: {"version": 1},
    }[step]
    if step == incidents.change_incident:
        about["incident"] = factories.incident(by=manager, customer=customer)
    with pytest.raises(TypeError, match="assign"):
        step(by=manager, assigned_to=manager, **about)


def test_a_manager_assigns_on_a_page_and_the_line_manager_is_told(
    signed_in, manager, curious, line_manager, customer, officer
):
    incident = factories.incident(by=officer, customer=customer)
    answer = signed_in(manager).post(
        reverse("customer_assign", args=[customer.reference]), {"version": 1, "assigned_to": "curious"}
    )
    assert answer.headers["Location"] == customer.get_absolute_url()
    assert Incident.objects.visible_to(curious).get() == incident
    assert recorded_access() == [(curious, manager, customer.reference, "customer_assigned", line_manager)]
    assert notices(line_manager) == [
        f"Curious Example can now read {customer}, because of what Manager Example did."
    ]
    assert notices(curious) == [f"{customer} is now assigned to you."]


def test_another_manager_is_told_where_the_line_manager_did_it(manager, curious, line_manager, customer):
    customers.assign_customer(customer=customer, by=line_manager, version=1, assigned_to=curious)
    assert recorded_access() == [(curious, line_manager, customer.reference, "customer_assigned", manager)]
    assert not notices(line_manager)


def test_it_is_listed_though_no_other_manager_is_there(curious, line_manager, customer):
    customers.assign_customer(customer=customer, by=line_manager, version=1, assigned_to=curious)
    assert recorded_access() == [(curious, line_manager, customer.reference, "customer_assigned", None)]


def test_an_incident_is_assigned_on_its_page(signed_in, manager, curious, customer, officer):
    incident = factories.incident(by=officer, customer=customer)
    url = reverse("incident_assign", args=[incident.reference])
    signed_in(manager).post(url, {"version": incident.version, "assigned_to": "curious"})
    assert Incident.objects.visible_to(curious).get() == incident
    assert [row[3] for row in recorded_access()] == ["incident_assigned"]


@pytest.mark.parametrize("part", ["affected_staff", "witnesses", "reported_by"])
def test_naming_a_colleague_in_an_incident_is_told_and_listed(part, officer, curious, line_manager, customer):
    named = curious if part == "reported_by" else [curious]
    logged = factories.incident(by=officer, customer=customer, **{part: named})
    assert recorded_access() == [(curious, officer, logged.reference, "named", line_manager)]
    later = factories.incident(by=officer, customer=customer)
    incidents.change_incident(
        incident=later, by=officer, version=later.version, affected_how="Shouted at Curious.", **{part: named}
    )
    assert [row[2] for row in recorded_access()] == [logged.reference, later.reference]
    assert len(notices(line_manager)) == 2


def test_whoever_could_read_it_already_is_not_told_of_again(officer, manager, curious, customer):
    """Nor is a manager, who reads every case."""
    incident = factories.incident(by=officer, customer=customer, affected_staff=[curious])
    incidents.change_incident(
        incident=incident,
        by=officer,
        version=incident.version,
        affected_staff=[curious, officer, manager],
        affected_how="Shouted at Manager.",
    )
    own = factories.customer(by=officer, assigned_to=curious)
    factories.incident(by=officer, customer=own, witnesses=[curious])
    assert [row[3] for row in recorded_access()] == ["named", "customer_assigned"]


def test_a_merge_that_gives_somebody_more_to_read_is_told_and_listed(
    officer, manager, curious, line_manager, customer
):
    kept = factories.customer(by=officer, name="Orla Byrne", assigned_to=curious)
    WiderAccess.objects.all().delete()
    factories.ask_merge(kept, customer, by=line_manager)
    customers.merge_customers(
        kept=kept, other=customer, by=manager, submission=uuid.uuid4(), why="The same phone, and she said so."
    )
    assert recorded_access() == [(curious, manager, kept.reference, "merged", line_manager)]


def test_whoever_comes_with_the_other_record_reads_more_too(
    officer, manager, curious, line_manager, customer
):
    other = factories.customer(by=officer, name="Orla Byrne", assigned_to=curious)
    WiderAccess.objects.all().delete()
    factories.ask_merge(customer, other, by=line_manager)
    customers.merge_customers(
        kept=customer,
        other=other,
        by=manager,
        submission=uuid.uuid4(),
        why="The same phone, and she said so.",
    )
    assert recorded_access() == [(curious, manager, customer.reference, "merged", line_manager)]


def test_an_officer_asks_their_line_manager_once(signed_in, curious, line_manager, customer):
    client = signed_in(curious)
    for _ in range(2):
        client.post(reverse("customer_ask", args=[customer.reference]))
    assert notices(line_manager) == [f"Curious Example asks to look after {customer}."]
    notice = Notice.objects.get()
    assert notice.path == reverse("customer_assign", args=[customer.reference])
    assert "Ask to look after them" in client.get(customer.get_absolute_url()).content.decode()


def test_somebody_with_a_long_name_asks_once_too(signed_in, curious, line_manager, customer):
    StaffMember.objects.filter(pk=curious.pk).update(first_name="Ann" * 40, last_name="Marr" * 35)
    client = signed_in(curious)
    for _ in range(2):
        client.post(reverse("customer_ask", args=[customer.reference]))
    (text,) = notices(line_manager)
    assert text.endswith(f" asks to look after {customer.reference}.")


def test_data_protection_reads_who_came_to_read_more(signed_in, dpo, manager, curious, customer):
    client = signed_in(dpo)
    assert "Nobody has been given access to more yet" in client.get("/access/").content.decode()
    customers.assign_customer(customer=customer, by=manager, version=1, assigned_to=curious)
    page = client.get("/access/").content.decode()
    for words in ("Curious Example", customer.reference, "The customer was assigned to them", "Line_manager"):
        assert words in page
    assert signed_in(manager).get("/access/").status_code == 403

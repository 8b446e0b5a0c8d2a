"""An incident is taken by who reads it, and handed to who reads it: nobody comes to read more. Policy §65."""

import pytest
from django.utils import timezone

from cha_engagement.core.refusals import Incomplete, Refused
from cha_engagement.customers import actions as customers
from cha_engagement.staff import fields
from cha_engagement.staff.models import Notice, StaffMember, WiderAccess
from incidents import actions as incidents
from incidents.enums import Category, Harm, IncidentStatus
from incidents.handling import actions, queries, rules
from tests import factories
from tests.overwriting import overwrite_record

pytestmark = [pytest.mark.django_db, pytest.mark.beyond("B32")]


@pytest.fixture
def other(db):
    return factories.staff("other", "Officer")


@pytest.fixture
def incident(officer, customer):
    """Nothing that harmed whoever reported it: they can deal with it themselves."""
    return log(officer, customer)


def log(officer, customer, **facts):
    return factories.incident(
        by=officer, customer=customer, **{"categories": [Category.LEVEL_OF_CONTACT]} | facts
    )


def test_whoever_reads_an_incident_takes_it_on_its_page(signed_in, officer, incident):
    client = signed_in(officer)
    url = incident.get_absolute_url()
    assert "Nobody yet" in client.get(url).content.decode()
    assert client.post(f"{url}take/").headers["Location"] == url
    incident.refresh_from_db()
    assert incident.assigned_to == officer
    html = client.get(url).content.decode()
    assert "Hand it over" in html
    assert "I will deal with it" not in html
    assert not WiderAccess.objects.exists()


def test_what_a_colleague_has_taken_is_not_taken_from_them(officer, manager, incident):
    actions.take_incident(incident=incident, by=manager)
    with pytest.raises(Refused, match=f"{manager} deals with it"):
        actions.take_incident(incident=incident, by=officer)


@pytest.mark.policy("65")
def test_nobody_reads_an_incident_for_longer_by_taking_it(officer, other, customer, incident):
    """Whoever looks after the customer reads it for as long as they do."""
    customer.refresh_from_db()
    factories.assign_record(customers.assign_customer, customer=customer, to=other)
    with pytest.raises(Refused, match="Ask a manager"):
        actions.take_incident(incident=incident, by=other)


@pytest.mark.policy("65")
def test_it_is_handed_over_to_who_reads_it_and_to_nobody_else(officer, other, manager, incident):
    taken = actions.take_incident(incident=incident, by=officer)
    with pytest.raises(Incomplete) as refused:
        actions.hand_over_incident(incident=taken, by=officer, version=taken.version, assigned_to=other)
    assert [refusal.field for refusal in refused.value.refusals] == ["assigned_to"]
    handed_over = actions.hand_over_incident(
        incident=taken, by=officer, version=taken.version, assigned_to=manager
    )
    assert handed_over.assigned_to == manager
    assert Notice.objects.filter(recipient=manager, path=incident.get_absolute_url(), read_at=None).exists()
    with pytest.raises(Refused):
        actions.hand_over_incident(
            incident=handed_over, by=officer, version=handed_over.version, assigned_to=manager
        )


@pytest.mark.policy("65")
@pytest.mark.parametrize("most_listed", [50, 1])
def test_the_form_offers_whoever_reads_it_and_refuses_others_by_name(
    signed_in, officer, other, manager, management, dpo, incident, monkeypatch, most_listed
):
    monkeypatch.setattr(fields, "LONGEST_LIST", most_listed)
    witness = factories.staff("witness", "Officer")
    factories.incident(by=officer, customer=incident.customer, witnesses=[other])
    taken = log(officer, incident.customer, witnesses=[witness])
    taken = actions.take_incident(incident=taken, by=officer)
    client, url = signed_in(officer), f"{taken.get_absolute_url()}hand-over/"
    form = client.get(url).context["form"]
    if most_listed == 50:
        offered = {name for name, _ in form.fields["assigned_to"].choices if name}
        assert offered == {person.username for person in (witness, manager, management)}
    else:
        assert form.fields["assigned_to"].is_long
    people = StaffMember.objects.all()
    assert {*queries.lasting_readers(taken)} == {
        person for person in people if rules.is_lasting_reader(person, taken)
    }
    answer = client.post(url, {"version": taken.version, "assigned_to": other.username})
    assert f"{other} cannot read this incident." in answer.content.decode()


def test_whoever_read_it_by_dealing_with_it_alone_is_led_home(signed_in, other, manager, incident):
    assigned = factories.assign_record(incidents.assign_incident, incident=incident, to=other)
    url = f"{incident.get_absolute_url()}hand-over/"
    client = signed_in(other)
    assert client.get(url).status_code == 200
    form = {"version": assigned.version, "assigned_to": manager.username}
    assert client.post(url, form).headers["Location"] == "/"
    assert client.get(incident.get_absolute_url()).status_code == 404


def test_nobody_takes_an_incident_of_which_it_is_decided_what_follows(officer, manager, incident):
    assessed = factories.assess_incident(incident, by=manager)
    with pytest.raises(Refused, match="decided already"):
        actions.take_incident(incident=assessed, by=officer)


def test_a_closed_incident_is_neither_taken_nor_handed_over(officer, manager, customer):
    first, second = (log(officer, customer) for _ in range(2))
    taken = actions.take_incident(incident=second, by=officer)
    for incident in (first, taken):
        overwrite_record(incident, status=IncidentStatus.CLOSED, closed_at=timezone.now())
    with pytest.raises(Refused, match="closed"):
        actions.take_incident(incident=first, by=officer)
    taken.refresh_from_db()
    with pytest.raises(Refused, match="closed"):
        actions.hand_over_incident(incident=taken, by=officer, version=taken.version, assigned_to=manager)


@pytest.mark.policy("65")
def test_whom_another_incident_affected_is_told_to_no_officer(officer, other, manager, customer):
    """A refusal would say so, of an incident that they cannot read."""
    factories.staff("free", "Officer")  # whom they could choose instead
    factories.incident(by=manager, customer=customer, affected_staff=[other])
    shared = log(officer, customer, witnesses=[other])
    taken = actions.take_incident(incident=shared, by=officer)
    handed_over = actions.hand_over_incident(
        incident=taken, by=officer, version=taken.version, assigned_to=other
    )
    assert handed_over.assigned_to == other


ZERO_TOLERANCE_FACTS = [{"categories": [Category.ABUSE]}, {"categories": [], "harm": Harm.YES}]


@pytest.mark.policy("13", "57")
@pytest.mark.parametrize("facts", ZERO_TOLERANCE_FACTS)
def test_nobody_deals_with_zero_tolerance_that_they_reported_or_suffered(
    signed_in, officer, other, manager, customer, facts
):
    incident = log(officer, customer, affected_staff=[other], **facts)
    client, url = signed_in(officer), incident.get_absolute_url()
    assert "I will deal with it" not in client.get(url).content.decode()
    assert client.post(f"{url}take/").status_code == 403
    taken = actions.take_incident(incident=incident, by=manager)
    for person in (officer, other):
        with pytest.raises(Incomplete, match="reported this or was affected by it"):
            actions.hand_over_incident(incident=taken, by=manager, version=taken.version, assigned_to=person)
        with pytest.raises(Incomplete, match="reported this or was affected by it"):
            incidents.assign_incident(incident=taken, by=manager, version=taken.version, assigned_to=person)
    answer = signed_in(manager).post(
        f"{url}assign/", {"version": taken.version, "assigned_to": officer.username}
    )
    assert f"{officer} reported this or was affected by it" in answer.content.decode()


@pytest.mark.policy("13", "57")
def test_what_an_edit_takes_away_does_not_let_somebody_deal_with_it(officer, other, manager, customer):
    incident = log(officer, customer, affected_staff=[other], categories=[Category.ABUSE])
    changed = incidents.change_incident(
        incident=incident,
        by=manager,
        version=incident.version,
        affected_staff=[officer],
        correction_reason="She told me so.",
    )
    with pytest.raises(Incomplete, match="was affected by it"):
        incidents.assign_incident(incident=changed, by=manager, version=changed.version, assigned_to=other)


@pytest.mark.parametrize("path", ["assign", "hand-over"])
def test_whoever_hands_it_on_sees_what_it_is(signed_in, officer, manager, customer, incident, path):
    actions.take_incident(incident=incident, by=manager)
    page = signed_in(manager).get(f"{incident.get_absolute_url()}{path}/").content.decode()
    for words in (customer.name, "Level of contact", incident.facts):
        assert words in page


def test_nobody_chosen_takes_it_from_nobody(signed_in, officer, manager, incident):
    client, url = signed_in(manager), f"{incident.get_absolute_url()}assign/"
    page = client.get(url).content.decode()
    assert "Take it away" not in page
    assert "(optional)" not in page
    answer = client.post(url, {"version": incident.version})
    assert answer.status_code == 422
    assert "Choose who deals with it." in answer.content.decode()
    taken = actions.take_incident(incident=incident, by=officer)
    assert client.post(url, {"version": taken.version, "assigned_to": ""}).status_code == 422
    both = {"version": taken.version, "assigned_to": manager.username, "nobody": "on"}
    assert client.post(url, both).status_code == 422
    taken.refresh_from_db()
    assert taken.assigned_to == officer
    away = {"version": taken.version, "assigned_to": officer.username, "nobody": "on"}
    answer = client.post(url, away, follow=True).content.decode()
    assert "nobody deals with it now" in answer
    taken.refresh_from_db()
    assert taken.assigned_to is None


@pytest.mark.policy("13", "57")
@pytest.mark.parametrize("how", ["category", "harm", "affected", "assessed"])
def test_what_is_found_to_have_harmed_whoever_deals_with_it_is_taken_from_them(
    officer, other, manager, customer, how
):
    incident = log(officer, customer, saw_only=True)
    handler = other if how == "affected" else officer
    taken = factories.assign_record(incidents.assign_incident, incident=incident, to=handler)
    changes = {
        "category": {"categories": [Category.LEVEL_OF_CONTACT, Category.ABUSE]},
        "harm": {"harm": Harm.YES},
        "affected": {"harm": Harm.YES, "affected_staff": [other], "affected_how": "Shouted at Other."},
    }
    if how == "assessed":
        factories.assess_incident(taken, by=manager, categories=[Category.ABUSE])
    else:
        incidents.change_incident(
            incident=taken,
            by=manager,
            version=taken.version,
            correction_reason="She told me so.",
            **changes[how],
        )
    taken.refresh_from_db()
    assert taken.assigned_to is None

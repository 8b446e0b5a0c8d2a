"""Nothing waits for somebody who is not there, or who cannot take it."""

import pytest

from cha_engagement.organisation.calendar import today
from cha_engagement.staff.models import Notice, StaffMember
from incidents.conversations import actions as conversations
from incidents.enums import Category, YesNo
from incidents.restorative.enums import RestorativeKind

from .. import factories

pytestmark = pytest.mark.django_db


def notified_staff(reference):
    return {notice.recipient for notice in Notice.objects.filter(reference=reference)}


def reload(person):
    return StaffMember.objects.get(pk=person.pk)


@pytest.fixture
def mild(report, customer):
    """`mild()` is an incident that may wait, in which no contact was ended."""

    def mild():
        return factories.incident(
            by=report,
            customer=customer,
            categories=[Category.LEVEL_OF_CONTACT],
            contact_ended=YesNo.NO,
            how_ended="",
        )

    return mild


@pytest.mark.policy("25")
def test_what_the_line_manager_may_not_decide_is_every_managers_at_once(
    mild, report, executive, management, tasks
):
    report.line_manager = executive
    report.save()
    incident = mild()
    assert ("incident.assess", incident.reference) in tasks(management)
    assert ("incident.assess", incident.reference) not in tasks(executive)
    assert management in notified_staff(incident.reference)
    assert executive not in notified_staff(incident.reference)


@pytest.mark.policy("25", "57")
@pytest.mark.parametrize("absence", ["left", "away", "away, an officer standing in"])
def test_what_the_line_manager_is_not_there_for_is_every_managers_at_once(
    absence, mild, manager, management, tasks
):
    if absence == "left":
        factories.leaves(manager)
    else:
        factories.is_away(manager, factories.staff("deputy", "Officer") if "officer" in absence else None)
    incident = mild()
    assert ("incident.assess", incident.reference) in tasks(management)
    assert management in notified_staff(incident.reference)


@pytest.mark.policy("25", "57")
def test_the_deputy_decides_while_the_manager_is_away(mild, report, customer, manager, management, tasks):
    factories.is_away(manager, management)
    urgent, other = factories.incident(by=report, customer=customer), mild()
    assert notified_staff(other.reference) == notified_staff(urgent.reference) == {management}
    assert {("incident.assess", incident.reference) for incident in (urgent, other)} <= tasks(
        management
    ).keys()
    third = factories.staff("third", "Manager")
    assert not {("incident.assess", incident.reference) for incident in (urgent, other)} & tasks(third).keys()


@pytest.mark.policy("12", "13", "25")
def test_what_affected_the_line_manager_is_every_managers_at_once(
    report, customer, manager, management, tasks
):
    incident = factories.incident(by=report, customer=customer, affected_staff=[manager])
    assert ("incident.assess", incident.reference) in tasks(management)
    assert management in notified_staff(incident.reference)


@pytest.mark.policy("26", "62")
def test_what_somebody_who_left_had_still_to_add_is_a_managers(report, customer, manager, tasks):
    incident = factories.incident(by=report, customer=customer, warning="")
    assert ("incident.finish", incident.reference) not in tasks(manager)
    factories.leaves(report)
    assert ("incident.finish", incident.reference) in tasks(manager)


@pytest.mark.policy("24")
@pytest.mark.parametrize("absence", [factories.leaves, factories.is_away])
def test_the_card_names_nobody_who_is_not_there(absence, report, customer, manager, card):
    factories.incident(by=report, customer=customer, categories=[Category.OTHER_THREAT])
    assert card(customer)[0].text == "Speak to Manager Example (manager@lochside.example) before any contact."
    absence(manager)
    assert card(customer)[0].text == "Speak to a manager before any contact."


@pytest.mark.policy("65")
def test_a_role_that_is_taken_away_takes_every_record_along(
    signed_in, report, customer, manager, administrator
):
    """S4: those one reported, entered, owns, took or is assigned, on their pages and on the work list."""
    report.groups.clear()
    report.groups.set(reload(manager).groups.all())
    report = reload(report)
    customer_of_theirs = factories.customer(by=report, name="Somebody Else", assigned_to=report)
    incident = factories.incident(by=report, customer=customer, warning="")
    assigned = factories.incident(by=manager, customer=customer_of_theirs)
    conversation = conversations.take_conversation(conversation=assigned.conversations.get(), by=report)
    soon = {"reengage_on": today(), "owner": report}
    pause = factories.restorative_action(
        by=report, customer=customer, kind=RestorativeKind.CONTACT_PAUSED, **soon
    )
    paths = [record.get_absolute_url() for record in (incident, assigned, conversation, pause)]
    client = signed_in(report)
    assert {client.get(path).status_code for path in paths} == {200}
    report.groups.clear()
    for path in (*paths, f"{pause.get_absolute_url()}complete/", f"{incident.get_absolute_url()}edit/"):
        assert client.get(path).status_code == 404, path
    home = client.get("/")
    assert not home.context["page"].rows
    for name in (customer.name, customer_of_theirs.name):
        assert name not in home.content.decode()

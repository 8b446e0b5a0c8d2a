"""Nothing waits for somebody who is not there, or who cannot take it."""

import uuid
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from cha_engagement.core.refusals import Refused
from cha_engagement.organisation.calendar import today
from cha_engagement.staff.models import Notice, StaffMember
from incidents import actions, rules

from .. import factories

pytestmark = pytest.mark.django_db


def told(reference):
    return {notice.recipient for notice in Notice.objects.filter(reference=reference)}


def away(person, deputy=None):
    person.deputy, person.away_until = deputy, today()
    person.save()


def leaves(person):
    person.is_active = False
    person.save()


def afresh(person):
    return StaffMember.objects.get(pk=person.pk)


@pytest.fixture
def mild(report, customer):
    """`mild()` is an incident that may wait, in which no contact was ended."""

    def mild():
        return factories.incident(
            by=report, customer=customer, categories=["level_of_contact"], contact_ended="no", how_ended=""
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
    assert management in told(incident.reference)
    assert executive not in told(incident.reference)


@pytest.mark.policy("25", "57")
@pytest.mark.parametrize("absence", ["left", "away", "away, an officer standing in"])
def test_what_the_line_manager_is_not_there_for_is_every_managers_at_once(
    absence, mild, manager, management, tasks
):
    if absence == "left":
        leaves(manager)
    else:
        away(manager, factories.staff("deputy", "Officer") if "officer" in absence else None)
    incident = mild()
    assert ("incident.assess", incident.reference) in tasks(management)
    assert management in told(incident.reference)


@pytest.mark.policy("25", "57")
def test_the_deputy_decides_while_the_manager_is_away(mild, report, customer, manager, management, tasks):
    away(manager, management)
    urgent, other = factories.incident(by=report, customer=customer), mild()
    assert told(other.reference) == told(urgent.reference) == {management}
    assert {("incident.assess", one.reference) for one in (urgent, other)} <= tasks(management).keys()
    third = factories.staff("third", "Manager")
    assert not {("incident.assess", one.reference) for one in (urgent, other)} & tasks(third).keys()


@pytest.mark.policy("12", "13", "25")
def test_what_affected_the_line_manager_is_every_managers_at_once(
    report, customer, manager, management, tasks
):
    incident = factories.incident(by=report, customer=customer, affected_staff=[manager])
    assert ("incident.assess", incident.reference) in tasks(management)
    assert management in told(incident.reference)


@pytest.mark.policy("57")
def test_the_line_manager_has_the_talk_whatever_their_role_and_a_page_to_hold_it_on(
    signed_in, report, customer, executive, tasks
):
    report.line_manager = executive
    report.save()
    incident = factories.incident(by=report, customer=customer)
    talk = incident.talk
    assert ("incident.talk", talk.reference) in tasks(executive)
    notice = Notice.objects.get(recipient=executive)
    client = signed_in(executive)
    home, page = client.get("/").content.decode(), client.get(notice.path).content.decode()
    assert customer.name not in home + page
    assert incident.facts not in page
    assert incident.reference not in page
    assert "I have talked with Officer" in page
    answer = client.post(f"{talk.get_absolute_url()}hold/", follow=True)
    assert "talked with Officer Example" in answer.content.decode()
    talk.refresh_from_db()
    assert talk.held_by == executive


@pytest.mark.policy("57")
def test_a_talk_for_which_no_line_manager_is_there_is_every_managers_at_once(
    report, customer, manager, management, tasks
):
    leaves(manager)
    talk = factories.incident(by=report, customer=customer).talk
    assert ("incident.talk", talk.reference) in tasks(management)
    assert management in told(talk.reference)


@pytest.mark.policy("57")
def test_a_talk_taken_by_somebody_who_left_waits_anew(report, customer, manager, management, tasks):
    talk = actions.take_talk(talk=factories.incident(by=report, customer=customer).talk, by=management)
    assert ("incident.talk", talk.reference) not in tasks(manager)
    leaves(management)
    assert ("incident.talk", talk.reference) in tasks(manager)
    third = factories.staff("third", "Manager")
    with time_machine.travel(timezone.now() + timedelta(minutes=61)):
        assert ("incident.talk", talk.reference) in tasks(third)
    assert actions.hold_talk(talk=talk, by=third).status == "held"


@pytest.mark.policy("57")
def test_a_talk_that_a_colleague_has_taken_is_theirs_or_the_line_managers(
    report, customer, manager, management
):
    talk = actions.take_talk(talk=factories.incident(by=report, customer=customer).talk, by=management)
    with pytest.raises(Refused):
        actions.hold_talk(talk=talk, by=factories.staff("third", "Manager"))
    assert rules.may_talk(manager, talk) is None
    assert actions.hold_talk(talk=talk, by=management).held_by == management


@pytest.mark.policy("57")
def test_a_talk_still_to_come_follows_the_corrected_reporter(report, customer, manager):
    incident = factories.incident(by=report, customer=customer)
    colleague = factories.staff("colleague", "Officer", line_manager=manager)
    incident = actions.change(
        incident=incident, by=report, version=incident.version, reported_by=colleague, contact_ended="yes"
    )
    talk = actions.hold_talk(talk=incident.talk, by=manager)
    assert talk.staff_member == colleague
    actions.change(incident=incident, by=manager, version=incident.version, reported_by=report)
    talk.refresh_from_db()
    assert talk.staff_member == colleague  # who was talked with does not change any more


@pytest.mark.policy("19")
@pytest.mark.parametrize("absence", [leaves, away, lambda person: person.groups.clear()])
def test_a_pause_whose_owner_is_not_there_is_taken_up_by_a_manager(
    absence, customer, officer, manager, tasks
):
    pause = actions.restore(
        customer=customer,
        by=officer,
        submission=uuid.uuid4(),
        kind="contact_paused",
        on=today(),
        what="Paused.",
        outcome="too_early",
        organisation=None,
        reengage_on=today(),
        owner=officer,
    )
    assert ("restorative.reengage", pause.reference) not in tasks(manager)
    absence(officer)
    assert ("restorative.reengage", pause.reference) in tasks(manager)


@pytest.mark.policy("26", "62")
def test_what_somebody_who_left_had_still_to_add_is_a_managers(report, customer, manager, tasks):
    incident = factories.incident(by=report, customer=customer, warning="")
    assert ("incident.finish", incident.reference) not in tasks(manager)
    leaves(report)
    assert ("incident.finish", incident.reference) in tasks(manager)


@pytest.mark.policy("24")
@pytest.mark.parametrize("absence", [leaves, away])
def test_the_card_names_nobody_who_is_not_there(absence, report, customer, manager, card):
    factories.incident(by=report, customer=customer, categories=["other_threat"])
    assert card(customer)[0].text == "Speak to Manager Example (manager@lochside.example) before any contact."
    absence(manager)
    assert card(customer)[0].text == "Speak to a manager before any contact."


@pytest.mark.policy("65")
def test_a_role_that_is_taken_away_takes_every_record_along(
    signed_in, report, customer, manager, administrator
):
    """S4: those one reported, entered, owns, took or is assigned, on their pages and on the work list."""
    report.groups.clear()
    report.groups.set(afresh(manager).groups.all())
    report = afresh(report)
    customer_of_theirs = factories.customer(by=report, name="Somebody Else", assigned_to=report)
    incident = factories.incident(by=report, customer=customer, warning="")
    assigned = factories.incident(by=manager, customer=customer_of_theirs)
    talk = actions.take_talk(talk=assigned.talk, by=report)
    pause = actions.restore(
        customer=customer,
        by=report,
        submission=uuid.uuid4(),
        kind="contact_paused",
        on=today(),
        what="Paused.",
        outcome="too_early",
        organisation=None,
        reengage_on=today(),
        owner=report,
    )
    paths = [one.get_absolute_url() for one in (incident, assigned, talk, pause)]
    client = signed_in(report)
    assert {client.get(path).status_code for path in paths} == {200}
    report.groups.clear()
    for path in (*paths, f"{pause.get_absolute_url()}complete/", f"{incident.get_absolute_url()}edit/"):
        assert client.get(path).status_code == 404, path
    home = client.get("/")
    assert not home.context["page"].rows
    for name in (customer.name, customer_of_theirs.name):
        assert name not in home.content.decode()

"""A manager talks with whoever ended a contact as soon as possible. Policy §57."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from cha_engagement.core.records import Stale
from cha_engagement.core.refusals import Refused
from cha_engagement.core.templatetags.ui import uk_date
from cha_engagement.staff.models import Notice
from incidents.actions import change_incident
from incidents.conversations import actions
from incidents.conversations.enums import ConversationStatus
from incidents.conversations.models import Conversation
from incidents.conversations.rules import may_hold_conversation
from incidents.enums import ZERO_TOLERANCE, Category, Harm, YesNo
from tests import factories
from tests.checked import is_asked_first

pytestmark = pytest.mark.django_db


def recipients(reference):
    return {notice.recipient for notice in Notice.objects.filter(reference=reference)}


@pytest.mark.policy("56", "57")
def test_ending_a_contact_makes_a_conversation_and_not_ending_none(incident, officer, customer):
    conversation = incident.conversations.get()
    assert (conversation.status, conversation.staff_member) == (ConversationStatus.OPEN, officer)
    other = factories.incident(
        by=officer,
        customer=customer,
        categories=[Category.LEVEL_OF_CONTACT],
        contact_ended=YesNo.NO,
        how_ended="",
        warning="",
    )
    assert not Conversation.objects.filter(incident=other).exists()


NOT_ENDED = {"contact_ended": "", "how_ended": "", "warning": "", "recording_warning": ""}


@pytest.mark.policy("57")
@pytest.mark.parametrize(
    "facts",
    [
        {"categories": [], "harm": Harm.YES},
        {"categories": [], "harm": Harm.NOT_SURE},
        {"categories": [Category.OTHER], "harm": Harm.YES},
        *({"categories": [category]} for category in (*ZERO_TOLERANCE, Category.HARASSMENT)),
    ],
)
def test_whoever_was_threatened_is_talked_with_without_saying_that_they_ended_the_contact(
    report, manager, customer, tasks, facts
):
    incident = factories.incident(by=report, customer=customer, **NOT_ENDED | facts)
    conversation = incident.conversations.get()
    assert conversation.staff_member == report
    assert ("conversation.hold", conversation.reference) in tasks(manager)
    (notice,) = Notice.objects.filter(reference=conversation.reference)
    assert (notice.recipient, notice.text) == (
        manager,
        "Officer Example was part of an incident. Please talk with them as soon as you can.",
    )


@pytest.mark.policy("57")
def test_the_reporter_and_each_colleague_whom_it_affected_are_talked_with(
    officer, customer, manager, signed_in
):
    hurt, witness = factories.staff("hurt", "Officer"), factories.staff("witness", "Officer")
    incident = factories.incident(
        by=officer, customer=customer, saw_only=True, affected_staff=[hurt], witnesses=[witness]
    )
    assert {talk.staff_member for talk in incident.conversations.all()} == {officer, hurt}
    page = signed_in(manager).get(incident.get_absolute_url()).content.decode()
    assert "I have talked with Officer" in page
    assert "I have talked with Hurt" in page


@pytest.mark.policy("57")
def test_a_talk_is_asked_for_once_it_is_known_that_somebody_was_threatened(officer, customer, manager):
    def log():
        facts = NOT_ENDED | {"categories": [Category.LEVEL_OF_CONTACT], "harm": Harm.NO}
        incident = factories.incident(by=officer, customer=customer, **facts)
        assert not incident.conversations.exists()
        return incident

    incident = log()
    change_incident(incident=incident, by=officer, version=incident.version, harm=Harm.YES)
    assert incident.conversations.get().staff_member == officer
    incident = log()
    factories.assess_incident(incident, by=manager, categories=[Category.OTHER_THREAT])
    assert incident.conversations.get().staff_member == officer


@pytest.mark.policy("57")
def test_a_conversation_is_taken_and_ticked_off(incident, manager, officer):
    conversation = actions.take_conversation(conversation=incident.conversations.get(), by=manager)
    conversation = actions.hold_conversation(conversation=conversation, by=manager)
    assert (conversation.status, conversation.taken_by, conversation.held_by) == (
        ConversationStatus.HELD,
        manager,
        manager,
    )
    with pytest.raises(Stale):
        actions.hold_conversation(conversation=conversation, by=manager)


@pytest.mark.policy("57")
def test_talks_are_told_apart_by_whom_they_are_with_and_after_what(incident, report, signed_in, manager):
    def line():
        rows = signed_in(manager).get("/").context["page"].rows
        row = next(row for row in rows if incident.conversations.get().reference in row["hint"])
        return row["who"], row["hint"].split(" · ")[0]

    assert line() == ("Officer Example", f"Ended a contact on {uk_date(incident.occurred_at)}")
    earlier = incident.occurred_at - timedelta(days=1)
    change_incident(incident=incident, by=report, version=incident.version, occurred_at=earlier)
    assert line() == ("Officer Example", f"Ended a contact on {uk_date(earlier)}")


@pytest.mark.policy("57")
def test_the_line_manager_has_the_conversation_in_any_role_and_a_page_to_hold_it(
    signed_in, report, customer, executive, tasks
):
    report.line_manager = executive
    report.save()
    incident = factories.incident(by=report, customer=customer)
    conversation = incident.conversations.get()
    assert ("conversation.hold", conversation.reference) in tasks(executive)
    notice = Notice.objects.get(recipient=executive)
    client = signed_in(executive)
    home, page = client.get("/").content.decode(), client.get(notice.path).content.decode()
    assert customer.name not in home + page
    assert incident.facts not in page
    assert incident.reference not in page
    assert "I have talked with Officer" in page
    assert is_asked_first(client.get(notice.path), f"{conversation.get_absolute_url()}hold/")
    answer = client.post(f"{conversation.get_absolute_url()}hold/", follow=True)
    assert "talked with Officer Example" in answer.content.decode()
    conversation.refresh_from_db()
    assert conversation.held_by == executive


@pytest.mark.policy("57")
def test_a_conversation_for_which_no_line_manager_is_there_is_every_managers_at_once(
    report, customer, manager, management, tasks
):
    factories.leaves(manager)
    conversation = factories.incident(by=report, customer=customer).conversations.get()
    assert ("conversation.hold", conversation.reference) in tasks(management)
    assert management in recipients(conversation.reference)


@pytest.mark.policy("57")
def test_a_conversation_taken_by_somebody_who_left_waits_anew(report, customer, manager, management, tasks):
    conversation = actions.take_conversation(
        conversation=factories.incident(by=report, customer=customer).conversations.get(), by=management
    )
    assert ("conversation.hold", conversation.reference) not in tasks(manager)
    factories.leaves(management)
    assert ("conversation.hold", conversation.reference) in tasks(manager)
    third = factories.staff("third", "Manager")
    with time_machine.travel(timezone.now() + timedelta(minutes=61)):
        assert ("conversation.hold", conversation.reference) in tasks(third)
    assert actions.hold_conversation(conversation=conversation, by=third).status == ConversationStatus.HELD


@pytest.mark.policy("57")
def test_a_conversation_that_a_colleague_has_taken_is_theirs_or_the_line_managers(
    report, customer, manager, management
):
    conversation = actions.take_conversation(
        conversation=factories.incident(by=report, customer=customer).conversations.get(), by=management
    )
    with pytest.raises(Refused):
        actions.hold_conversation(conversation=conversation, by=factories.staff("third", "Manager"))
    assert may_hold_conversation(manager, conversation) is None
    with time_machine.travel(timezone.now() + timedelta(days=7)):  # somebody still waits to be talked with
        assert may_hold_conversation(factories.staff("fourth", "Manager"), conversation) is None
    assert actions.hold_conversation(conversation=conversation, by=management).held_by == management


@pytest.mark.policy("57")
def test_a_conversation_still_to_come_follows_the_corrected_reporter(report, customer, manager):
    incident = factories.incident(by=report, customer=customer, categories=[Category.LEVEL_OF_CONTACT])
    colleague = factories.staff("colleague", "Officer", line_manager=manager)
    incident = change_incident(
        incident=incident, by=report, version=incident.version, reported_by=colleague, contact_ended=YesNo.YES
    )
    conversation = actions.hold_conversation(conversation=incident.conversations.get(), by=manager)
    assert conversation.staff_member == colleague
    change_incident(
        incident=incident,
        by=manager,
        version=incident.version,
        reported_by=report,
        correction_reason="She told me so.",
    )
    conversation.refresh_from_db()
    assert conversation.staff_member == colleague  # who was talked with does not change any more


@pytest.mark.policy("57")
def test_whoever_took_a_talk_and_is_then_found_to_be_the_reporter_is_talked_with_by_others(
    report, customer, manager, management, tasks
):
    incident = factories.incident(by=report, customer=customer, categories=[Category.LEVEL_OF_CONTACT])
    actions.take_conversation(conversation=incident.conversations.get(), by=management)
    change_incident(
        incident=incident,
        by=manager,
        version=incident.version,
        reported_by=management,
        correction_reason="She told me so.",
    )
    talk = incident.conversations.get(staff_member=management)
    assert talk.taken_by is None
    assert ("conversation.hold", talk.reference) in tasks(manager)
    assert ("conversation.hold", talk.reference) not in tasks(management)
    assert manager in recipients(talk.reference)


def test_a_conversation_is_not_settled_on_a_page_where_something_is_typed(signed_in, manager, incident):
    client = signed_in(manager)
    assert "I have talked with Officer" in client.get(incident.get_absolute_url()).content.decode()
    assert "I have talked" not in client.get(f"/incidents/{incident}/assess/").content.decode()


@pytest.mark.policy("57")
def test_nobody_talks_with_themselves_and_any_manager_may(incident, manager, officer):
    conversation = incident.conversations.get()
    assert may_hold_conversation(officer, conversation).paragraph == "57"
    assert may_hold_conversation(manager, conversation) is None

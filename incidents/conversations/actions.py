"""The only place where a conversation with staff changes."""

from typing import Any

from django.dispatch import receiver
from django.utils import timezone

from cha_engagement.core.records import atomic_action, writing
from cha_engagement.core.refusals import raise_if_refused
from cha_engagement.staff.models import StaffMember
from incidents.actions import incident_recorded
from incidents.enums import YesNo
from incidents.models import Incident

from . import notifications, rules
from .enums import ConversationEvent
from .models import Conversation


@receiver(incident_recorded, sender=Incident)
def keep_conversation_in_step(incident: Incident, by: StaffMember, **kwargs: Any) -> None:
    """Open a conversation once a contact was ended, and keep it with whoever is found to have ended it. Policy §57."""
    if conversation := Conversation.objects.filter(incident=incident).first():
        follow_reporter(conversation, by=by)
    elif incident.contact_ended == YesNo.YES:
        open_conversation(incident, by=by)


def open_conversation(incident: Incident, *, by: StaffMember) -> None:
    conversation = writing.create_record(
        Conversation,
        by=by,
        reason="Contact was ended",
        incident=incident,
        staff_member=incident.reported_by,
    )
    notifications.notify_conversation_wanted(conversation)


def follow_reporter(conversation: Conversation, *, by: StaffMember) -> None:
    """Pass a conversation that is still to come to whoever is found to have ended the contact. Policy §57."""
    reporter = conversation.incident.reported_by
    if conversation.can(ConversationEvent.HOLD) and conversation.staff_member != reporter:
        conversation = writing.edit_record(
            conversation, by=by, reason="Somebody else ended the contact", staff_member=reporter
        )
        notifications.notify_conversation_wanted(conversation)


@atomic_action()
def take_conversation(*, conversation: Conversation, by: StaffMember) -> Conversation:
    """Say that one will talk with a colleague, so that nobody else waits for it. Policy §57."""
    raise_if_refused(rules.may_hold_conversation(by, conversation.reload_locked()))
    return writing.change_status(
        conversation, ConversationEvent.TAKE, by=by, reason="Will talk with them", taken_by=by
    )


@atomic_action()
def hold_conversation(*, conversation: Conversation, by: StaffMember) -> Conversation:
    """Tick off that one has talked with a colleague. Policy §57."""
    raise_if_refused(rules.may_hold_conversation(by, conversation.reload_locked()))
    return writing.change_status(
        conversation,
        ConversationEvent.HOLD,
        by=by,
        reason="Talked with them",
        held_by=by,
        held_at=timezone.now(),
    )

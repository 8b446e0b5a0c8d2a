"""The only place where a conversation with staff changes."""

from operator import attrgetter
from typing import Any

from django.dispatch import receiver
from django.utils import timezone

from cha_engagement.core.records import atomic_action, writing
from cha_engagement.core.refusals import raise_if_refused
from cha_engagement.staff.models import StaffMember
from incidents.actions import incident_recorded
from incidents.models import Incident

from . import notifications, queries, rules
from .enums import ConversationEvent
from .models import Conversation


@receiver(incident_recorded, sender=Incident)
def keep_conversations_in_step(incident: Incident, by: StaffMember, **kwargs: Any) -> None:
    """Open a conversation with each who ended a contact or may have been threatened. Policy §57, 58.

    One that is still to come passes from somebody found to have had no part in it to whoever had, unless they took it: nobody talks
    with themselves.
    """
    wanted = queries.colleagues_to_talk_with(incident)
    conversations = (
        Conversation.objects.filter(incident=incident).select_related("staff_member").order_by("pk")
    )
    not_wanted = [
        conversation
        for conversation in conversations
        if conversation.staff_member not in wanted and conversation.can(ConversationEvent.HOLD)
    ]
    talked_with = {conversation.staff_member for conversation in conversations}
    for colleague in sorted(wanted - talked_with, key=attrgetter("pk")):
        if passed := next((talk for talk in not_wanted if talk.taken_by_id != colleague.pk), None):
            not_wanted.remove(passed)
            pass_conversation(passed, to=colleague, by=by)
        else:
            open_conversation(incident, with_colleague=colleague, by=by)


def open_conversation(incident: Incident, *, with_colleague: StaffMember, by: StaffMember) -> None:
    was_ended = incident.was_ended_by(with_colleague)
    reason = "Contact was ended" if was_ended else "They may have been threatened or abused"
    conversation = writing.create_record(
        Conversation, by=by, reason=reason, incident=incident, staff_member=with_colleague
    )
    notifications.notify_conversation_wanted(conversation)


def pass_conversation(conversation: Conversation, *, to: StaffMember, by: StaffMember) -> None:
    conversation = writing.edit_record(
        conversation, by=by, reason="Somebody else had this part in it", staff_member=to
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

from collections.abc import Iterable

from django.db.models import QuerySet

from cha_engagement.core.permissions import Permission
from cha_engagement.staff.models import StaffMember
from cha_engagement.staff.queries import first_nonempty_group, present_staff, staff_with_permission
from incidents.enums import DANGERS, ZERO_TOLERANCE, YesNo
from incidents.interfaces import Box
from incidents.models import Incident

from . import rules
from .enums import ConversationEvent
from .models import Conversation


def prefetch_for_page(conversations: QuerySet[Conversation]) -> QuerySet[Conversation]:
    return conversations.select_related("incident", "staff_member", "taken_by", "held_by")


def colleagues_to_talk_with(incident: Incident) -> set[StaffMember]:
    """Return who ended the contact and, where somebody was or may have been threatened or abused, who reported it or was affected. Policy §57, 58."""
    people = {incident.reported_by} if incident.contact_ended == YesNo.YES else set()
    if incident.may_be_zero_tolerance or not incident.category_codes.isdisjoint({*ZERO_TOLERANCE, *DANGERS}):
        people |= {incident.reported_by, *incident.affected_staff.filter(is_active=True)}
    return people


def conversation_boxes(conversations: Iterable[Conversation], user: StaffMember) -> Box:
    """Return what is shown of the conversations about one incident."""
    return Box(
        "incidents/conversations/boxes.html",
        {"boxes": [conversation_box(conversation, user) for conversation in conversations]},
    )


def conversation_box(conversation: Conversation, user: StaffMember) -> Box:
    """Return what is shown of a conversation wherever it is shown, and what this reader may do about it."""
    may_hold = conversation.can(ConversationEvent.HOLD) and not rules.may_hold_conversation(
        user, conversation
    )
    may_take = may_hold and conversation.can(ConversationEvent.TAKE)
    content = {"conversation": conversation, "may_take": may_take, "may_hold": may_hold}
    return Box("incidents/conversations/box.html", content)


def colleagues_to_hold(conversation: Conversation) -> list[StaffMember]:
    """Return the line manager of the colleague, or their deputy; every manager where neither is there. Policy §57."""
    line_manager = conversation.staff_member.acting_line_manager
    if line_manager and not line_manager.is_away:
        return [line_manager]
    managers = staff_with_permission(Permission.ASSESS_INCIDENTS).exclude(pk=conversation.staff_member_id)
    return first_nonempty_group(present_staff(managers), managers)

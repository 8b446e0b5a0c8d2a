from collections.abc import Iterable
from typing import Any

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
        affected = {person for person in incident.affected_staff.all() if person.is_active}
        people |= {incident.reported_by, *affected}
    return people


def conversations_box(conversations: Iterable[Conversation], user: StaffMember) -> Box:
    """Return what is shown of some conversations wherever they are shown, and what this reader may do about each."""
    shown = [shown_conversation(conversation, user) for conversation in conversations]
    return Box("incidents/conversations/box.html", {"conversations": shown})


def shown_conversation(conversation: Conversation, user: StaffMember) -> dict[str, Any]:
    may_hold = conversation.can(ConversationEvent.HOLD) and not rules.may_hold_conversation(
        user, conversation
    )
    may_take = may_hold and conversation.can(ConversationEvent.TAKE)
    return {"conversation": conversation, "may_take": may_take, "may_hold": may_hold}


def colleagues_to_hold(conversation: Conversation) -> list[StaffMember]:
    """Return the line manager of the colleague, or their deputy; every manager where neither is there. Policy §57."""
    line_manager = conversation.staff_member.acting_line_manager
    if line_manager and not line_manager.is_away:
        return [line_manager]
    managers = staff_with_permission(Permission.ASSESS_INCIDENTS).exclude(pk=conversation.staff_member_id)
    return first_nonempty_group(present_staff(managers), managers)

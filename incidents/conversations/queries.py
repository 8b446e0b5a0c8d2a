from collections.abc import Collection, Iterable
from operator import attrgetter
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


def colleagues_to_talk_with(incident: Incident, codes: Collection[str] | None = None) -> set[StaffMember]:
    """Return who ended the contact and, where somebody was or may have been threatened or abused, who reported it or was affected. Policy §57, 58.

    `codes` are the categories that the incident will have, where these are others.
    """
    people = {incident.reported_by} if incident.contact_ended == YesNo.YES else set()
    codes = incident.category_codes if codes is None else codes
    if incident.may_be_zero_tolerance or not {*ZERO_TOLERANCE, *DANGERS}.isdisjoint(codes):
        affected = {person for person in incident.affected_staff.all() if person.is_active}
        people |= {incident.reported_by, *affected}
    return people


def conversations_to_open(incident: Incident, codes: Collection[str]) -> list[Conversation]:
    """Return the conversations that will be opened once an incident has these categories. They are not saved."""
    talked_with = Conversation.objects.filter(incident=incident).values_list("staff_member", flat=True)
    wanted = {person for person in colleagues_to_talk_with(incident, codes) if person.pk not in talked_with}
    return [
        Conversation(incident=incident, staff_member=colleague)
        for colleague in sorted(wanted, key=attrgetter("pk"))
    ]


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

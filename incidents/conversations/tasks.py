from collections.abc import Collection, Iterator
from datetime import timedelta
from enum import StrEnum

from cha_engagement.staff.interfaces import (
    ORDINARY,
    Ground,
    Part,
    Task,
    TaskKind,
    TaskLink,
    TaskSource,
    deadline_at_once,
    people_with_part,
)
from incidents.models import Incident
from incidents.tasks import ASSESS

from .enums import ConversationStatus
from .models import Conversation

EVERY_MANAGER_AFTER = timedelta(hours=1)
"""The time after which a talk that nobody has taken is shown to every manager (policy §57)."""


class TaskCode(StrEnum):
    HOLD_CONVERSATION = "conversation.hold"


TASK_KINDS: dict[str, TaskKind] = {
    TaskCode.HOLD_CONVERSATION: TaskKind(
        "Talk with a colleague after what happened", "conversation", ORDINARY, "57", place="conversation_hold"
    ),
}


def conversation_tasks(keys: Collection[int]) -> Iterator[Task]:
    """Ask for a conversation with a colleague who ended a contact or may have been threatened, as soon as possible. Policy §57, 58.

    One that somebody took who is not there now waits anew. The customer is not named: a line manager whose role does not open
    incidents is asked too.
    """
    waiting = Conversation.objects.filter(pk__in=keys).exclude(status=ConversationStatus.HELD)
    for conversation in waiting.select_related("incident", "staff_member"):
        colleague, taken_by = conversation.staff_member_id, conversation.taken_by_id
        not_asked = people_with_part(Part.NOT_ASKED, [colleague])
        untaken = not_asked | people_with_part(Part.ABSENT, [taken_by] if taken_by else [])
        grounds = {
            Ground(managing=colleague, people=untaken),
            Ground(
                ASSESS,
                unmanaged=colleague,
                people=untaken | people_with_part(Part.NOT_COUNTED, [colleague]),
            ),
            Ground(ASSESS, since=conversation.created_at + EVERY_MANAGER_AFTER, people=untaken),
        }
        if taken_by:
            grounds |= {
                Ground(ASSESS, person=taken_by, people=not_asked),
                Ground(person=taken_by, managing=colleague, people=not_asked),
            }
        yield Task(
            TaskCode.HOLD_CONVERSATION,
            conversation.pk,
            conversation.reference,
            frozenset(grounds),
            **deadline_at_once(conversation.created_at),
            note=conversation.occasion,
            note_about=colleague,
        )


TASK_LINKS = (
    TaskLink(
        Incident,
        Conversation,
        "incident",
        frozenset({"occurred_at", "contact_ended", "reported_by"}),
        changed_only=True,
    ),
)
TASK_SOURCES = (TaskSource(Conversation, tuple(TASK_KINDS), conversation_tasks, ((), ASSESS)),)

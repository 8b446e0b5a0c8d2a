from collections.abc import Collection, Iterator

from django.db.models import QuerySet

from cha_engagement.core.statements import kept_records
from cha_engagement.staff.interfaces import keep_readers
from cha_engagement.staff.models import StaffMember
from incidents.interfaces import Box
from incidents.models import Incident

from .models import Conversation
from .queries import colleagues_to_hold, conversations_box, conversations_to_open, prefetch_for_page


def incident_box(incident: Incident, user: StaffMember) -> Box | None:
    conversations = kept_records(Conversation, conversations_about, incident.pk)
    return conversations_box(conversations, user) if conversations else None


def assessment_effects(incident: Incident, codes: Collection[str]) -> Iterator[str]:
    """Say who is asked to talk with whom once a manager finds an incident to be of these categories. Policy §57, 58."""
    for conversation in conversations_to_open(incident, codes):
        asked = keep_readers(incident.reference, colleagues_to_hold(conversation), is_task=False)
        names = ", ".join(map(str, asked)) or "whoever can read this case"
        yield f"Asked at once to talk with {conversation.staff_member} about it: {names}."


def conversations_about(incident: int) -> QuerySet[Conversation]:
    return prefetch_for_page(Conversation.objects.filter(incident=incident)).order_by("pk")

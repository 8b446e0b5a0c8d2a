from django.db.models import QuerySet

from cha_engagement.core.statements import kept_records
from cha_engagement.staff.models import StaffMember
from incidents.interfaces import Box
from incidents.models import Incident

from .models import Conversation
from .queries import conversations_box, prefetch_for_page


def incident_box(incident: Incident, user: StaffMember) -> Box | None:
    conversations = kept_records(Conversation, conversations_about, incident.pk)
    return conversations_box(conversations, user) if conversations else None


def conversations_about(incident: int) -> QuerySet[Conversation]:
    return prefetch_for_page(Conversation.objects.filter(incident=incident)).order_by("pk")

from cha_engagement.staff.models import StaffMember
from incidents.interfaces import Box
from incidents.models import Incident

from .models import Conversation
from .queries import conversations_box, prefetch_for_page


def incident_box(incident: Incident, user: StaffMember) -> Box | None:
    conversations = prefetch_for_page(Conversation.objects.filter(incident=incident)).order_by("pk")
    return conversations_box(conversations, user) if conversations else None

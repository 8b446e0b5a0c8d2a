from cha_engagement.staff.models import StaffMember
from incidents.interfaces import Box
from incidents.models import Incident

from .models import Conversation
from .queries import conversation_box, prefetch_for_page


def incident_box(incident: Incident, user: StaffMember) -> Box | None:
    conversation = prefetch_for_page(Conversation.objects.filter(incident=incident)).first()
    return conversation_box(conversation, user) if conversation else None

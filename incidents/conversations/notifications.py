from cha_engagement.staff.actions import notify_staff

from . import queries
from .models import Conversation


def notify_conversation_wanted(conversation: Conversation) -> None:
    """Policy §57."""
    notify_staff(
        queries.colleagues_to_hold(conversation),
        text=f"{conversation.staff_member} ended a contact. Please talk with them as soon as you can.",
        path=conversation.get_absolute_url(),
        reference=conversation.reference,
        is_task=True,
    )

from cha_engagement.staff.actions import notify_staff

from . import queries
from .models import Conversation


def notify_conversation_wanted(conversation: Conversation) -> None:
    """Ask whoever is to talk with a colleague to do so. Policy §57, 58."""
    colleague = conversation.staff_member
    happened = (
        f"{colleague} ended a contact."
        if conversation.is_about_ending
        else f"{colleague} was part of an incident."
    )
    notify_staff(
        queries.colleagues_to_hold(conversation),
        text=f"{happened} Please talk with them as soon as you can.",
        path=conversation.get_absolute_url(),
        reference=conversation.reference,
        is_task=True,
    )

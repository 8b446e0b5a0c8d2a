from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from cha_engagement.core.records import Stale
from cha_engagement.staff.requests import StaffRequest
from incidents.models import Incident

from . import actions, queries
from .models import Conversation


def incident_of(conversation: Conversation, request: StaffRequest) -> Incident | None:
    """Return the incident in which the contact was ended, for a user who may read it."""
    return Incident.objects.visible_to(request.user).filter(pk=conversation.incident_id).first()


@require_safe
def conversation_page(request: StaffRequest, reference: str) -> HttpResponse:
    visible = Conversation.objects.visible_to(request.user)
    conversation = get_object_or_404(queries.prefetch_for_page(visible), reference=reference)
    context = {
        "conversation": conversation,
        "incident": incident_of(conversation, request),
        "box": queries.conversations_box([conversation], request.user),
    }
    return render(request, "incidents/conversations/conversation.html", context)


@require_POST
def take_conversation(request: StaffRequest, reference: str) -> HttpResponse:
    message = "Thank you. Others now know that you will talk with them."
    return settle_conversation(request, reference, actions.take_conversation, message)


@require_POST
def hold_conversation(request: StaffRequest, reference: str) -> HttpResponse:
    message = "It is noted that you talked with them."
    return settle_conversation(request, reference, actions.hold_conversation, message)


def settle_conversation(
    request: StaffRequest, reference: str, action: Callable[..., Conversation], message: str
) -> HttpResponse:
    """Carry out one button's action; whoever comes second is told that a colleague was faster."""
    conversation = get_object_or_404(Conversation.objects.visible_to(request.user), reference=reference)
    try:
        action(conversation=conversation, by=request.user)
        messages.success(request, message)
    except Stale:
        messages.info(request, "A colleague was faster: this was settled already.")
    return redirect(incident_of(conversation, request) or conversation)

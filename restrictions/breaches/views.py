from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from cha_engagement.core.records import Stale
from cha_engagement.staff.requests import StaffRequest

from . import actions
from .models import Breach


@require_POST
def confirm_breach(request: StaffRequest, reference: str) -> HttpResponse:
    return settle_breach(
        request, reference, actions.confirm_breach, "It is noted, and will be weighed at the review."
    )


@require_POST
def dismiss_breach(request: StaffRequest, reference: str) -> HttpResponse:
    return settle_breach(
        request, reference, actions.dismiss_breach, "It is noted that this was not against it."
    )


def settle_breach(
    request: StaffRequest, reference: str, action: Callable[..., Breach], success_message: str
) -> HttpResponse:
    """Take one button about a contact; whoever comes second is told that it was answered."""
    visible = Breach.objects.visible_to(request.user).select_related("contact", "restriction")
    breach = get_object_or_404(visible, reference=reference)
    try:
        action(breach=breach, by=request.user)
        messages.success(request, success_message)
    except Stale:
        messages.info(request, "This was answered already.")
    return redirect(breach)

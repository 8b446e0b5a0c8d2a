from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from cha_engagement.core.forms import ChangeForm
from cha_engagement.core.refusals import raise_if_refused
from cha_engagement.staff.requests import StaffRequest

from . import actions, queries, rules
from .models import Block, BlockEvent


def block_page(request: StaffRequest, reference: str) -> HttpResponse:
    """Show one address or account, with the button of whoever has blocked or unblocked it."""
    block = get_object_or_404(
        queries.select_page(Block.objects.visible_to(request.user)), reference=reference
    )
    if request.method != "POST":
        return render(request, "restrictions/blocks/block.html", queries.block_context(block, request.user))
    is_blocked = block.can(BlockEvent.UNBLOCK)
    raise_if_refused((rules.may_unblock if is_blocked else rules.may_block)(request.user, block))
    form = ChangeForm(request.POST, record=block)
    action = actions.mark_unblocked if is_blocked else actions.mark_blocked
    if changed := form.carry_out(action, block=block, by=request.user):
        messages.success(
            request, f"It is recorded: {changed.target} is {changed.get_status_display().lower()}."
        )
    return redirect(block)

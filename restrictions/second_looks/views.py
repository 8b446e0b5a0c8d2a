from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from cha_engagement.core.forms import form_page, posted_data
from cha_engagement.core.refusals import raise_if_refused
from cha_engagement.staff.requests import StaffRequest

from . import actions, queries, rules
from .forms import AnswerForm
from .models import SecondLook

TEMPLATE = "restrictions/second_looks/second_look.html"


def second_look_page(request: StaffRequest, reference: str) -> HttpResponse:
    """Show what was decided, by whom and why, to all who read of it; take the answer of a second person in words."""
    visible = queries.select_page(SecondLook.objects.visible_to(request.user))
    look = get_object_or_404(visible, reference=reference)
    refusal = rules.may_look(request.user, look)
    context = {
        "look": look,
        "incidents": queries.incidents_of(look),
        "restrictions": list(queries.restrictions_in_question(look)),
        "refusal": refusal,
    }
    if request.method != "POST" and (refusal or not look.is_waiting):
        return render(request, TEMPLATE, context)
    raise_if_refused(refusal)
    form = AnswerForm(posted_data(request), record=look)
    if form.carry_out(actions.answer_second_look, look=look, by=request.user):
        messages.success(request, "Your answer is saved. Whoever decided it is told.")
        return redirect(look)
    return form_page(request, TEMPLATE, form, **context)

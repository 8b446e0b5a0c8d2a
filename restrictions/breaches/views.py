from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from cha_engagement.core.forms import form_page, posted_data, redirect_if_missing
from cha_engagement.core.records import Stale
from cha_engagement.core.refusals import raise_if_refused
from cha_engagement.staff.requests import StaffRequest

from . import actions, rules
from .forms import AnswerForm, WithholdForm
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


@require_POST
def stop_withholding(request: StaffRequest, reference: str) -> HttpResponse:
    return settle_breach(request, reference, actions.stop_withholding, "A notice can tell them now.")


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


def get_breach(request: StaffRequest, reference: str) -> Breach:
    visible = Breach.objects.visible_to(request.user).select_related("contact", "restriction__customer")
    return get_object_or_404(visible, reference=reference)


@require_POST
def draft_notice(request: StaffRequest, reference: str) -> HttpResponse:
    customer = get_breach(request, reference).restriction.customer
    return redirect(actions.draft_notice(customer=customer, by=request.user))


def withhold_notice(request: StaffRequest, reference: str) -> HttpResponse:
    breach = get_breach(request, reference)
    raise_if_refused(rules.may_tell(request.user))
    if over := redirect_if_missing(request, breach, rules.check_withholding(breach)):
        return over
    form = WithholdForm(posted_data(request), record=breach)
    if form.carry_out(actions.withhold_notice, breach=breach, by=request.user):
        messages.success(request, "They are not told now. The letter about the next review tells them.")
        return redirect(breach)
    title = "Do not tell the customer of this contact now"
    return form_page(
        request, "form_page.html", form, back=breach, title=title, caption=breach.contact.reference
    )


def answer_objection(request: StaffRequest, reference: str) -> HttpResponse:
    breach = get_breach(request, reference)
    raise_if_refused(rules.may_tell(request.user))
    if over := redirect_if_missing(request, breach, rules.check_counts(breach)):
        return over
    form = AnswerForm(posted_data(request), record=breach)
    if form.carry_out(actions.answer_objection, breach=breach, by=request.user):
        messages.success(request, "The answer is kept. Whoever logged the contact hears of it.")
        return redirect(breach)
    title = "The customer says that it is wrong to count this"
    return form_page(
        request, "form_page.html", form, back=breach, title=title, caption=breach.contact.reference
    )

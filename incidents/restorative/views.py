from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from cha_engagement.core.forms import ChangeForm, form_page, posted_data, redirect_if_over
from cha_engagement.core.refusals import raise_if_refused
from cha_engagement.customers.models import Customer
from cha_engagement.staff.requests import StaffRequest
from incidents.models import Incident

from . import actions, forms, queries, rules
from .enums import RestorativeEvent
from .models import RestorativeAction


def visible_restorative_action(request: StaffRequest, reference: str) -> RestorativeAction:
    visible = RestorativeAction.objects.visible_to(request.user)
    return get_object_or_404(queries.prefetch_for_page(visible), reference=reference)


def record_restorative_action(request: StaffRequest, reference: str) -> HttpResponse:
    customer = get_object_or_404(Customer.objects.visible_to(request.user), reference=reference)
    raise_if_refused(rules.may_record_restorative_action(request.user))
    incidents = Incident.objects.visible_to(request.user).filter(customer=customer)
    incident = incidents.filter(reference=request.GET.get("incident", "")[:20]).first()
    form = forms.RestorativeActionForm(posted_data(request), user=request.user, customer=customer)
    if form.carry_out(
        actions.record_restorative_action, customer=customer, incident=incident, by=request.user
    ):
        messages.success(request, "The step is recorded.")
        return redirect(incident or customer)
    return form_page(
        request,
        "form_page.html",
        form,
        back=incident or customer,
        title="Record restorative work",
        caption=customer.name,
    )


@require_safe
def restorative_action_page(request: StaffRequest, reference: str) -> HttpResponse:
    step = visible_restorative_action(request, reference)
    may_end = step.can(RestorativeEvent.COMPLETE) and not rules.may_end_pause(request.user, step)
    context = {"restorative_action": step, "may_end": may_end}
    return render(request, "incidents/restorative/restorative_action.html", context)


def complete_pause(request: StaffRequest, reference: str) -> HttpResponse:
    return end_pause(
        request, reference, forms.CompletePauseForm, actions.complete_pause, "Contact taken up again"
    )


def drop_pause(request: StaffRequest, reference: str) -> HttpResponse:
    return end_pause(
        request, reference, forms.DropPauseForm, actions.drop_pause, "Contact not taken up again"
    )


def end_pause(
    request: StaffRequest,
    reference: str,
    form_class: type[ChangeForm],
    end: Callable[..., RestorativeAction],
    title: str,
) -> HttpResponse:
    """End a pause by one of the two actions that can."""
    pause = visible_restorative_action(request, reference)
    raise_if_refused(rules.may_end_pause(request.user, pause))
    if over := redirect_if_over(request, pause, can=pause.can(RestorativeEvent.COMPLETE)):
        return over
    form = form_class(posted_data(request), record=pause)
    if form.carry_out(end, pause=pause, by=request.user):
        messages.success(request, "It is recorded how it went.")
        return redirect(pause)
    context = {"back": pause, "title": title, "caption": pause.customer.name}
    may_drop = form_class is not forms.DropPauseForm
    return form_page(request, "incidents/restorative/end_pause.html", form, may_drop=may_drop, **context)

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from cha_engagement.core.forms import form_page, posted_data
from cha_engagement.core.refusals import raise_if_refused
from cha_engagement.staff.requests import StaffRequest
from incidents.models import Incident

from . import actions, forms, rules


def visible_incident(request: StaffRequest, reference: str) -> Incident:
    return get_object_or_404(Incident.objects.visible_to(request.user), reference=reference)


@require_POST
def take_incident(request: StaffRequest, reference: str) -> HttpResponse:
    incident = visible_incident(request, reference)
    raise_if_refused(rules.may_take_incident(request.user, incident))
    actions.take_incident(incident=incident, by=request.user)
    messages.success(request, "You deal with this incident from now on.")
    return redirect(incident)


def hand_over_incident(request: StaffRequest, reference: str) -> HttpResponse:
    incident = visible_incident(request, reference)
    raise_if_refused(rules.may_hand_over_incident(request.user, incident))
    form = forms.HandOverForm(posted_data(request), record=incident, user=request.user)
    if handed_over := form.carry_out(actions.hand_over_incident, incident=incident, by=request.user):
        messages.success(request, f"{handed_over.assigned_to} deals with this incident from now on.")
        # Whoever read it because it was assigned to them reads it no more.
        still_reads = Incident.objects.visible_to(request.user).filter(pk=incident.pk).exists()
        return redirect(incident if still_reads else "home")
    return form_page(
        request,
        "incidents/assign.html",
        form,
        back=incident,
        title="Hand over the incident",
        caption=incident.person_name,
        incident=incident,
    )

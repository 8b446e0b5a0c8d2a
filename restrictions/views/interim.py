from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from cha_engagement.core.forms import form_page, posted_data, redirect_if_over
from cha_engagement.core.permissions import Permission
from cha_engagement.core.refusals import raise_if_refused
from cha_engagement.core.templatetags.ui import uk_date
from cha_engagement.letters.enums import LetterStatus
from cha_engagement.letters.models import Letter
from cha_engagement.staff.models import StaffMember
from cha_engagement.staff.requests import StaffRequest
from incidents.queries import given_warnings
from restrictions import actions, queries, rules
from restrictions.contact_plan import PlannedStep, changes_at_end, contact_plan
from restrictions.described_step import describe_step
from restrictions.enums import InterimEvent
from restrictions.forms.interim import ExtendForm, InterimForm
from restrictions.forms.restriction import ENDS_FOR_GOOD, ReasonForm
from restrictions.interfaces import second_look_boxes
from restrictions.kinds.affected_matters import affected_matters_in_words
from restrictions.kinds.channels import channel_labels
from restrictions.models import InterimMeasure

from .shared import get_customer, incidents_from_address, raise_if_dead, step_page


def interim_context(interim: InterimMeasure, user: StaffMember) -> dict[str, Any]:
    is_standing = interim.can(InterimEvent.END)
    letters = list(Letter.objects.visible_to(user).filter(interim_measures=interim).order_by("-created_at"))
    has_letter = any(
        letter.status != LetterStatus.VOID and not queries.predates_extension(letter, interim)
        for letter in letters
    )
    return {
        "interim": interim,
        "plan": contact_plan(interim.customer),
        "at_end": changes_at_end(interim) if is_standing else None,
        "closed": channel_labels(interim.closed),
        "affected_matters": affected_matters_in_words(interim.affected_matters),
        "letters": letters,
        "side_boxes": second_look_boxes(interim, user),
        "may": {
            "write": not has_letter and not rules.may_write_interim_letter(user, interim),
            "end": is_standing and not rules.may_end_interim(user, interim),
            "extend": interim.is_in_force and not rules.may_extend_interim(user, interim),
            "decide": is_standing and not interim.is_decided and not rules.may_decide(user),
            "history": user.has_perm(Permission.READ_HISTORY),
        },
    }


def set_interim_measure(request: StaffRequest, reference: str) -> HttpResponse:
    customer = get_customer(request, reference)
    raise_if_refused(rules.may_set_interim(request.user))
    raise_if_dead(customer)
    form = InterimForm(
        posted_data(request),
        customer=customer,
        user=request.user,
        incidents=incidents_from_address(request, customer),
    )
    if interim := form.carry_out(actions.set_interim_measure, customer=customer, by=request.user):
        messages.success(request, f"It is on the card until {uk_date(interim.ends_on)}.")
        return redirect(customer)
    context = {"title": "Set an interim measure", "caption": customer.name, "back": customer}
    context["warnings"] = given_warnings(customer, request.user)
    return step_page(request, "restrictions/interim_form.html", form, customer=customer, **context)


@require_safe
def interim_page(request: StaffRequest, reference: str) -> HttpResponse:
    visible = InterimMeasure.objects.visible_to(request.user)
    interim = get_object_or_404(queries.select_interim_page(visible), reference=reference)
    return render(request, "restrictions/interim.html", interim_context(interim, request.user))


@require_POST
def draft_interim_letter(request: StaffRequest, reference: str) -> HttpResponse:
    interim = get_object_or_404(InterimMeasure.objects.visible_to(request.user), reference=reference)
    return redirect(actions.draft_interim_letter(interim=interim, by=request.user))


def extend_interim_measure(request: StaffRequest, reference: str) -> HttpResponse:
    interim = get_object_or_404(InterimMeasure.objects.visible_to(request.user), reference=reference)
    raise_if_refused(rules.may_extend_interim(request.user, interim))
    if over := redirect_if_over(request, interim, can=interim.is_in_force):
        return over
    form = ExtendForm(posted_data(request), record=interim)
    if extended := form.carry_out(actions.extend_interim_measure, interim=interim, by=request.user):
        messages.success(request, f"It is on the card until {uk_date(extended.ends_on)}.")
        return redirect(interim)
    title = "Make this interim measure longer"
    return form_page(
        request, "form_page.html", form, back=interim, title=title, caption=interim.customer.name
    )


def end_interim_measure(request: StaffRequest, reference: str) -> HttpResponse:
    interim = get_object_or_404(InterimMeasure.objects.visible_to(request.user), reference=reference)
    raise_if_refused(rules.may_end_interim(request.user, interim))
    if over := redirect_if_over(request, interim, can=interim.can(InterimEvent.END)):
        return over
    question = {
        "name": "status_reason",
        "label": "Why it ends",
        "missing": "Say why it ends.",
        "submit": "End it",
        "does": ENDS_FOR_GOOD,
    }
    form = ReasonForm(posted_data(request), record=interim, **question)
    if form.carry_out(actions.end_interim_measure, interim=interim, by=request.user):
        messages.success(request, "The interim measure has ended. It has left the card.")
        return redirect(interim)
    context = {"back": interim, "title": "End this interim measure", "caption": interim.customer.name}
    context |= describe_step(PlannedStep(without=(interim,)), interim.customer, by=request.user)
    return form_page(request, "restrictions/reason_form.html", form, **context)

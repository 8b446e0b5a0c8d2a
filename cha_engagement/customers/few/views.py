from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from cha_engagement.core.forms import form_page, posted_data, redirect_if_over
from cha_engagement.core.paging import paginate
from cha_engagement.core.refusals import raise_if_refused
from cha_engagement.customers.models import Customer
from cha_engagement.staff.models import AccessLogEntry
from cha_engagement.staff.requests import StaffRequest

from . import actions, forms, queries, rules
from .models import CaseForFew

EVERYBODY_READS = "Everybody whose role lets them can read this case again already."


def get_case(request: StaffRequest, reference: str) -> CaseForFew:
    return get_object_or_404(
        CaseForFew.objects.visible_to(request.user).select_related("customer", "by"), reference=reference
    )


def limit_readers(request: StaffRequest, reference: str) -> HttpResponse:
    customer = get_object_or_404(Customer.objects.visible_to(request.user), reference=reference)
    raise_if_refused(rules.may_limit_readers(request.user))
    if case := queries.standing_case(customer):
        return redirect(case)
    form = forms.LimitReadersForm(posted_data(request), customer=customer)
    if form.carry_out(actions.limit_readers, customer=customer, by=request.user):
        messages.success(request, "From now on only those whom you named can read this case.")
        return redirect(customer)
    return form_page(
        request,
        "form_page.html",
        form,
        back=customer,
        title="Limit who can read this case",
        caption=customer.name,
    )


@require_safe
def case_page(request: StaffRequest, reference: str) -> HttpResponse:
    case = get_case(request, reference)
    is_standing = case.ended_at is None
    context = {
        "case": case,
        "readers": case.readers.all(),
        "openings": case.openings.select_related("by").order_by("-pk"),
        "may_change": is_standing and not rules.may_change_readers(request.user, case),
    }
    return render(request, "customers/few/case.html", context)


@require_safe
def readings_page(request: StaffRequest) -> HttpResponse:
    """Show who opened which page of a case for few."""
    raise_if_refused(rules.may_see_readings(request.user))
    page = paginate(request, AccessLogEntry.objects.case_reads().select_related("by"), ("-pk",))
    return render(request, "customers/few/readings.html", {"page": page})


def change_readers(request: StaffRequest, reference: str) -> HttpResponse:
    case = get_case(request, reference)
    raise_if_refused(rules.may_change_readers(request.user, case))
    if over := redirect_if_over(request, case, can=case.ended_at is None, sentence=EVERYBODY_READS):
        return over
    form = forms.ChangeReadersForm(posted_data(request), record=case)
    if form.carry_out(actions.change_readers, case=case, by=request.user):
        messages.success(request, "It is changed, and all readers are told.")
        return redirect(case.customer)
    return form_page(
        request,
        "form_page.html",
        form,
        back=case,
        title="Change who can read this case",
        caption=case.customer.name,
    )


def let_everybody_read(request: StaffRequest, reference: str) -> HttpResponse:
    case = get_case(request, reference)
    raise_if_refused(rules.may_change_readers(request.user, case))
    if over := redirect_if_over(request, case, can=case.ended_at is None, sentence=EVERYBODY_READS):
        return over
    form = forms.LetEverybodyReadForm(posted_data(request), record=case)
    if form.carry_out(actions.let_everybody_read, case=case, by=request.user):
        messages.success(request, "Everybody whose role lets them can read this case again.")
        return redirect(case)
    return form_page(
        request,
        "form_page.html",
        form,
        back=case,
        title="Let everybody read this case again",
        caption=case.customer.name,
    )


def open_in_danger(request: StaffRequest, reference: str) -> HttpResponse:
    known = Customer.objects.known_to(request.user).filter(merged_into=None)
    customer = get_object_or_404(known, reference=reference)
    raise_if_refused(rules.may_open_in_danger(request.user))
    if customer.pk not in request.user.closed_customers:
        return redirect(customer)
    form = forms.OpenInDangerForm(posted_data(request), customer=customer)
    if form.carry_out(actions.open_in_danger, customer=customer, by=request.user):
        messages.success(
            request, "You can read this case until the end of the next working day. Its readers are told."
        )
        return redirect(customer)
    return form_page(
        request,
        "customers/few/open.html",
        form,
        back=customer,
        title="Open this case: somebody is in danger",
        caption=customer.name,
    )

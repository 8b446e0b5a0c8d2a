from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from cha_engagement.core import hub
from cha_engagement.core.forms import CaseForm, form_page, posted
from cha_engagement.core.refusals import ask
from cha_engagement.lists.views import list_page
from cha_engagement.staff.requests import StaffRequest

from . import actions, forms, queries, rules, wording
from .models import Adjustment, Customer, Merge

THEN = {"incident": "incident_new"}
"""What somebody was about to begin who found that a customer is not there yet: the page that takes their reference."""


def warn_of_limits(request: StaffRequest, form: CaseForm) -> None:
    """Point out to whoever wrote it what words on a card cannot do: they may mean something else. Beyond the policy: B36."""
    written = {name: form.cleaned_data[name] for name in form.changed_data if name in form.cleaned_data}
    for sentence in dict.fromkeys(limit.refusal.sentence for limit in wording.limits_among(written)):
        messages.warning(
            request,
            f"What you wrote is read by all who deal with them. {sentence} If it can be read otherwise, put it in other words.",
        )


def seen(request: StaffRequest, reference: str) -> Customer:
    return get_object_or_404(Customer.objects.visible_to(request.user), reference=reference)


def customers(request: StaffRequest) -> HttpResponse:
    return list_page(request, "customers", "customers/customers.html")


def new(request: StaffRequest) -> HttpResponse:
    ask(rules.may_add(request.user))
    then = THEN.get(request.GET.get("then", ""))
    form = forms.AddCustomerForm(posted(request), user=request.user)
    if customer := form.carry_out(actions.add, by=request.user):
        messages.success(request, f"{customer.name} is added, as {customer.reference}.")
        warn_of_limits(request, form)
        said = f"{customer.name} {customer.known_as} {customer.address}"
        for sentence in dict.fromkeys(found for source in hub.unidentified for found in source(said)):
            messages.warning(request, sentence)
        return redirect(f"{reverse(then)}?begun=yes&customer={customer.reference}" if then else customer)
    return form_page(request, "customers/new.html", form, then=then)


def edit(request: StaffRequest, reference: str) -> HttpResponse:
    customer = seen(request, reference)
    ask(rules.may_change(request.user, customer))
    form = forms.ChangeCustomerForm(posted(request), record=customer)
    if form.carry_out(actions.change, customer=customer, by=request.user):
        messages.success(request, "The changes are saved.")
        warn_of_limits(request, form)
        return redirect(customer)
    return form_page(request, "customers/edit.html", form, customer=customer)


def assign(request: StaffRequest, reference: str) -> HttpResponse:
    customer = seen(request, reference)
    ask(rules.may_assign(request.user))
    form = forms.AssignForm(posted(request), record=customer)
    if assigned := form.carry_out(actions.assign, customer=customer, by=request.user):
        messages.success(request, f"{customer.name} is assigned to {assigned.assigned_to or 'nobody'}.")
        return redirect(customer)
    return form_page(
        request, "form_page.html", form, back=customer, title="Assign the customer", caption=customer.name
    )


@require_POST
def ask_assignment(request: StaffRequest, reference: str) -> HttpResponse:
    customer = seen(request, reference)
    actions.ask_assignment(customer=customer, by=request.user)
    messages.success(request, "A manager is told that you ask to look after them.")
    return redirect(customer)


def agree_adjustment(request: StaffRequest, reference: str) -> HttpResponse:
    customer = seen(request, reference)
    ask(rules.may_change(request.user, customer))
    form = forms.AgreeAdjustmentForm(posted(request), customer=customer)
    if form.carry_out(actions.agree_adjustment, customer=customer, by=request.user):
        messages.success(request, "The adjustment is recorded, and stands on the card.")
        warn_of_limits(request, form)
        return redirect(customer)
    return form_page(request, "customers/agree_adjustment.html", form, customer=customer)


def end_adjustment(request: StaffRequest, reference: str, adjustment_reference: str) -> HttpResponse:
    customer = seen(request, reference)
    adjustment = get_object_or_404(
        Adjustment.objects.select_related("customer"), customer=customer, reference=adjustment_reference
    )
    ask(rules.may_change(request.user, customer))
    form = forms.EndAdjustmentForm(posted(request), record=adjustment)
    if form.carry_out(actions.end_adjustment, adjustment=adjustment, by=request.user):
        messages.success(request, "The last day of the adjustment is recorded.")
        return redirect(customer)
    return form_page(request, "customers/end_adjustment.html", form, customer=customer, adjustment=adjustment)


def signpost(request: StaffRequest, reference: str) -> HttpResponse:
    customer = seen(request, reference)
    ask(rules.may_change(request.user, customer))
    form = forms.SignpostForm(posted(request), customer=customer)
    if form.carry_out(actions.signpost, customer=customer, by=request.user):
        messages.success(request, "It is recorded whom they were told of.")
        return redirect(customer)
    return form_page(request, "customers/signpost.html", form, customer=customer)


def merge(request: StaffRequest, reference: str) -> HttpResponse:
    everybody = Customer.objects.visible_to(request.user)
    if request.method == "POST":
        # Whoever was slower is told by the verb who was faster, and keeps what they typed.
        everybody = Customer.objects.ever_visible_to(request.user)
    kept = get_object_or_404(everybody, reference=reference)
    ask(rules.may_merge(request.user))
    other = everybody.exclude(pk=kept.pk).filter(reference=request.GET.get("other", "")[:20]).first()
    if other is None:
        return choose_other(request, kept)
    form = forms.MergeForm(posted(request), kept=kept, other=other)
    if form.carry_out(actions.merge, kept=kept, other=other, by=request.user):
        messages.success(request, f"{other} is merged into {kept}. For a day they can be parted again.")
        return redirect(kept)
    holdings = queries.holdings(kept, other, request.user)
    return form_page(request, "customers/merge.html", form, kept=kept, other=other, holdings=holdings)


def choose_other(request: StaffRequest, customer: Customer) -> HttpResponse:
    """The page before: with whom. The likely ones stand on it, B16. What is typed may be a name, which no address holds."""
    form = forms.ChooseOtherForm(posted(request), customer=customer)
    if form.is_valid():
        return redirect(f"{request.path}?other={form.cleaned_data['other'].reference}")
    alike = queries.alike(customer, request.user)
    return form_page(request, "customers/merge_choose.html", form, customer=customer, alike=alike)


def part(request: StaffRequest, reference: str, merge_reference: str) -> HttpResponse:
    customer = seen(request, reference)
    merge = get_object_or_404(
        Merge.objects.select_related("kept", "merged", "by"), kept=customer, reference=merge_reference
    )
    ask(rules.may_part(request.user, merge))
    form = forms.PartForm(posted(request), record=merge)
    if form.carry_out(actions.part, merge=merge, by=request.user):
        messages.success(request, f"{merge.merged} is a customer of its own again.")
        return redirect(merge.merged)
    return form_page(request, "customers/part.html", form, customer=customer, merge=merge)

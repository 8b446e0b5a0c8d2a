from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from cha_engagement.core.forms import CaseForm, form_page, posted_data, redirect_if_over
from cha_engagement.core.interfaces import desks
from cha_engagement.core.refusals import raise_if_refused
from cha_engagement.lists.views import list_page
from cha_engagement.staff.requests import StaffRequest

from . import actions, forms, queries, rules
from .interfaces import MergePage, unidentified_person_warnings
from .models import Adjustment, Customer, Merge

NEXT_PAGES = {"incident": "incident_new"}
"""URL names of the pages that take the reference of a customer who was added on the way there, by `then` in the address."""


def warn_of_limits(request: StaffRequest, form: CaseForm) -> None:
    """Point out words on a card that seem to limit something: they may mean something else. Beyond the policy: B36."""
    changed = {"needs" if name.startswith("needs_note_") else name for name in form.changed_data}
    values = {name: form.cleaned_data[name] for name in changed if name in form.cleaned_data}
    for sentence in dict.fromkeys(limit.refusal.sentence for limit in rules.new_limits(values)):
        messages.warning(
            request,
            f"What you wrote is read by all who deal with them. {sentence} If it can be read differently, put it in other words.",
        )


def get_customer(request: StaffRequest, reference: str) -> Customer:
    return get_object_or_404(Customer.objects.visible_to(request.user), reference=reference)


def customer_list(request: StaffRequest) -> HttpResponse:
    return list_page(request, "customers", "customers/customers.html")


def add_customer(request: StaffRequest) -> HttpResponse:
    raise_if_refused(rules.may_add_customer(request.user))
    then = NEXT_PAGES.get(request.GET.get("then", ""))
    form = forms.AddCustomerForm(posted_data(request), user=request.user)
    if customer := form.carry_out(actions.add_customer, by=request.user):
        messages.success(request, f"{customer.name} is added, as {customer.reference}.")
        warn_of_limits(request, form)
        text = f"{customer.name} {customer.known_as} {customer.address}"
        for sentence in unidentified_person_warnings(text):
            messages.warning(request, sentence)
        return redirect(f"{reverse(then)}?begun=yes&customer={customer.reference}" if then else customer)
    return form_page(request, "customers/add.html", form, then=then)


def change_customer(request: StaffRequest, reference: str) -> HttpResponse:
    customer = get_customer(request, reference)
    raise_if_refused(rules.may_change_customer(request.user, customer))
    asks_why = rules.is_under_decision(customer)
    form = forms.ChangeCustomerForm(posted_data(request), record=customer, asks_why=asks_why)
    if form.carry_out(actions.change_customer, customer=customer, by=request.user):
        messages.success(request, "The changes are saved.")
        warn_of_limits(request, form)
        return redirect(customer)
    return form_page(request, "customers/change.html", form, customer=customer)


def assign_customer(request: StaffRequest, reference: str) -> HttpResponse:
    customer = get_customer(request, reference)
    raise_if_refused(rules.may_assign_customer(request.user))
    form = forms.AssignForm(posted_data(request), record=customer)
    if assigned := form.carry_out(actions.assign_customer, customer=customer, by=request.user):
        messages.success(request, f"{assigned.assigned_to or 'Nobody'} looks after {customer.name} now.")
        return redirect(customer)
    return form_page(
        request, "form_page.html", form, back=customer, title="Assign the customer", caption=customer.name
    )


@require_POST
def request_assignment(request: StaffRequest, reference: str) -> HttpResponse:
    customer = get_customer(request, reference)
    actions.request_assignment(customer=customer, by=request.user)
    messages.success(request, "A manager is told that you ask to look after them.")
    return redirect(customer)


def agree_adjustment(request: StaffRequest, reference: str) -> HttpResponse:
    customer = get_customer(request, reference)
    raise_if_refused(rules.may_change_customer(request.user, customer))
    form = forms.AgreeAdjustmentForm(posted_data(request), customer=customer)
    if form.carry_out(actions.agree_adjustment, customer=customer, by=request.user):
        messages.success(request, "The adjustment is recorded, and is on the card.")
        warn_of_limits(request, form)
        return redirect(customer)
    return form_page(request, "customers/agree_adjustment.html", form, customer=customer)


def end_adjustment(request: StaffRequest, reference: str, adjustment_reference: str) -> HttpResponse:
    customer = get_customer(request, reference)
    adjustment = get_object_or_404(
        Adjustment.objects.select_related("customer"), customer=customer, reference=adjustment_reference
    )
    raise_if_refused(rules.may_change_customer(request.user, customer))
    form = forms.EndAdjustmentForm(posted_data(request), record=adjustment)
    if form.carry_out(actions.end_adjustment, adjustment=adjustment, by=request.user):
        messages.success(request, "The last day of the adjustment is recorded.")
        return redirect(customer)
    return form_page(request, "customers/end_adjustment.html", form, customer=customer, adjustment=adjustment)


def record_signposting(request: StaffRequest, reference: str) -> HttpResponse:
    customer = get_customer(request, reference)
    raise_if_refused(rules.may_change_customer(request.user, customer))
    form = forms.SignpostForm(posted_data(request), customer=customer)
    if form.carry_out(actions.record_signposting, customer=customer, by=request.user):
        messages.success(request, "The advice organisation is recorded.")
        return redirect(customer)
    signpostings = customer.signpostings.select_related("organisation").order_by("-on", "-pk")
    return form_page(request, "customers/signpost.html", form, customer=customer, signpostings=signpostings)


def merge_customers(request: StaffRequest, reference: str) -> HttpResponse:
    customers = Customer.objects.visible_to(request.user)
    if request.method == "POST":
        # Whoever was slower is told by the action who was faster, and keeps what they typed.
        customers = Customer.objects.visible_with_merged(request.user)
    kept = get_object_or_404(customers, reference=reference)
    raise_if_refused(rules.may_merge_customers(request.user))
    reference = request.GET.get("other", "")[:20] or (str(kept.merge_asked) if kept.merge_asked else "")
    other = customers.exclude(pk=kept.pk).filter(reference=reference).first()
    if other is None:
        return choose_other_record(request, kept)
    second = rules.check_second_manager(request.user, kept, other)
    form = forms.MergeForm(posted_data(request), kept=kept, other=other, asks_second=bool(second))
    if second:
        if form.carry_out(actions.ask_merge, kept=kept, other=other, by=request.user):
            messages.success(request, f"Asked. {second[0].sentence}")
            return redirect(kept)
    elif form.says_no:
        if form.carry_out(actions.decline_merge, kept=kept, by=request.user):
            messages.success(request, "They stay two customers.")
            return redirect(kept)
    elif form.carry_out(actions.merge_customers, kept=kept, other=other, by=request.user):
        messages.success(
            request,
            f"{other.full_title} is merged into {kept.full_title}. You can undo this for 24 hours.",
        )
        return redirect(kept)
    counts = queries.count_records(kept, other, request.user)
    boxes = [box for desk in desks(MergePage) for box in desk.merge_boxes(kept, other)]
    return form_page(
        request,
        "customers/merge.html",
        form,
        kept=kept,
        other=other,
        counts=counts,
        boxes=boxes,
        second=second,
        asked=f"{kept.merge_asked_by} asks whether they are one customer: {kept.merge_asked_why}"
        if kept.merge_asked == other
        else "",
    )


def choose_other_record(request: StaffRequest, customer: Customer) -> HttpResponse:
    """Ask which record to merge with, and show likely duplicates. The answer may be a name, so it is posted. B16."""
    form = forms.ChooseOtherRecordForm(posted_data(request), customer=customer)
    if form.is_valid():
        return redirect(f"{request.path}?other={form.cleaned_data['other'].reference}")
    duplicates = queries.likely_duplicates(customer, request.user)
    return form_page(request, "customers/merge_choose.html", form, customer=customer, duplicates=duplicates)


def unmerge_customers(request: StaffRequest, reference: str, merge_reference: str) -> HttpResponse:
    customer = get_customer(request, reference)
    merge = get_object_or_404(
        Merge.objects.select_related("kept", "merged", "by", "undo_asked_by"),
        kept=customer,
        reference=merge_reference,
    )
    raise_if_refused(rules.may_ask_unmerge(request.user, merge))
    is_undone = merge.undone_at is not None
    if over := redirect_if_over(request, merge, can=not is_undone, sentence="This merge is undone already."):
        return over
    if rules.is_late(merge) and merge.undo_asked_by_id is None:
        asking = forms.AskUnmergeForm(posted_data(request), record=merge)
        if asking.carry_out(actions.ask_unmerge, merge=merge, by=request.user):
            messages.success(request, "Asked. Another manager undoes the merge, or leaves it.")
            return redirect(customer)
        return unmerge_page(request, asking, merge)
    raise_if_refused(rules.may_unmerge_customers(request.user, merge))
    form = forms.UnmergeForm(posted_data(request), record=merge)
    if form.carry_out(actions.unmerge_customers, merge=merge, by=request.user):
        messages.success(request, f"{merge.merged.full_title} is a customer of its own again.")
        return redirect(merge.merged)
    return unmerge_page(request, form, merge)


def unmerge_page(request: StaffRequest, form: CaseForm, merge: Merge) -> HttpResponse:
    boxes = [box for desk in desks(MergePage) for box in desk.unmerge_boxes(merge)]
    return form_page(request, "customers/unmerge.html", form, customer=merge.kept, merge=merge, boxes=boxes)

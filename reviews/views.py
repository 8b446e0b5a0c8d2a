from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from cha_engagement.customers.models import Customer
from cha_engagement.forms import form_page, posted
from cha_engagement.paging import pages
from cha_engagement.policy import ask
from cha_engagement.staff.requests import StaffRequest

from . import completeness, forms, hearing, policy, queries, workflow
from .enums import LETTER_AFTER
from .models import Appeal, Review


def seen_reviews(request: StaffRequest) -> QuerySet[Review]:
    return queries.for_page(Review.objects.visible_to(request.user))


def seen_appeals(request: StaffRequest) -> QuerySet[Appeal]:
    return queries.for_appeal_page(Appeal.objects.visible_to(request.user))


@require_safe
def reviews(request: StaffRequest) -> HttpResponse:
    coming = queries.for_list(Review.objects.visible_to(request.user).filter(status="scheduled"))
    return render(request, "reviews/reviews.html", {"page": pages(request, coming, ("due_on", "id"))})


@require_safe
def review(request: StaffRequest, reference: str) -> HttpResponse:
    review = get_object_or_404(seen_reviews(request), reference=reference)
    return render(request, "reviews/review.html", queries.review_page(review, request.user))


def hold(request: StaffRequest, reference: str) -> HttpResponse:
    review = get_object_or_404(seen_reviews(request), reference=reference)
    ask(policy.may_hold(request.user, review))
    form = forms.HoldForm(posted(request), record=review)
    if form.carry_out(workflow.hold, review=review, by=request.user):
        messages.success(request, f"{review} is held. Now write to the customer about it.")
        return redirect(review)
    happened = queries.happened_since(review, request.user)
    return form_page(
        request, "reviews/hold.html", form, back=review, review=review, title="Hold the review", **happened
    )


@require_POST
def review_letter(request: StaffRequest, reference: str) -> HttpResponse:
    review = get_object_or_404(seen_reviews(request), reference=reference, status="held")
    return redirect(workflow.write_letter(about=review, kind="review_outcome", by=request.user))


@require_safe
def appeals(request: StaffRequest) -> HttpResponse:
    listed = queries.for_appeal_list(Appeal.objects.visible_to(request.user))
    return render(request, "reviews/appeals.html", {"page": pages(request, listed, ("-received_on", "-id"))})


@require_safe
def appeal(request: StaffRequest, reference: str) -> HttpResponse:
    appeal = get_object_or_404(seen_appeals(request), reference=reference)
    return render(request, "reviews/appeal.html", queries.appeal_page(appeal, request.user))


def log(request: StaffRequest, reference: str) -> HttpResponse:
    customer = get_object_or_404(Customer.objects.visible_to(request.user), reference=reference)
    ask(policy.may_log(request.user))
    standing = {one: completeness.cannot_appeal(one) for one in queries.standing(customer)}
    open_to_appeal = [one for one, refusal in standing.items() if not refusal]
    form = forms.LogForm(
        posted(request), request.FILES or None, customer=customer, restrictions=open_to_appeal
    )
    if appeal := form.carry_out(workflow.log, customer=customer, by=request.user):
        messages.success(request, f"{appeal} is logged, and those who hear appeals have been told.")
        return redirect(appeal)
    closed = [refusal for refusal in standing.values() if refusal]
    return form_page(
        request,
        "reviews/log.html",
        form,
        back=customer,
        title="Log an appeal",
        caption=customer.name,
        closed=closed,
        open=open_to_appeal,
    )


def acknowledge(request: StaffRequest, reference: str) -> HttpResponse:
    appeal = get_object_or_404(seen_appeals(request), reference=reference)
    ask(policy.may_acknowledge(request.user, appeal))
    form = forms.AcknowledgeForm(posted(request), record=appeal)
    if form.carry_out(workflow.acknowledge, appeal=appeal, by=request.user):
        messages.success(request, f"{appeal} is acknowledged. Now write to the customer.")
        return redirect(appeal)
    return form_page(
        request,
        "form_page.html",
        form,
        back=appeal,
        title="Acknowledge the appeal",
        caption=appeal.customer.name,
    )


def decide(request: StaffRequest, reference: str) -> HttpResponse:
    appeal = get_object_or_404(seen_appeals(request), reference=reference)
    who = hearing.of(appeal)
    ask(who.refusal(request.user))
    form = forms.DecideForm(posted(request), record=appeal, user=request.user, hearing=who)
    if form.carry_out(workflow.decide, appeal=appeal, by=request.user):
        messages.success(
            request, f"{appeal} is decided, and what was decided is in force. Now write to the customer."
        )
        return redirect(appeal)
    context = {"appeal": appeal, "hearing": who, "rests_on": queries.rests_on(appeal, request.user)}
    return form_page(request, "reviews/decide.html", form, back=appeal, title="Decide the appeal", **context)


@require_POST
def appeal_letter(request: StaffRequest, reference: str) -> HttpResponse:
    appeal = get_object_or_404(seen_appeals(request), reference=reference, status__in=LETTER_AFTER)
    return redirect(workflow.write_letter(about=appeal, kind=LETTER_AFTER[appeal.status], by=request.user))

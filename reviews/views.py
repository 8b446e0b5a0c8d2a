from io import BytesIO

from django.contrib import messages
from django.db.models import QuerySet
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.views.decorators.http import require_POST, require_safe

from cha_engagement.core.forms import form_page, posted, step_is_over
from cha_engagement.core.refusals import ask
from cha_engagement.customers.models import Customer
from cha_engagement.letters.rendering import pdf
from cha_engagement.lists.views import list_page
from cha_engagement.organisation.models import Organisation
from cha_engagement.staff.requests import StaffRequest
from incidents.queries import warnings_of
from restrictions.rules.permissions import may_decide

from . import actions, forms, hearing, queries, since
from .enums import LETTER_AFTER, OPEN
from .models import Appeal, Review
from .rules import checks, permissions


def seen_reviews(request: StaffRequest) -> QuerySet[Review]:
    return queries.for_page(Review.objects.visible_to(request.user))


def seen_appeals(request: StaffRequest) -> QuerySet[Appeal]:
    return queries.for_appeal_page(Appeal.objects.visible_to(request.user))


def reviews(request: StaffRequest) -> HttpResponse:
    return list_page(request, "reviews", "reviews/reviews.html")


@require_safe
def review(request: StaffRequest, reference: str) -> HttpResponse:
    review = get_object_or_404(seen_reviews(request), reference=reference)
    happened = since.happened(review, request.user) if review.status == "scheduled" else {}
    return render(request, "reviews/review.html", queries.review_page(review, request.user) | happened)


@require_safe
def pack(request: StaffRequest, reference: str) -> HttpResponse:
    review = get_object_or_404(seen_reviews(request), reference=reference, status="scheduled")
    return render(request, "reviews/pack.html", since.happened(review, request.user))


@require_safe
def pack_pdf(request: StaffRequest, reference: str) -> FileResponse:
    review = get_object_or_404(seen_reviews(request), reference=reference, status="scheduled")
    shown = since.happened(review, request.user) | {"organisation": Organisation.current()}
    content = BytesIO(pdf.write(render_to_string("reviews/pack_pdf.html", shown | {"user": request.user})))
    return FileResponse(content, as_attachment=True, filename=f"{review}.pdf")


def hold(request: StaffRequest, reference: str) -> HttpResponse:
    review = get_object_or_404(seen_reviews(request), reference=reference)
    ask(permissions.may_hold(request.user, review))
    if over := step_is_over(request, review, can=review.can("hold")):
        return over
    form = forms.HoldForm(posted(request), record=review)
    if form.carry_out(actions.hold, review=review, by=request.user):
        messages.success(request, f"{review} is held. Now write to the customer about it.")
        return redirect(review)
    context = {"title": "Hold the review", "caption": review.customer.name, "back": review}
    context["warnings"] = warnings_of(review.customer, request.user)
    context["may_decide"] = not may_decide(request.user)
    happened = since.happened(review, request.user)
    return form_page(request, "reviews/hold.html", form, **context, **happened)


@require_POST
def review_letter(request: StaffRequest, reference: str) -> HttpResponse:
    review = get_object_or_404(seen_reviews(request), reference=reference, status="held")
    return redirect(actions.write_letter(about=review, kind="review_outcome", by=request.user))


def appeals(request: StaffRequest) -> HttpResponse:
    return list_page(request, "appeals", "reviews/appeals.html")


@require_safe
def appeal(request: StaffRequest, reference: str) -> HttpResponse:
    appeal = get_object_or_404(seen_appeals(request), reference=reference)
    return render(request, "reviews/appeal.html", queries.appeal_page(appeal, request.user))


def log(request: StaffRequest, reference: str) -> HttpResponse:
    customer = get_object_or_404(Customer.objects.visible_to(request.user), reference=reference)
    ask(permissions.may_log(request.user))
    open_to_appeal, closed = checks.open_and_closed(list(queries.known_to(request.user, customer)))
    form = forms.LogForm(
        posted(request),
        request.FILES or None,
        user=request.user,
        customer=customer,
        restrictions=open_to_appeal,
    )
    if appeal := form.carry_out(actions.log, customer=customer, by=request.user):
        told = "Tell the customer where it goes." if appeal.passed_to else "Those who hear it have been told."
        messages.success(request, f"{appeal} is logged. {told}")
        return redirect(appeal)
    context = {"title": "Log an appeal", "caption": customer.name, "back": customer}
    return form_page(request, "reviews/log.html", form, closed=closed, open=open_to_appeal, **context)


def acknowledge(request: StaffRequest, reference: str) -> HttpResponse:
    appeal = get_object_or_404(seen_appeals(request), reference=reference)
    ask(permissions.may_acknowledge(request.user, appeal))
    if over := step_is_over(request, appeal, can=appeal.can("acknowledge")):
        return over
    form = forms.AcknowledgeForm(posted(request), record=appeal)
    if form.carry_out(actions.acknowledge, appeal=appeal, by=request.user):
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


def substitute(request: StaffRequest, reference: str) -> HttpResponse:
    appeal = get_object_or_404(seen_appeals(request), reference=reference)
    ask(permissions.may_name(request.user, appeal))
    if over := step_is_over(request, appeal, can=appeal.status in OPEN):
        return over
    who = hearing.of(appeal, request.user)
    form = forms.SubstituteForm(posted(request), record=appeal, candidates=who.candidates)
    if form.carry_out(actions.name_substitute, appeal=appeal, by=request.user):
        messages.success(request, f"{appeal} is heard by somebody named for it. They have been told.")
        return redirect(appeal)
    context = {"title": "Name who hears it", "caption": appeal.customer.name, "back": appeal}
    return form_page(request, "reviews/substitute.html", form, hearing=who, reads_reasons=True, **context)


def suspend(request: StaffRequest, reference: str) -> HttpResponse:
    appeal = get_object_or_404(seen_appeals(request), reference=reference)
    ask(permissions.may_hear(request.user, appeal))
    if over := step_is_over(request, appeal, can=appeal.status in OPEN):
        return over
    form = forms.SuspendForm(posted(request), record=appeal)
    if form.carry_out(actions.suspend, appeal=appeal, by=request.user):
        messages.success(request, "Saved. The card says so already. Let the customer know.")
        return redirect(appeal)
    context = {"title": "What applies meanwhile", "caption": appeal.customer.name, "back": appeal}
    return form_page(request, "reviews/suspend.html", form, **context)


def withdraw(request: StaffRequest, reference: str) -> HttpResponse:
    appeal = get_object_or_404(seen_appeals(request), reference=reference)
    ask(permissions.may_withdraw(request.user, appeal))
    if over := step_is_over(request, appeal, can=appeal.can("withdraw")):
        return over
    form = forms.WithdrawForm(posted(request), record=appeal)
    if form.carry_out(actions.withdraw, appeal=appeal, by=request.user):
        messages.success(
            request, f"{appeal} is withdrawn. What was suspended for it applies again: write to the customer."
        )
        return redirect(appeal)
    context = {"title": "Record that it is withdrawn", "caption": appeal.customer.name, "back": appeal}
    return form_page(request, "form_page.html", form, **context)


def decide(request: StaffRequest, reference: str) -> HttpResponse:
    appeal = get_object_or_404(seen_appeals(request), reference=reference)
    who = hearing.of(appeal, request.user)
    ask(who.refusal(request.user))
    if over := step_is_over(request, appeal, can=appeal.status in OPEN):
        return over
    form = forms.DecideForm(posted(request), record=appeal, user=request.user, hearing=who)
    if form.carry_out(actions.decide, appeal=appeal, by=request.user):
        messages.success(
            request, f"{appeal} is decided, and what was decided is in force. Now write to the customer."
        )
        return redirect(appeal)
    context = {"title": "Decide the appeal", "caption": appeal.customer.name, "back": appeal}
    shown = {
        "appeal": appeal,
        "additions": appeal.additions.all(),
        "reads_reasons": True,
        "hearing": who,
        "rests_on": queries.rests_on(appeal, request.user),
    }
    return form_page(request, "reviews/decide.html", form, **context, **shown)


@require_POST
def appeal_letter(request: StaffRequest, reference: str) -> HttpResponse:
    appeal = get_object_or_404(seen_appeals(request), reference=reference, status__in=LETTER_AFTER)
    return redirect(actions.write_letter(about=appeal, kind=queries.letter_due(appeal), by=request.user))

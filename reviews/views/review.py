from functools import partial
from io import BytesIO
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from cha_engagement.core.checked_forms import CheckForm, lead_back
from cha_engagement.core.forms import posted_data, redirect_if_over
from cha_engagement.core.permissions import Permission
from cha_engagement.core.refusals import raise_if_refused
from cha_engagement.customers.interfaces import related_boxes
from cha_engagement.letters.enums import LetterStatus
from cha_engagement.letters.rendering import pdf
from cha_engagement.lists.views import list_page
from cha_engagement.organisation.models import Organisation
from cha_engagement.staff.models import StaffMember
from cha_engagement.staff.requests import StaffRequest
from incidents.queries import given_warnings
from restrictions.contact_plan import contact_plan
from restrictions.rules import may_decide
from restrictions.views.shared import check_page, step_page

from .. import actions, forms, queries, rules
from ..enums import LetterCode, ReviewEvent, ReviewStatus
from ..models import Review
from ..queries.developments import developments_for_page
from .no_letter import explain_no_letter
from .steps import steps_of_review


def visible_reviews(request: StaffRequest) -> QuerySet[Review]:
    return queries.reviews_for_page(Review.objects.visible_to(request.user))


def reviews_page(request: StaffRequest) -> HttpResponse:
    return list_page(request, "reviews", "reviews/reviews.html")


@require_safe
def review_page(request: StaffRequest, reference: str) -> HttpResponse:
    review = get_object_or_404(visible_reviews(request), reference=reference)
    context = review_context(review, request.user)
    context["grounds"] = queries.read_grounds(review.restriction, request.user)
    if review.status == ReviewStatus.SCHEDULED:
        context |= developments_for_page(review, request.user)
    return render(request, "reviews/review.html", context)


def review_context(review: Review, user: StaffMember) -> dict[str, Any]:
    """Return all that a review's page shows this reader, but for what has happened since the last decision."""
    refusal = rules.may_hold_review(user, review)
    is_scheduled = review.status == ReviewStatus.SCHEDULED
    # What is not held yet has no letter.
    letters = [] if is_scheduled else list(review.letters.all())
    plan = contact_plan(review.customer)
    has_letter = any(letter.status != LetterStatus.VOID for letter in letters)
    may = {
        "hold": review.can(ReviewEvent.HOLD) and not refusal,
        "write": review.status == ReviewStatus.HELD and not refusal and not has_letter,
        "history": user.has_perm(Permission.READ_HISTORY),
    }
    return {
        "review": review,
        "steps": steps_of_review(review, letters, may),
        "plan": plan,
        "still_closed": queries.channels_still_closed(review, plan.sources),
        "letters": [] if is_scheduled else list(review.letters.visible_to(user)),
        "related": related_boxes(review, user),
        "refusal": refusal,
        "no_letter": explain_no_letter(review, letters),
        "may": may,
    }


@require_safe
def pack_page(request: StaffRequest, reference: str) -> HttpResponse:
    reviews = visible_reviews(request)
    review = get_object_or_404(reviews, reference=reference, status=ReviewStatus.SCHEDULED)
    return render(request, "reviews/pack.html", developments_for_page(review, request.user))


@require_safe
def pack_pdf(request: StaffRequest, reference: str) -> FileResponse:
    reviews = visible_reviews(request)
    review = get_object_or_404(reviews, reference=reference, status=ReviewStatus.SCHEDULED)
    context = developments_for_page(review, request.user)
    context |= {"organisation": Organisation.current(), "user": request.user}
    content = BytesIO(pdf.write_pdf(render_to_string("reviews/pack_pdf.html", context)))
    return FileResponse(content, as_attachment=True, filename=f"{review}.pdf")


def hold_review(request: StaffRequest, reference: str) -> HttpResponse:
    review = get_object_or_404(visible_reviews(request), reference=reference)
    raise_if_refused(rules.may_hold_review(request.user, review))
    if over := redirect_if_over(request, review, can=review.can(ReviewEvent.HOLD)):
        return over
    form = forms.HoldForm(posted_data(request), record=review)
    if form.try_out(actions.hold_review, review=review, by=request.user):
        request.typed_drafts.keep_for_next_step(reverse("review_hold", args=[reference]))
        return redirect("review_check", reference)
    context = {"title": "Hold the review", "caption": review.customer.name, "back": review}
    context["grounds"] = queries.read_grounds(review.restriction, request.user)
    context["warnings"] = given_warnings(review.customer, request.user)
    context["may_decide"] = not may_decide(request.user)
    developments = developments_for_page(review, request.user)
    return step_page(request, "reviews/hold.html", form, customer=review.customer, **context, **developments)


def check_review(request: StaffRequest, reference: str) -> HttpResponse:
    """Show all that was answered, and what saving it does, before the review is held."""
    review = get_object_or_404(visible_reviews(request), reference=reference)
    raise_if_refused(rules.may_hold_review(request.user, review))
    first_page = reverse("review_hold", args=[reference])
    held = forms.HoldForm(request.typed_drafts.read_step(first_page), record=review)
    if not held.is_valid():
        return lead_back(request, first_page) if review.can(ReviewEvent.HOLD) else redirect(review)
    form = CheckForm(
        posted_data(request), typed=[held], submit="Save the review, which is final", back_url=first_page
    )
    hold = partial(actions.hold_review, **held.cleaned_data)
    if form.carry_out(hold, review=review, by=request.user):
        request.typed_drafts.discard_steps(first_page)
        messages.success(request, f"{review.full_title} is held. Now write to the customer about it.")
        return redirect(review)
    context = {"title": "Check the review", "caption": review.customer.name, "back": review}
    return check_page(request, form, held, review.customer, **context)


@require_POST
def write_review_letter(request: StaffRequest, reference: str) -> HttpResponse:
    review = get_object_or_404(visible_reviews(request), reference=reference, status=ReviewStatus.HELD)
    letter = actions.write_letter(about=review, kind=LetterCode.REVIEW_OUTCOME, by=request.user)
    return redirect(letter)

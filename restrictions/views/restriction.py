"""The list and the page of restrictions, and the steps that can be taken on one in force."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from cha_engagement.core.forms import ChangeForm, form_page, posted_data, redirect_if_over
from cha_engagement.core.interfaces import desks
from cha_engagement.core.permissions import Permission
from cha_engagement.core.refusals import raise_if_refused
from cha_engagement.core.statements import kept_rows
from cha_engagement.core.templatetags.ui import uk_date
from cha_engagement.customers.interfaces import related_boxes
from cha_engagement.letters.models import Letter
from cha_engagement.lists.views import list_page
from cha_engagement.organisation.calendar import today
from cha_engagement.staff.models import StaffMember
from cha_engagement.staff.requests import StaffRequest
from restrictions import actions, outcomes, queries, rules
from restrictions.contact_plan import PlannedStep, changes_at_end, contact_plan, term_rows
from restrictions.described_step import describe_step
from restrictions.enums import RestrictionEvent
from restrictions.forms.restriction import (
    CUSTOMER_TEXT_HINT,
    ENDS_FOR_GOOD,
    ReasonForm,
    ReplacePeopleForm,
    TalkForm,
)
from restrictions.interfaces import RestrictionPage, second_look_boxes
from restrictions.models import ReadReceipt, Restriction

from .shared import get_customer, visible_restrictions

MOST_CONFIRMED = 50  # restrictions at once: a card shows no more


def restriction_list(request: StaffRequest) -> HttpResponse:
    return list_page(request, "restrictions", "restrictions/restrictions.html")


@require_safe
def outcomes_page(request: StaffRequest) -> HttpResponse:
    raise_if_refused(rules.may_see_outcomes(request.user))
    counts = list(outcomes.count_outcomes(today(), request.user))
    return render(request, "restrictions/outcomes.html", {"outcomes": counts, "days": outcomes.DAYS})


@require_safe
def restriction_page(request: StaffRequest, reference: str) -> HttpResponse:
    restriction = queries.restriction_for_page(reference, request.user)
    return render(request, "restrictions/restriction.html", restriction_context(restriction, request.user))


def restriction_context(restriction: Any, user: StaffMember) -> dict[str, Any]:
    """Return all that a restriction's page shows this reader, and what they may do."""
    is_waiting, is_standing = restriction.can(RestrictionEvent.IMPOSE), restriction.can(RestrictionEvent.LIFT)
    refusal = (rules.may_impose if is_waiting else rules.may_lift)(user, restriction)
    plan = contact_plan(restriction.customer)
    return {
        "restriction": restriction,
        "plan": plan,
        "term_rows": term_rows(restriction, plan),
        "at_end": changes_at_end(restriction) if is_standing else None,
        "in_full": restriction.is_readable_in_full,
        "links": queries.readable_links(restriction),
        "ending": queries.ending_event(restriction),
        "letters": queries.letters_about(restriction, user),
        "related": related_boxes(restriction, user),
        "side_boxes": [
            *second_look_boxes(restriction, user),
            *(
                box
                for desk in desks(RestrictionPage)
                if (box := desk.restriction_side_box(restriction, user)) and box.rows
            ),
        ],
        "read_receipts": read_receipts(restriction, user),
        "refusal": refusal if is_waiting or is_standing else None,
        "may": {
            **proposal_steps(restriction, user),
            **(steps_in_force(restriction, user) if is_standing else {}),
            "tell_end": not is_standing
            and not rules.may_lift(user, restriction)
            and is_end_to_tell(restriction),
            "history": user.has_perm(Permission.READ_HISTORY),
        },
    }


def proposal_steps(restriction: Restriction, user: StaffMember) -> dict[str, bool]:
    """Return which steps this user may take on a proposal, by their name in the template."""
    if not restriction.can(RestrictionEvent.IMPOSE):
        return {}
    return {
        "impose": not rules.may_impose(user, restriction),
        "decide_first": not restriction.customer.decisions.exists(),
        "withdraw": not rules.may_withdraw(user, restriction),
    }


def steps_in_force(restriction: Restriction, user: StaffMember) -> dict[str, bool]:
    """Return which steps this user may take on a restriction that stands, by their name in the template."""
    may_lift = not rules.may_lift(user, restriction)
    decision = restriction.decision
    return {
        "lift": may_lift,
        "notify": may_lift and not restriction.is_notification_settled and not restriction.unnotified_request,
        "settle_unnotified": may_lift and bool(restriction.unnotified_request),
        "leave_unnotified": bool(restriction.unnotified_request)
        and not rules.may_leave_unnotified(user, restriction),
        "write": may_lift
        and restriction.customer_notified_on is None  # the query would say so too
        and decision is not None
        and not rules.check_to_be_explained(decision)
        and restriction in queries.unnotified_restrictions(decision),
        "replace_people": not rules.may_replace_people(user, restriction),
        "end_agreement": not rules.may_end_agreement(user, restriction),
        "talk": not rules.may_record_talk(user, restriction),
        "look_again": not rules.may_look_again(user, restriction),
        "request_read_receipts": not restriction.read_receipts_requested
        and not rules.may_request_read_receipts(user, restriction),
    }


def is_end_to_tell(restriction: Restriction) -> bool:
    return bool(kept_rows(ends_to_tell, restriction.pk))


def ends_to_tell(restriction: int) -> QuerySet[Any]:
    unnotified = queries.unnotified_ends(Letter.objects.exclude_withdrawn()).filter(pk=restriction)
    return unnotified.order_by().values_list("pk")


def read_receipts(restriction: Restriction, user: StaffMember) -> list[ReadReceipt] | None:
    """Return who has confirmed that they read it, the latest first; None where nobody was asked to, or it is not for this user."""
    if not restriction.read_receipts_requested or rules.may_request_read_receipts(user, restriction):
        return None
    return list(restriction.read_receipts.select_related("by").order_by("-read_at", "-pk"))


@require_POST
def draft_end_letter(request: StaffRequest, reference: str) -> HttpResponse:
    restriction = get_object_or_404(visible_restrictions(request), reference=reference)
    return redirect(actions.draft_end_letter(restriction=restriction, by=request.user))


def lift_restriction(request: StaffRequest, reference: str) -> HttpResponse:
    restriction = get_object_or_404(queries.select_page(visible_restrictions(request)), reference=reference)
    raise_if_refused(rules.may_lift(request.user, restriction))
    return record_reason(
        request,
        restriction,
        actions.lift_restriction,
        can=restriction.can(RestrictionEvent.LIFT),
        title="Lift this restriction",
        success_message="The restriction is lifted. It has left the card.",
        name="status_reason",
        label="Why it ends",
        missing="Say why it ends.",
        help_text=CUSTOMER_TEXT_HINT,
        submit="Lift the restriction",
        does=ENDS_FOR_GOOD,
        ends=True,
    )


def end_agreement(request: StaffRequest, reference: str) -> HttpResponse:
    restriction = get_object_or_404(queries.select_page(visible_restrictions(request)), reference=reference)
    raise_if_refused(rules.may_end_agreement(request.user, restriction))
    return record_reason(
        request,
        restriction,
        actions.end_agreement,
        can=restriction.can(RestrictionEvent.EXPIRE),
        title="Record that the agreement has ended",
        success_message="It is recorded, and the restriction has ended with it. Now tell the customer, in a letter.",
        name="status_reason",
        label="What has ended, and how we know",
        missing="Say what has ended, and how we know.",
        help_text=f"The customer’s mandate, or the agreement of whoever speaks for them. {CUSTOMER_TEXT_HINT}",
        submit="Record that it has ended",
        does=ENDS_FOR_GOOD,
        ends=True,
    )


def ask_not_to_notify(request: StaffRequest, reference: str) -> HttpResponse:
    restriction = get_object_or_404(queries.select_page(visible_restrictions(request)), reference=reference)
    raise_if_refused(rules.may_ask_not_to_notify(request.user, restriction))
    return record_reason(
        request,
        restriction,
        actions.ask_not_to_notify,
        can=restriction.can(RestrictionEvent.LIFT)
        and not restriction.is_notification_settled
        and not restriction.unnotified_request,
        title="Ask that they are not told",
        success_message="It is with the other managers. The customer is to be told until one of them confirms that they are not.",
        name="unnotified_request",
        label="Why the customer should not be told",
        missing="Say why the customer should not be told.",
        help_text=(
            "Telling them is the rule. A second manager, who did not decide this, confirms it before it counts. They are still told as soon "
            "as a letter is sent."
        ),
        submit="Ask a second manager",
        does="The other managers are asked at once.",
    )


def record_talk(request: StaffRequest, reference: str) -> HttpResponse:
    restriction = get_object_or_404(queries.select_page(visible_restrictions(request)), reference=reference)
    raise_if_refused(rules.may_record_talk(request.user, restriction))
    if over := redirect_if_over(request, restriction, can=restriction.can(RestrictionEvent.LIFT)):
        return over
    others = queries.explained_together(restriction, visible_restrictions(request))
    form = TalkForm(posted_data(request), record=restriction, others=others)
    if recorded := form.carry_out(actions.record_talk, restriction=restriction, by=request.user):
        messages.success(request, f"The talk is recorded.{what_letter_does(recorded)}")
        return redirect(restriction)
    caption = f"{restriction.customer.name}: {restriction.title_in_sentence}"
    context = {"title": "Record a talk that explained it", "caption": caption, "back": restriction}
    return form_page(request, "form_page.html", form, **context)


def what_letter_does(restriction: Restriction) -> str:
    """Return what is still to come of the letter after a talk; an empty text where the customer was told by it."""
    if restriction.is_customer_told:
        return ""
    if restriction.customer_notified_on:
        return f" The letter is on its way: it counts as received on {uk_date(restriction.customer_notified_on)}."
    return " The letter still goes out: it says how to appeal."


def keep_without_review(request: StaffRequest, reference: str) -> HttpResponse:
    restriction = get_object_or_404(queries.select_page(visible_restrictions(request)), reference=reference)
    raise_if_refused(rules.may_look_again(request.user, restriction))
    return record_reason(
        request,
        restriction,
        actions.keep_without_review,
        can=restriction.can(RestrictionEvent.LIFT),
        title="Look again at a restriction without reviews",
        success_message="It is recorded that it stays. You will be asked again in a year.",
        name="stays_reason",
        label="Why it stays, and why it still has no review",
        missing="Say why it stays, and why it still has no review.",
        help_text="Where it is not needed any more, lift it instead.",
        submit="Record that it stays",
        does="It is looked at again in a year.",
    )


def take_step(
    request: StaffRequest, restriction: Restriction, action: Callable[..., Restriction], success_message: str
) -> HttpResponse:
    """Take a step that asks nothing: one button on the page of a restriction."""
    form = ChangeForm(request.POST, record=restriction)
    if form.carry_out(action, restriction=restriction, by=request.user):
        messages.success(request, success_message)
    return redirect(restriction)


def record_reason(
    request: StaffRequest,
    restriction: Restriction,
    action: Callable[..., Restriction],
    *,
    can: bool,
    title: str,
    success_message: str,
    ends: bool = False,
    **question: str,
) -> HttpResponse:
    """Take a step that asks for its reason and nothing else, and where it `ends` the restriction shows what that changes.

    `can` is whether a restriction is as the step needs it.
    """
    if over := redirect_if_over(request, restriction, can=can):
        return over
    form = ReasonForm(posted_data(request), record=restriction, **question)
    if form.carry_out(action, restriction=restriction, by=request.user):
        messages.success(request, success_message)
        return redirect(restriction)
    context: dict[str, Any] = {"back": restriction, "title": title, "caption": restriction.title}
    if ends:
        context |= describe_step(PlannedStep(without=(restriction,)), restriction.customer, by=request.user)
    return form_page(request, "restrictions/reason_form.html", form, **context)


def replace_people(request: StaffRequest, reference: str) -> HttpResponse:
    restriction = get_object_or_404(queries.select_page(visible_restrictions(request)), reference=reference)
    raise_if_refused(rules.may_replace_people(request.user, restriction))
    if over := redirect_if_over(request, restriction, can=restriction.can(RestrictionEvent.VARY)):
        return over
    form = ReplacePeopleForm(posted_data(request), record=restriction)
    if form.carry_out(actions.replace_people, restriction=restriction, by=request.user):
        messages.success(request, "Somebody else is named. Now tell the customer, in a letter.")
        return redirect(restriction)
    context = {"title": "Name another contact", "caption": restriction.title, "back": restriction}
    return form_page(request, "form_page.html", form, **context)


@require_POST
def request_read_receipts(request: StaffRequest, reference: str) -> HttpResponse:
    restriction = get_object_or_404(visible_restrictions(request), reference=reference)
    raise_if_refused(rules.may_request_read_receipts(request.user, restriction))
    return take_step(
        request,
        restriction,
        actions.request_read_receipts,
        "The card now asks each colleague to confirm that they have read it.",
    )


@require_POST
def confirm_reading(request: StaffRequest, reference: str) -> HttpResponse:
    customer = get_customer(request, reference)
    shown = request.POST.getlist("restriction")[:MOST_CONFIRMED]
    actions.confirm_reading(customer=customer, by=request.user, shown=shown)
    messages.success(request, "It is recorded that you have read this.")
    return redirect(customer)

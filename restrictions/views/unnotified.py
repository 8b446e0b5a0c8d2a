"""The pages on which a second person says whether a customer is told. Beyond the policy: B36."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect

from cha_engagement.core.forms import form_page, posted_data
from cha_engagement.core.refusals import raise_if_refused
from cha_engagement.staff.requests import StaffRequest
from restrictions import actions, queries, rules
from restrictions.contact_plan import contact_plan, term_rows
from restrictions.forms.unnotified import AnswerForm
from restrictions.models import ManagementDecision, Restriction


def answer_unnotified(request: StaffRequest, reference: str) -> HttpResponse:
    selected = queries.select_page(queries.records_to_answer(Restriction, request.user))
    restriction = get_object_or_404(queries.annotate_readability(selected, request.user), reference=reference)
    return answer_page(
        request,
        restriction,
        template="restrictions/unnotified.html",
        term_rows=term_rows(restriction, contact_plan(restriction.customer)),
        links=queries.readable_links(restriction),
    )


def answer_unexplained(request: StaffRequest, reference: str) -> HttpResponse:
    decisions = queries.records_to_answer(ManagementDecision, request.user)
    decision = get_object_or_404(queries.select_decision_page(decisions), reference=reference)
    restrictions = queries.select_list(decision.restrictions.ever_imposed())
    return answer_page(
        request,
        decision,
        template="restrictions/unexplained.html",
        restrictions=restrictions.order_by("pk"),
        is_read_alone=not ManagementDecision.objects.visible_to(request.user).filter(pk=decision.pk).exists(),
    )


def answer_page(request: StaffRequest, record: Any, *, template: str, **context: Any) -> HttpResponse:
    """Show what is asked, with what it is about, to whoever answers whether a customer is told, and take their answer in words."""
    raise_if_refused(rules.may_refuse_not_to_notify(request.user, record))
    if not record.is_answer_awaited:
        messages.info(request, "Nobody asks any more that the customer is not told.")
        return redirect(record)
    refusal = rules.may_leave_unnotified(request.user, record)
    form = AnswerForm(posted_data(request), record=record, may_confirm=not refusal)
    answer = actions.leave_customer_unnotified if form.is_confirmed else actions.refuse_not_to_notify
    if form.carry_out(answer, record=record, by=request.user):
        messages.success(request, success_message(record, is_confirmed=form.is_confirmed))
        # An executive who was asked this alone does not see it any more.
        is_seen = type(record).objects.visible_to(request.user).filter(pk=record.pk).exists()
        return redirect(record if is_seen else "home")
    return form_page(request, template, form, record=record, refusal=refusal, **context)


def success_message(record: Restriction | ManagementDecision, *, is_confirmed: bool) -> str:
    if isinstance(record, Restriction):
        return (
            "It is confirmed that the customer is not told."
            if is_confirmed
            else "The customer is to be told. Write the letter."
        )
    return (
        "It is confirmed that the decision is not explained."
        if is_confirmed
        else "The decision is to be explained. Write the letter."
    )

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from cha_engagement.core.forms import ChangeForm, form_page, posted_data, redirect_if_missing
from cha_engagement.core.permissions import Permission
from cha_engagement.core.refusals import raise_if_refused
from cha_engagement.core.statements import kept_records
from cha_engagement.customers.interfaces import related_boxes
from cha_engagement.letters.enums import LetterStatus
from cha_engagement.letters.models import Letter
from cha_engagement.lists.views import list_page
from cha_engagement.staff.models import StaffMember
from cha_engagement.staff.requests import StaffRequest
from incidents.interfaces import incident_notes
from restrictions import actions, queries, rules
from restrictions.contact_plan import contact_plan
from restrictions.enums import LetterCode
from restrictions.forms.restriction import ReasonForm
from restrictions.interfaces import second_look_boxes
from restrictions.kinds import KINDS
from restrictions.models import ManagementDecision, Restriction


def decision_list(request: StaffRequest) -> HttpResponse:
    return list_page(request, "decisions", "restrictions/decisions.html")


@require_safe
def decision_page(request: StaffRequest, reference: str) -> HttpResponse:
    decision = queries.decision_for_page(reference, request.user)
    return render(request, "restrictions/decision.html", decision_context(decision, request.user))


def decision_context(decision: ManagementDecision, user: StaffMember) -> dict[str, Any]:
    letters = kept_records(Letter, queries.letters_of_decision, decision.pk, user)
    has_draft = any(
        letter.kind == LetterCode.RESTRICTION_DECIDED and letter.status == LetterStatus.DRAFT
        for letter in letters
    )
    has_letter = any(letter.status != LetterStatus.VOID for letter in letters)
    write_refusal = rules.may_write_decision_letter(user, decision)
    incidents = decision.incidents.all()
    notes = incident_notes(incidents)
    return {
        "decision": decision,
        "incidents": [(incident, notes[incident.pk]) for incident in incidents],
        "plan": contact_plan(decision.customer),
        "restrictions": kept_records(Restriction, queries.restrictions_under, decision.pk, user),
        "proposals": [
            proposal
            for proposal in kept_records(Restriction, queries.proposals_about, decision.customer_id, user)
            if not rules.may_restrict(user, proposal.kind)
        ],
        "letters": letters,
        "related": [*second_look_boxes(decision, user), *related_boxes(decision, user)],
        # From the least to the most restrictive, each with why this user cannot impose it. Policy §14, 54.
        "kinds": [{"kind": kind, "refusal": rules.may_use_kind(user, code)} for code, kind in KINDS.items()],
        "write_refusal": write_refusal if queries.unnotified_restrictions(decision) else None,
        "still_warns": queries.is_warned_of_still(decision),
        "appeal_refusals": rules.check_appeals(decision.customer, incidents, decision),
        "may": {
            "restrict": user.has_perm(Permission.IMPOSE_RESTRICTIONS),
            "write": not has_draft and not write_refusal,
            "explain": not has_letter and not rules.may_write_explanation(user, decision),
            "explain_after_all": not rules.may_decide(user)
            and not rules.check_explaining_after_all(decision),
            "settle_unexplained": decision.is_answer_awaited
            and not rules.may_refuse_not_to_notify(user, decision),
            "leave_unexplained": not rules.may_decide(user) and not rules.check_leaving_unexplained(decision),
            "history": user.has_perm(Permission.READ_HISTORY),
        },
    }


@require_POST
def draft_decision_letter(request: StaffRequest, reference: str) -> HttpResponse:
    decision = get_object_or_404(ManagementDecision.objects.visible_to(request.user), reference=reference)
    return redirect(actions.draft_decision_letter(decision=decision, by=request.user))


@require_POST
def draft_explanation(request: StaffRequest, reference: str) -> HttpResponse:
    decision = get_object_or_404(ManagementDecision.objects.visible_to(request.user), reference=reference)
    return redirect(actions.draft_explanation(decision=decision, by=request.user))


def leave_decision_unexplained(request: StaffRequest, reference: str) -> HttpResponse:
    decision = get_object_or_404(ManagementDecision.objects.visible_to(request.user), reference=reference)
    raise_if_refused(rules.may_decide(request.user))
    if over := redirect_if_missing(request, decision, rules.check_leaving_unexplained(decision)):
        return over
    question = {
        "name": "not_explained_reason",
        "label": "Why the decision is not explained",
        "missing": "Say why the decision is not explained.",
        "submit": "Save the reason",
        "does": "Another manager confirms or reverses it within five working days.",
    }
    form = ReasonForm(posted_data(request), record=decision, **question)
    if form.carry_out(actions.leave_decision_unexplained, decision=decision, by=request.user):
        messages.success(
            request,
            "It is recorded why the decision is not explained. Another manager confirms or reverses it.",
        )
        return redirect(decision)
    title = "Record why the decision is not explained"
    return form_page(
        request, "form_page.html", form, back=decision, title=title, caption=decision.customer.name
    )


@require_POST
def explain_decision_after_all(request: StaffRequest, reference: str) -> HttpResponse:
    decision = get_object_or_404(ManagementDecision.objects.visible_to(request.user), reference=reference)
    raise_if_refused(rules.may_decide(request.user))
    form = ChangeForm(request.POST, record=decision)
    if form.carry_out(actions.explain_decision_after_all, decision=decision, by=request.user):
        messages.success(request, "The decision is to be explained. Now write the letter.")
    return redirect(decision)

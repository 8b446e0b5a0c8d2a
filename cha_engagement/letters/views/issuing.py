from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from cha_engagement.core.forms import CaseForm, form_page, posted_data, redirect_if_over
from cha_engagement.core.refusals import raise_if_refused
from cha_engagement.letters import actions, rules
from cha_engagement.letters.enums import LetterEvent, LetterStatus
from cha_engagement.letters.forms import (
    CameBackForm,
    EncloseForm,
    IssueForm,
    IssueUnreadForm,
    ReplaceForm,
    SentForm,
    VoidForm,
)
from cha_engagement.letters.models import Letter
from cha_engagement.letters.rendering.sound import can_speak
from cha_engagement.staff.requests import StaffRequest

from .letter import find_letter, show_preview


def enclose_file(request: StaffRequest, reference: str) -> HttpResponse:
    letter = find_letter(request, reference)
    raise_if_refused(rules.may_enclose(request.user, letter))
    if over := redirect_from_stage(request, letter, can=letter.status != LetterStatus.VOID):
        return over
    form = EncloseForm(posted_data(request), request.FILES or None, letter=letter)
    if form.carry_out(actions.enclose_file, letter=letter, by=request.user):
        messages.success(request, "The file is enclosed.")
        return redirect(letter)
    title = "Attach a translation" if letter.issued_at else "Enclose a file"
    return action_page(request, "form_page.html", form, letter, title)


@require_POST
def issue_letter(request: StaffRequest, reference: str) -> HttpResponse:
    letter = find_letter(request, reference)
    raise_if_refused(rules.may_write(request.user, letter))
    form_class = IssueUnreadForm if "unread_reason" in request.POST else IssueForm
    form = form_class(request.POST, record=letter)
    if form.carry_out(actions.issue_letter, letter=letter, by=request.user):
        messages.success(request, "The letter is issued. Send it, then mark it as sent.")
        return redirect(letter)
    return show_preview(request, letter, form)


def mark_letter_sent(request: StaffRequest, reference: str) -> HttpResponse:
    letter = find_letter(request, reference)
    raise_if_refused(rules.may_send(request.user, letter))
    if over := redirect_from_stage(request, letter, can=letter.can(LetterEvent.SEND)):
        return over
    doubts = list(rules.delivery_doubts(letter))
    form = SentForm(posted_data(request), record=letter, doubts=doubts)
    if form.carry_out(actions.send_letter, letter=letter, by=request.user):
        messages.success(request, "The letter is marked as sent.")
        return redirect(letter)
    context = {
        "untrue": letter.letter_kind.check_still_true(letter),
        "doubts": doubts,
        "can_speak": can_speak(),
    }
    return action_page(request, "letters/sent.html", form, letter, "Mark the letter as sent", **context)


def record_come_back(request: StaffRequest, reference: str) -> HttpResponse:
    letter = find_letter(request, reference)
    raise_if_refused(rules.may_write(request.user, letter))
    if over := redirect_from_stage(request, letter, can=letter.can_come_back):
        return over
    form = CameBackForm(posted_data(request), record=letter)
    if form.carry_out(actions.record_come_back, letter=letter, by=request.user):
        messages.success(
            request,
            "It is recorded. Send the letter another way, or write a new one: they have not been told by it.",
        )
        return redirect(letter)
    return action_page(request, "form_page.html", form, letter, "The letter came back")


def void_letter(request: StaffRequest, reference: str) -> HttpResponse:
    letter = find_letter(request, reference)
    raise_if_refused(rules.may_void(request.user, letter))
    if over := redirect_from_stage(request, letter, can=letter.can(LetterEvent.VOID)):
        return over
    form = VoidForm(posted_data(request), record=letter)
    if form.carry_out(actions.void_letter, letter=letter, by=request.user):
        messages.success(request, "The letter is withdrawn.")
        return redirect(letter)
    return action_page(request, "form_page.html", form, letter, "Withdraw the letter")


def replace_letter(request: StaffRequest, reference: str) -> HttpResponse:
    letter = find_letter(request, reference)
    raise_if_refused(rules.may_write(request.user, letter))
    if over := redirect_from_stage(request, letter, can=bool(letter.issued_at)):
        return over
    form = ReplaceForm(posted_data(request), record=letter)
    if draft := form.carry_out(actions.replace_letter, letter=letter, by=request.user):
        messages.success(request, f"A new draft is begun. It starts with the words of {letter.full_title}.")
        return redirect(draft)
    return action_page(request, "letters/replace.html", form, letter, "Put a mistake right with a new letter")


def redirect_from_stage(request: StaffRequest, letter: Letter, *, can: bool) -> HttpResponse | None:
    """Redirect to the letter, saying how far it has come, where somebody opens the page of a step that it `can` not take now."""
    sentence = f"{letter.full_title} is at the stage “{letter.stage[1]}”: that cannot be done now."
    return redirect_if_over(request, letter, can=can, sentence=sentence)


def action_page(
    request: StaffRequest, template: str, form: CaseForm, letter: Letter, title: str, **context: Any
) -> HttpResponse:
    """Show the form of an action, with which letter it is about."""
    caption = f"{letter.title}, to {letter.customer.name} ({letter})"
    return form_page(
        request, template, form, title=title, caption=caption, back=letter, letter=letter, **context
    )

from io import BytesIO
from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cha_engagement.core import hub
from cha_engagement.core.forms import CaseForm, ChangeForm, form_page, posted
from cha_engagement.core.refusals import ask
from cha_engagement.customers.models import Customer
from cha_engagement.evidence.storage import Altered, open_checked
from cha_engagement.evidence.views import altered_page
from cha_engagement.staff.requests import StaffRequest, mark_as_script_view

from . import actions, rules
from .forms import (
    EncloseForm,
    IssueForm,
    IssueUnreadForm,
    LetterForm,
    NewForm,
    ReadForm,
    ReplaceForm,
    SentForm,
    VoidForm,
)
from .letters import GENERAL
from .models import Enclosure, Letter
from .queries import parsed_letter, second_reader
from .rendering import pdf, placeholders, plain_text
from .rendering.sound import NotSpoken, can_speak, read_aloud
from .wording import reading_ease


def letter_new(request: StaffRequest, reference: str) -> HttpResponse:
    customer = get_object_or_404(Customer.objects.visible_to(request.user), reference=reference)
    ask(rules.may_draft(request.user, hub.letter_kinds[GENERAL], customer))
    form = NewForm(posted(request), customer=customer)
    if letter := form.carry_out(
        actions.draft_letter, customer=customer, kind=GENERAL, about=customer, by=request.user
    ):
        messages.success(request, "The letter is begun.")
        return redirect(letter)
    return form_page(
        request, "form_page.html", form, back=customer, title="Write a letter", caption=customer.name
    )


@require_http_methods(["GET", "HEAD", "POST"])
def letter(request: StaffRequest, reference: str) -> HttpResponse:
    letter = find(request, reference)
    writing = letter.status == "draft" and not rules.may_write(request.user, letter)
    return write(request, letter) if writing or request.method == "POST" else read(request, letter)


def write(request: StaffRequest, letter: Letter) -> HttpResponse:
    ask(rules.may_write(request.user, letter))
    form = LetterForm(posted(request), record=letter)
    if form.carry_out(actions.edit_draft, letter=letter, by=request.user):
        messages.success(request, "The draft is saved.")
        return redirect(
            next((page for page in AFTER_SAVING if page in request.POST), "letter"), letter.reference
        )
    reading = parsed_letter.parse_letter(letter)
    return form_page(
        request,
        "letters/edit.html",
        form,
        places=placeholders.placeholder_rows(letter, reading.said),
        **check(letter, reading),
        **pdf.sheet_context(letter, text=reading.text),
    )


AFTER_SAVING = ("letter_preview", "letter_enclose")
"""The pages to which a button can lead once a draft is saved."""


def check(letter: Letter, reading: parsed_letter.ParsedLetter) -> dict[str, Any]:
    """What `templates/letters/check.html` shows: what is missing, and what the letter is looked over for."""
    return {
        "missing": rules.check_ready(letter, reading),
        "wording": reading.found.wording,
        **second_reading(letter, reading),
        **reading_ease.reading_ease_context(reading.text),
    }


def second_reading(letter: Letter, reading: parsed_letter.ParsedLetter) -> dict[str, Any]:
    """What `templates/letters/second_reader.html` shows: whether somebody else reads it first, and how far that is."""
    return {
        "why": second_reader.reason_to_read(letter, reading.overreach),
        "why_after": second_reader.reason_to_read_afterwards(letter),
        "found": reading.overreach,
        "is_read": second_reader.is_read(letter),
    }


CHECKED = {"subject", "body", "wording_reason", "after_death_reason", "signed_as", "signatory"}


@mark_as_script_view
@require_POST
def letter_check(request: StaffRequest, reference: str) -> HttpResponse:
    """The same of what somebody is typing; nothing is saved."""
    letter = find(request, reference)
    ask(rules.may_write(request.user, letter))
    form = LetterForm(request.POST, record=letter)
    form.is_valid()
    for name in CHECKED & form.cleaned_data.keys():
        setattr(letter, name, form.cleaned_data[name])
    return render(
        request, "letters/check.html", {"letter": letter, **check(letter, parsed_letter.parse_letter(letter))}
    )


def read(request: StaffRequest, letter: Letter) -> HttpResponse:
    context = pdf.sheet_context(letter, text=letter.text or placeholders.filled_text(letter))
    may_act = not rules.may_write(request.user, letter)
    can_send = may_act and letter.can("send")
    replaced = rules.may_send(request.user, letter) if can_send else None
    translatable = may_act and letter.status == "issued"
    return render(
        request,
        "letters/letter.html",
        {
            **context,
            "can_speak": can_speak(),
            "may_send": can_send and not replaced,
            "replaced": replaced,
            "may_void": letter.can("void") and not rules.may_void(request.user, letter),
            "may_translate": translatable,
            "translated_by_others": translatable and rules.may_enclose(request.user, letter),
            "may_replace": may_act and letter.issued_at,
            "untrue": letter.letter_kind.check_still_true(letter) if can_send else [],
            "may_read": second_reader.is_waiting(letter) and not rules.may_read(request.user, letter),
            "replaced_by": letter.replaced_by.visible_to(request.user).issued(),
        },
    )


@require_safe
def letter_preview(request: StaffRequest, reference: str) -> HttpResponse:
    letter = find(request, reference)
    if letter.status != "draft":
        return redirect(letter)
    return preview(request, letter, ChangeForm(record=letter))


def preview(request: StaffRequest, letter: Letter, form: ChangeForm) -> HttpResponse:
    reading = parsed_letter.parse_letter(letter)
    second, may_issue = second_reading(letter, reading), not rules.may_write(request.user, letter)
    seen = second_reader.current_digest(letter, reading.text)
    unread_form = form if isinstance(form, IssueUnreadForm) else None
    if may_issue and second["why"] and not second["is_read"] and second_reader.has_waited(letter):
        unread_form = unread_form or IssueUnreadForm(record=letter)
        unread_form.fields["digest"].initial = seen
    return form_page(
        request,
        "letters/preview.html",
        form,
        missing=[*rules.check_ready(letter, reading), *rules.check_enclosures(letter)],
        can_speak=can_speak(),
        may_issue=may_issue,
        unread_form=unread_form,
        seen=seen,
        **second,
        **pdf.sheet_context(letter, text=reading.text),
    )


@require_POST
def letter_ask(request: StaffRequest, reference: str) -> HttpResponse:
    letter = find(request, reference)
    ask(rules.may_write(request.user, letter))
    form = ChangeForm(request.POST, record=letter)
    if form.carry_out(actions.ask_second_reader, letter=letter, by=request.user):
        messages.success(request, "A second person is asked to read it.")
        return redirect("letter_preview", letter.reference)
    return preview(request, letter, form)


def letter_read(request: StaffRequest, reference: str) -> HttpResponse:
    """For whoever reads it as a second person: the letter as it will look, and what they found."""
    letter = find(request, reference)
    ask(rules.may_read(request.user, letter))
    if not second_reader.is_waiting(letter):
        return redirect(letter)
    form = ReadForm(posted(request), record=letter, seen=second_reader.current_digest(letter))
    if form.carry_out(actions.finish_reading, letter=letter, by=request.user):
        messages.success(request, "What you found is recorded, and its writer is told.")
        return redirect("home")
    reading = parsed_letter.parse_letter(letter)
    return form_page(
        request,
        "letters/read.html",
        form,
        can_speak=can_speak(),
        records=[record for source in hub.letter_records for record in source(letter)],
        **second_reading(letter, reading),
        **pdf.sheet_context(letter, text=letter.text or reading.text),
    )


@require_POST
def letter_issue(request: StaffRequest, reference: str) -> HttpResponse:
    letter = find(request, reference)
    ask(rules.may_write(request.user, letter))
    asked = IssueUnreadForm if "unread_reason" in request.POST else IssueForm
    form = asked(request.POST, record=letter)
    if form.carry_out(actions.issue_letter, letter=letter, by=request.user):
        messages.success(request, "The letter is issued. Send it, then mark it as sent.")
        return redirect(letter)
    return preview(request, letter, form)


def letter_enclose(request: StaffRequest, reference: str) -> HttpResponse:
    letter = find(request, reference)
    ask(rules.may_enclose(request.user, letter))
    form = EncloseForm(posted(request), request.FILES or None, letter=letter)
    if form.carry_out(actions.enclose_file, letter=letter, by=request.user):
        messages.success(request, "The file is enclosed.")
        return redirect(letter)
    title = "Attach a translation" if letter.issued_at else "Enclose a file"
    return step(request, "form_page.html", form, letter, title)


@require_safe
def letter_enclosure(request: StaffRequest, reference: str) -> HttpResponseBase:
    enclosure = get_object_or_404(Enclosure.objects.visible_to(request.user), reference=reference)
    try:
        file = open_checked(enclosure.file, enclosure.sha256)
    except Altered:
        return altered_page(request, enclosure.letters.visible_to(request.user).first())
    return download(file, f"{enclosure.reference}.pdf", "application/pdf")


def letter_sent(request: StaffRequest, reference: str) -> HttpResponse:
    letter = find(request, reference)
    ask(rules.may_send(request.user, letter))
    doubts = list(rules.delivery_doubts(letter))
    form = SentForm(posted(request), record=letter, doubts=doubts)
    if form.carry_out(actions.send_letter, letter=letter, by=request.user):
        messages.success(request, "The letter is marked as sent.")
        return redirect(letter)
    context = {"untrue": letter.letter_kind.check_still_true(letter), "doubts": doubts}
    return step(request, "letters/sent.html", form, letter, "Mark the letter as sent", **context)


def letter_void(request: StaffRequest, reference: str) -> HttpResponse:
    letter = find(request, reference)
    ask(rules.may_void(request.user, letter))
    form = VoidForm(posted(request), record=letter)
    if form.carry_out(actions.void_letter, letter=letter, by=request.user):
        messages.success(request, "The letter is withdrawn.")
        return redirect(letter)
    return step(request, "form_page.html", form, letter, "Withdraw the letter")


def letter_replace(request: StaffRequest, reference: str) -> HttpResponse:
    letter = find(request, reference)
    ask(rules.may_write(request.user, letter))
    form = ReplaceForm(posted(request), record=letter)
    if draft := form.carry_out(actions.replace_letter, letter=letter, by=request.user):
        messages.success(request, f"A new draft is begun. It starts with the words of {letter.reference}.")
        return redirect(draft)
    return step(request, "letters/replace.html", form, letter, "Put a mistake right with a new letter")


def step(
    request: StaffRequest, template: str, form: CaseForm, letter: Letter, title: str, **context: Any
) -> HttpResponse:
    """A page about what happens to a letter, which says which one it is."""
    caption = f"{letter.title}, to {letter.customer.name} ({letter})"
    return form_page(
        request, template, form, title=title, caption=caption, back=letter, letter=letter, **context
    )


@require_safe
def letter_pdf(request: StaffRequest, reference: str) -> HttpResponseBase:
    letter = find(request, reference)
    try:
        file = open_checked(letter.pdf, letter.sha256) if letter.pdf else draft_pdf(letter)
    except Altered:
        return altered_page(request, letter)
    # Browsers show a PDF with a plug-in, which the security policy of our pages may keep from loading.
    return download(file, f"{letter}.pdf", "application/pdf")


def draft_pdf(letter: Letter) -> BytesIO:
    return BytesIO(pdf.render_pdf(letter, text=placeholders.filled_text(letter)))


@require_safe
def letter_text(request: StaffRequest, reference: str) -> HttpResponseBase:
    letter = find(request, reference)
    return download(BytesIO(in_words(letter).encode()), f"{letter}.txt", "text/plain; charset=utf-8")


@require_safe
def letter_sound(request: StaffRequest, reference: str) -> HttpResponseBase:
    letter = find(request, reference)
    if not can_speak():
        raise Http404
    try:
        sound = read_aloud(in_words(letter))
    except NotSpoken:
        return render(request, "letters/silent.html", {"letter": letter}, status=503)
    return download(BytesIO(sound), f"{letter}.wav", "audio/wav")


def in_words(letter: Letter) -> str:
    return letter.plain_text or plain_text.render_plain_text(letter, text=placeholders.filled_text(letter))


def download(file: Any, name: str, content_type: str) -> FileResponse:
    return FileResponse(file, as_attachment=True, content_type=content_type, filename=name)


def find(request: StaffRequest, reference: str) -> Letter:
    visible = (
        Letter.objects.visible_to(request.user)
        .select_related("customer", "signatory", "issued_by", "replaces")
        .prefetch_related("enclosures")
    )
    return get_object_or_404(visible, reference=reference)

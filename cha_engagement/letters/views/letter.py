"""The letter's own page, where it is written and read, and its preview."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cha_engagement.core.forms import ChangeForm, form_page, posted_data
from cha_engagement.core.refusals import raise_if_refused
from cha_engagement.core.statements import AskedText, give_related, kept_record_or_404, kept_records
from cha_engagement.customers.interfaces import related_boxes
from cha_engagement.customers.models import Customer
from cha_engagement.letters import actions, rules
from cha_engagement.letters.enums import LetterEvent, LetterStatus
from cha_engagement.letters.forms import IssueUnreadForm, LetterForm, NewLetterForm
from cha_engagement.letters.letters import GENERAL, GENERAL_LETTER
from cha_engagement.letters.models import Enclosure, Letter
from cha_engagement.letters.queries import second_reader
from cha_engagement.letters.queries.association_words import changed_since_saved
from cha_engagement.letters.queries.parsed_letter import ParsedLetter, parse_letter
from cha_engagement.letters.rendering.pdf import sheet_context
from cha_engagement.letters.rendering.placeholders import filled_text, placeholder_rows
from cha_engagement.letters.rendering.sound import can_speak
from cha_engagement.letters.wording.reading_ease import reading_ease_context
from cha_engagement.lists.views import list_page
from cha_engagement.organisation.models import AdviceOrganisation
from cha_engagement.staff.models import StaffMember
from cha_engagement.staff.requests import StaffRequest, mark_as_script_view

AFTER_SAVING = ("letter_preview", "letter_enclose")
"""The pages to which a button can lead once a draft is saved."""
CHECKED_FIELDS = {"subject", "body", "wording_reason", "after_death_reason", "signed_as", "signatory"}


def letter_list(request: StaffRequest) -> HttpResponse:
    return list_page(request, "letters", "letters/letters.html")


def find_letter(request: StaffRequest, reference: str) -> Letter:
    letter = kept_record_or_404(Letter, letter_to_show, AskedText(reference), request.user)
    give_related(letter, "enclosures", kept_records(Enclosure, enclosures_of, letter.pk))
    give_related(letter, "advice", kept_records(AdviceOrganisation, advice_in, letter.pk))
    return letter


def letter_to_show(reference: str, user: StaffMember) -> QuerySet[Letter]:
    visible = Letter.objects.visible_to(user).filter(reference=reference)
    return visible.select_related("customer", "signatory", "issued_by", "replaces")


def enclosures_of(letter: int) -> QuerySet[Enclosure]:
    return Enclosure.objects.filter(letters=letter)


def advice_in(letter: int) -> QuerySet[AdviceOrganisation]:
    return AdviceOrganisation.objects.filter(
        pk__in=Letter.advice.through.objects.filter(letter=letter).values("adviceorganisation")
    )


def begin_letter(request: StaffRequest, reference: str) -> HttpResponse:
    customer = get_object_or_404(Customer.objects.visible_to(request.user), reference=reference)
    raise_if_refused(rules.may_draft(request.user, GENERAL_LETTER, customer))
    form = NewLetterForm(posted_data(request), customer=customer)
    if letter := form.carry_out(
        actions.draft_letter, customer=customer, kind=GENERAL, about=customer, by=request.user
    ):
        messages.success(request, "The letter is begun.")
        return redirect(letter)
    return form_page(
        request, "form_page.html", form, back=customer, title="Write a letter", caption=customer.name
    )


@require_http_methods(["GET", "HEAD", "POST"])
def letter_page(request: StaffRequest, reference: str) -> HttpResponse:
    letter = find_letter(request, reference)
    can_edit = letter.status == LetterStatus.DRAFT and not rules.may_write(request.user, letter)
    if can_edit or request.method == "POST":
        return edit_letter(request, letter)
    return show_letter(request, letter)


def edit_letter(request: StaffRequest, letter: Letter) -> HttpResponse:
    raise_if_refused(rules.may_write(request.user, letter))
    form = LetterForm(posted_data(request), record=letter)
    if form.carry_out(actions.edit_draft, letter=letter, by=request.user):
        messages.success(request, "The draft is saved.")
        return redirect(
            next((page for page in AFTER_SAVING if page in request.POST), "letter"), letter.reference
        )
    parsed = parse_letter(letter)
    return form_page(
        request,
        "letters/edit.html",
        form,
        placeholders=placeholder_rows(letter, parsed.placeholders),
        related=related_boxes(letter, request.user),
        **findings_context(letter, parsed),
        **sheet_context(letter, text=parsed.text),
    )


def show_letter(request: StaffRequest, letter: Letter) -> HttpResponse:
    may_write = not rules.may_write(request.user, letter)
    can_send = may_write and letter.can(LetterEvent.SEND)
    can_translate = may_write and letter.status == LetterStatus.ISSUED
    send_refusal = rules.may_send(request.user, letter) if can_send else None
    return render(
        request,
        "letters/letter.html",
        {
            **sheet_context(letter, text=letter.text or filled_text(letter)),
            "signpostings": letter.signpostings.select_related("organisation").order_by("pk"),
            "can_speak": can_speak(),
            "related": related_boxes(letter, request.user),
            "may_send": can_send and not send_refusal,
            "send_refusal": send_refusal,
            "may_record_come_back": may_write and letter.can_come_back,
            "may_void": letter.can(LetterEvent.VOID) and not rules.may_void(request.user, letter),
            "may_translate": can_translate,
            "translation_refusal": can_translate and rules.may_enclose(request.user, letter),
            "may_replace": may_write and letter.issued_at,
            "untrue": letter.letter_kind.check_still_true(letter) if can_send else [],
            "may_read": second_reader.is_waiting(letter) and not rules.may_read(request.user, letter),
            "replaced_by": letter.replaced_by.visible_to(request.user).filter_issued(),
        },
    )


@mark_as_script_view
@require_POST
def draft_findings(request: StaffRequest, reference: str) -> HttpResponse:
    """Show the findings in what somebody is typing; nothing is saved."""
    letter = find_letter(request, reference)
    raise_if_refused(rules.may_write(request.user, letter))
    form = LetterForm(request.POST, record=letter)
    form.is_valid()
    for name in CHECKED_FIELDS & form.cleaned_data.keys():
        setattr(letter, name, form.cleaned_data[name])
    context = {"letter": letter, **findings_context(letter, parse_letter(letter))}
    return render(request, "letters/check.html", context)


@require_safe
def preview_page(request: StaffRequest, reference: str) -> HttpResponse:
    letter = find_letter(request, reference)
    if letter.status != LetterStatus.DRAFT:
        return redirect(letter)
    return show_preview(request, letter, ChangeForm(record=letter))


def show_preview(request: StaffRequest, letter: Letter, form: ChangeForm) -> HttpResponse:
    parsed = parse_letter(letter)
    reading, may_write = second_reading_context(letter, parsed), not rules.may_write(request.user, letter)
    digest = second_reader.current_digest(letter, parsed.text)
    unread_form = form if isinstance(form, IssueUnreadForm) else None
    if (
        may_write
        and reading["reason_to_read"]
        and not reading["is_read"]
        and second_reader.has_waited(letter)
    ):
        unread_form = unread_form or IssueUnreadForm(record=letter)
        unread_form.fields["digest"].initial = digest
    return form_page(
        request,
        "letters/preview.html",
        form,
        refusals=[*rules.check_ready(letter, parsed), *rules.check_enclosures(letter)],
        can_speak=can_speak(),
        may_write=may_write,
        unread_form=unread_form,
        current_digest=digest,
        **reading,
        **sheet_context(letter, text=parsed.text),
    )


def findings_context(letter: Letter, parsed: ParsedLetter) -> dict[str, Any]:
    """Return what `templates/letters/check.html` shows: what is missing, and what the letter is looked over for."""
    return {
        "refusals": rules.check_ready(letter, parsed),
        "changed_words": changed_since_saved(letter),
        "blame": parsed.findings.blame,
        **second_reading_context(letter, parsed),
        **reading_ease_context(parsed.text),
    }


def second_reading_context(letter: Letter, parsed: ParsedLetter) -> dict[str, Any]:
    """Return what `templates/letters/second_reader.html` shows: whether somebody else reads it first, and how far that is."""
    return {
        "reason_to_read": second_reader.reason_to_read(letter, parsed.overreach),
        "reason_to_read_afterwards": second_reader.reason_to_read_afterwards(letter),
        "overreach": parsed.overreach,
        "is_read": second_reader.is_read(letter),
        "unread_from": second_reader.issued_unread_from(letter),
    }

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from cha_engagement.core.forms import ChangeForm, form_page, posted_data
from cha_engagement.core.interfaces import desks
from cha_engagement.core.refusals import raise_if_refused
from cha_engagement.letters import actions, rules
from cha_engagement.letters.forms import ReadForm
from cha_engagement.letters.interfaces import LetterReader
from cha_engagement.letters.queries import second_reader
from cha_engagement.letters.queries.parsed_letter import parse_letter
from cha_engagement.letters.rendering.pdf import sheet_context
from cha_engagement.letters.rendering.sound import can_speak
from cha_engagement.staff.requests import StaffRequest

from .letter import find_letter, second_reading_context, show_preview


@require_POST
def ask_second_reader(request: StaffRequest, reference: str) -> HttpResponse:
    letter = find_letter(request, reference)
    raise_if_refused(rules.may_write(request.user, letter))
    form = ChangeForm(request.POST, record=letter)
    if form.carry_out(actions.ask_second_reader, letter=letter, by=request.user):
        messages.success(request, "A second person is asked to read it.")
        return redirect("letter_preview", letter.reference)
    return show_preview(request, letter, form)


def read_letter(request: StaffRequest, reference: str) -> HttpResponse:
    """Show the second reader the letter as it will look, and record what they found."""
    letter = find_letter(request, reference)
    raise_if_refused(rules.may_read(request.user, letter))
    if not second_reader.is_waiting(letter):
        return redirect(letter)
    form = ReadForm(posted_data(request), record=letter, digest=second_reader.current_digest(letter))
    if form.carry_out(actions.finish_reading, letter=letter, by=request.user):
        messages.success(request, "What you found is recorded, and its writer is told.")
        return redirect("home")
    parsed = parse_letter(letter)
    return form_page(
        request,
        "letters/read_as_second_reader.html",
        form,
        can_speak=can_speak(),
        records=[record for desk in desks(LetterReader) for record in desk.letter_records(letter)],
        **second_reading_context(letter, parsed),
        **sheet_context(letter, text=letter.text or parsed.text),
    )

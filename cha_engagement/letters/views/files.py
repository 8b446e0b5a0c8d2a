from io import BytesIO
from typing import Any

from django.http import FileResponse, Http404
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from cha_engagement.evidence.storage import Altered, open_verified
from cha_engagement.evidence.views import altered_page
from cha_engagement.letters.models import Enclosure, Letter
from cha_engagement.letters.rendering.pdf import render_pdf
from cha_engagement.letters.rendering.placeholders import filled_text
from cha_engagement.letters.rendering.plain_text import render_plain_text
from cha_engagement.letters.rendering.sound import NotSpoken, can_speak, read_aloud
from cha_engagement.staff.requests import StaffRequest

from .letter import find_letter


@require_safe
def letter_pdf(request: StaffRequest, reference: str) -> HttpResponseBase:
    letter = find_letter(request, reference)
    try:
        file = open_verified(letter.pdf, letter.sha256) if letter.pdf else draft_pdf(letter)
    except Altered:
        return altered_page(request, letter)
    # Browsers show a PDF with a plug-in, which the security policy of our pages may keep from loading.
    return download(file, f"{letter}.pdf", "application/pdf")


def draft_pdf(letter: Letter) -> BytesIO:
    return BytesIO(render_pdf(letter, text=filled_text(letter)))


@require_safe
def letter_text(request: StaffRequest, reference: str) -> HttpResponseBase:
    letter = find_letter(request, reference)
    return download(BytesIO(plain_text(letter).encode()), f"{letter}.txt", "text/plain; charset=utf-8")


@require_safe
def letter_sound(request: StaffRequest, reference: str) -> HttpResponseBase:
    letter = find_letter(request, reference)
    if not can_speak():
        raise Http404
    try:
        sound = read_aloud(plain_text(letter))
    except NotSpoken:
        return render(request, "letters/not_spoken.html", {"letter": letter}, status=503)
    return download(BytesIO(sound), f"{letter}.wav", "audio/wav")


def plain_text(letter: Letter) -> str:
    return letter.plain_text or render_plain_text(letter, text=filled_text(letter))


@require_safe
def enclosure_file(request: StaffRequest, reference: str) -> HttpResponseBase:
    enclosure = get_object_or_404(Enclosure.objects.visible_to(request.user), reference=reference)
    try:
        file = open_verified(enclosure.file, enclosure.sha256)
    except Altered:
        return altered_page(request, enclosure.letters.visible_to(request.user).first())
    return download(file, f"{enclosure.reference}.pdf", "application/pdf")


def download(file: Any, name: str, content_type: str) -> FileResponse:
    return FileResponse(file, as_attachment=True, content_type=content_type, filename=name)

"""What letters say to everybody, and what an Administrator has changed of it."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from cha_engagement.core.refusals import raise_if_refused
from cha_engagement.letters import rules
from cha_engagement.letters.queries.association_words import word_changes
from cha_engagement.letters.rendering.markdown import render_html
from cha_engagement.letters.rendering.standard_paragraphs import standard_paragraphs
from cha_engagement.organisation.models import Organisation
from cha_engagement.staff.requests import StaffRequest


@require_safe
def words_page(request: StaffRequest) -> HttpResponse:
    raise_if_refused(rules.may_read_words(request.user))
    paragraphs = [
        {
            "name": name,
            "refusal": None if isinstance(text, str) else text,
            "html": render_html(text) if isinstance(text, str) else "",
        }
        for name, text in standard_paragraphs(Organisation.current()).items()
    ]
    return render(request, "letters/words.html", {"paragraphs": paragraphs, "changes": word_changes()})

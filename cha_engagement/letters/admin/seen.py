"""Records whose words letters say: whoever changes them sees them as a letter first, and the Management Team is told."""

from collections.abc import Iterator
from typing import Any

from django.db import models
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils import timezone

from cha_engagement.core.refusals import Refusal
from cha_engagement.letters.notifications import notify_of_words
from cha_engagement.letters.rendering.letterhead import head_address, head_lines
from cha_engagement.letters.rendering.markdown import render_html
from cha_engagement.letters.rules import check_association_words
from cha_engagement.letters.wording.contacts import open_contacts
from cha_engagement.organisation.admin import PermanentAdmin, SeenForm
from cha_engagement.organisation.models import Organisation


class WordsForm(SeenForm):
    """A form of words that letters say. It is saved once they were seen as letters say them, by exactly these answers."""

    unseen = "Read it as letters will say it, then save it."

    @property
    def said_fields(self) -> tuple[str, ...]:
        """Return the names of the fields that letters say."""
        return tuple(self.fields)

    def shown(self) -> list[Any]:
        if set(self.changed_data).isdisjoint(self.said_fields):
            return []
        return [(name, str(self.cleaned_data.get(name))) for name in self.said_fields]

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or self.cleaned_data
        for name, refusal in self.check_words(answers):
            self.add_error(name, str(refusal))
        return answers

    def check_words(self, answers: dict[str, Any]) -> Iterator[tuple[str, Refusal]]:
        """Yield what is wrong with the words, by field: they deny nobody what is always theirs."""
        for name in self.said_fields:
            text = answers.get(name)
            if isinstance(text, str):
                yield from ((name, refusal) for refusal in check_association_words(text))

    def sample(self) -> str | Refusal:
        """Return what letters will say, as Markdown, or why they cannot say it yet; nothing where they will say none of it."""
        raise NotImplementedError

    def consequence(self) -> str:
        """Return what follows for those who write letters, in a sentence, where no letter shows it."""
        return ""

    def sample_organisation(self) -> Organisation:
        return Organisation.current()


class WordsAdmin(PermanentAdmin):
    """Shows what letters will say before it is saved, and tells the Management Team once it is."""

    form = WordsForm

    def seen_context(self, request: HttpRequest, form: Any) -> dict[str, Any]:
        return words_context(form)

    def save_model(self, request: HttpRequest, obj: models.Model, form: ModelForm, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if form.changed_data:
            labels = [str(form.fields[name].label) for name in form.changed_data]
            in_letters = not set(form.said_fields).isdisjoint(form.changed_data)  # type: ignore[attr-defined]
            notify_of_words(obj, labels, in_letters=in_letters, by=request.user)  # type: ignore[arg-type]


def words_context(form: WordsForm) -> dict[str, Any]:
    """Return what `templates/admin/seen.html` shows: no `sheet` where no letter says anything of it."""
    text = form.sample()
    shown = {
        "template": "admin/seen.html",
        "digest": form.digest,
        "consequence": form.consequence(),
        "refusal": text if isinstance(text, Refusal) else None,
    }
    if not text or isinstance(text, Refusal):
        return shown
    organisation = form.sample_organisation()
    letter = {
        "customer": {"name": "A customer"},
        "letter_date": timezone.localdate(),
        "reference": "LET-0000",
        "format": "standard",
        "signed_as": "team",
    }
    sheet = {
        "letter": letter,
        "organisation": organisation,
        "head_address": head_address(organisation),
        "head_lines": head_lines(organisation),
        "subject": "How letters will say it",
        "body": render_html(text),
    }
    return shown | {"contacts": open_contacts(text, set()), "sheet": sheet}

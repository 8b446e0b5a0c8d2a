"""Records whose words letters say: whoever changes them sees them as a letter first, and the Management Team is told."""

from collections.abc import Iterator
from typing import Any

from django.db import models
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.crypto import salted_hmac

from cha_engagement.core.refusals import Refusal
from cha_engagement.letters.notifications import notify_of_words
from cha_engagement.letters.rendering.letterhead import head_address, head_lines
from cha_engagement.letters.rendering.markdown import render_html
from cha_engagement.letters.rules import check_association_words
from cha_engagement.letters.wording.contacts import open_contacts
from cha_engagement.organisation.admin import AdminForm, PermanentAdmin
from cha_engagement.organisation.models import Organisation


class SeenForm(AdminForm):
    """A form of words that letters say. It is saved once they were seen as letters say them, by exactly these answers."""

    to_be_seen = False

    @property
    def said_fields(self) -> tuple[str, ...]:
        """Return the names of the fields that letters say."""
        return tuple(self.fields)

    @property
    def digest(self) -> str:
        """Return a fingerprint of what letters would say: whoever saves it has seen this very text."""
        answers = [(name, str(self.cleaned_data.get(name))) for name in self.said_fields]
        return salted_hmac(type(self).__name__, repr(answers)).hexdigest()

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

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]  # which the stubs do not know
        says_other_words = set(self.changed_data) & set(self.said_fields)
        if not self.errors and says_other_words and self.data.get("seen") != self.digest:
            self.to_be_seen = True
            self.add_error(None, "Read it as letters will say it, then save it.")

    def sample(self) -> str | Refusal:
        """Return what letters will say, as Markdown, or why they cannot say it yet; nothing where they will say none of it."""
        raise NotImplementedError

    def consequence(self) -> str:
        """Return what follows for those who write letters, in a sentence, where no letter shows it."""
        return ""

    def sample_organisation(self) -> Organisation:
        return Organisation.current()


class SeenAdmin(PermanentAdmin):
    """Shows what letters will say before it is saved, and tells the Management Team once it is."""

    form = SeenForm

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        form = context["adminform"].form
        if getattr(form, "to_be_seen", False):
            context["seen"] = seen_context(form)
        return super().render_change_form(request, context, *args, **kwargs)

    def save_model(self, request: HttpRequest, obj: models.Model, form: ModelForm, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if form.changed_data:
            labels = [str(form.fields[name].label) for name in form.changed_data]
            in_letters = not set(form.said_fields).isdisjoint(form.changed_data)  # type: ignore[attr-defined]
            notify_of_words(obj, labels, in_letters=in_letters, by=request.user)  # type: ignore[arg-type]


def seen_context(form: SeenForm) -> dict[str, Any]:
    """Return what `templates/admin/seen.html` shows: no `sheet` where no letter says anything of it."""
    text = form.sample()
    shown = {
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

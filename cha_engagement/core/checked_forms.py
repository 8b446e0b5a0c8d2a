"""The page that shows what was typed on the pages before, what saving it does and whom it tells, before it is saved for good.

    typed = request.typed_drafts.read_step(first_page)
    held = HoldForm(typed, record=review)
    if not held.is_valid():
        return lead_back(request, first_page)
    form = CheckForm(posted_data(request), typed=[held], submit="Save the review", back_url=first_page)

Its template is `check_page.html`, which takes the form and `typed`, the form of the page before with its `consequences`.
"""

import json
from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.crypto import salted_hmac

from .answers import Answer
from .formpack import form_helper
from .forms import CaseForm


class CheckForm(CaseForm):
    """Saves what was typed on the pages before, as the last page has shown it: it asks nothing itself."""

    shown = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, typed: Sequence[Any], submit: str, back_url: str, **kwargs: Any):
        self.typed, self.digest, self.back_url = typed, answers_digest(typed), back_url
        super().__init__(*args, initial={"shown": self.digest}, **kwargs)
        self.helper = form_helper(submit=submit, cancel_url=back_url)
        self.helper.form_show_errors = False  # they stand above all that is shown

    @property
    def sections_to_check(self) -> list[tuple[str, list[Answer]]]:
        """Return all that was answered, by the heading under which the page shows it."""
        return [section for form in self.typed for section in form.sections_to_check]

    def answers_beside(self, record: Any) -> list[tuple[str, str, str | None]]:
        """Return all that was typed on the pages before."""
        return [
            (f"{heading}: {answer.label}" if heading else answer.label, answer.value, None)
            for heading, answers in self.sections_to_check
            for answer in answers
        ]

    def clean(self) -> dict[str, Any]:
        """Refuse to save what was not shown: another window may have changed what was typed since."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.pop("shown", "") != self.digest:
            self.data = cast(QueryDict, self.data).copy()
            self.data["shown"] = self.digest
            self.add_error(
                None, "What was typed has changed since you opened this page. Look it over, and decide then."
            )
        return cleaned


def answers_digest(forms_typed: Sequence[forms.Form]) -> str:
    """Return a digest by which the same answers are known again. It tells nothing of them."""
    answers = [sorted(cast(QueryDict, form.data).lists()) for form in forms_typed]
    return salted_hmac("decision", json.dumps(answers), algorithm="sha256").hexdigest()


def lead_back(request: HttpRequest, first_page: str) -> HttpResponse:
    """Lead from a page that checks a form back to the form, which is to be put right first, and say where somebody meant to save it."""
    if request.method == "POST":
        messages.warning(request, "Nothing is saved yet: something is to be put right first.")
    return redirect(first_page)

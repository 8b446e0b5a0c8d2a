import json
from collections.abc import Callable, Sequence
from typing import Any, cast

from crispy_forms.layout import HTML
from django import forms
from django.http import QueryDict
from django.utils.crypto import salted_hmac

from cha_engagement.core.answers import Answer
from cha_engagement.core.formpack import form_helper
from cha_engagement.core.forms import CaseForm
from restrictions.contact_plan import PlannedStep

SHOW_FIRST = "show_first"
WHAT_CHANGES = HTML('{% include "restrictions/what_changes.html" %}')
"""The part of a form that shows it, before its button."""
CHANGES_LINE = HTML(
    '<p class="app-changes-line"><span id="changes-line">{% include "restrictions/changes_line.html" %}</span> '
    '<a class="govuk-link" href="#what-changes-title">See all of it</a></p>'
)
"""What a form that shows it beside itself says of it before its button, where the side is out of sight."""


class StepForm(CaseForm):
    """A form that shows what it would change for a customer before it is sent. Beyond the policy: B29.

    `planned_step` is what was filled in when it was sent: an action that refuses takes answers away.
    """

    planned_step = PlannedStep()

    @property
    def step(self) -> PlannedStep:
        """Return what it would change, as far as it is filled in."""
        raise NotImplementedError

    def carry_out(self, action: Callable[..., Any], /, **about: Any) -> Any:
        """Return what the action returns, as every form does; None where it is only to be shown what would change."""
        if self.is_bound:
            self.is_valid()
            self.planned_step = self.step
        if SHOW_FIRST in self.data:
            return None
        return super().carry_out(action, **about)


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

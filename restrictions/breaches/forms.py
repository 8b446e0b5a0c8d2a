from typing import Any

from django import forms

from cha_engagement.core.formpack import form_helper
from cha_engagement.core.forms import CaseModelForm, ChangeForm
from restrictions.fields import text_areas

from .models import Breach


class WithholdForm(ChangeForm, CaseModelForm):
    """Asks why it would put somebody at risk to tell the customer now that a contact counts."""

    class Meta:
        model = Breach
        fields = ["not_told_reason"]
        widgets = text_areas("not_told_reason")

    def __init__(self, *args: Any, record: Breach, **kwargs: Any):
        super().__init__(*args, record=record, **kwargs)
        self.fields["not_told_reason"].required = True
        self.helper = form_helper(
            "not_told_reason",
            submit="Do not tell them now",
            does="They are told at the next review, or sooner once it puts nobody at risk.",
            cancel_url=record.get_absolute_url(),
        )


class AnswerForm(ChangeForm, CaseModelForm):
    """Asks what a customer says is wrong with counting a contact, and what was found."""

    counts = forms.TypedChoiceField(
        label="Does it count?",
        choices=[("yes", "It still counts"), ("no", "It does not count any more")],
        coerce=lambda choice: choice == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": "Say whether it still counts."},
    )

    class Meta:
        model = Breach
        fields = ["objection", "answer"]
        widgets = text_areas("objection", "answer")

    def __init__(self, *args: Any, record: Breach, **kwargs: Any):
        super().__init__(*args, record=record, **kwargs)
        for name in ("objection", "answer"):
            self.fields[name].required = True
        self.helper = form_helper(
            "objection",
            "counts",
            "answer",
            submit="Save the answer",
            does="Whoever said that it counts is told at once. Where it does not count any more, nothing takes that back. This does not write to the customer.",
            cancel_url=record.get_absolute_url(),
        )

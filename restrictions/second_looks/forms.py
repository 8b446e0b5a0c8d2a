from typing import Any

from django import forms

from cha_engagement.core.formpack import form_helper
from cha_engagement.core.forms import CaseModelForm, ChangeForm
from cha_engagement.core.templatetags.ui import lower_first
from restrictions.fields import text_areas
from restrictions.forms.restriction import CUSTOMER_TEXT_HINT

from .enums import Answer
from .models import SecondLook


class AnswerForm(ChangeForm, CaseModelForm):
    """Asks a second person whether what was decided stands, and why."""

    answer = forms.ChoiceField(
        label="Does it stand?",
        choices=Answer.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Say whether you confirm or reverse it."},
    )

    class Meta:
        model = SecondLook
        fields = ["reason"]
        widgets = text_areas("reason")
        help_texts = {"reason": "What you looked at, and what you found."}

    def __init__(self, *args: Any, record: SecondLook, **kwargs: Any):
        super().__init__(*args, record=record, **kwargs)
        self.fields["reason"].required = True
        if not record.interim_id:
            self.fields["reason"].help_text += f" Where you reverse it: {lower_first(CUSTOMER_TEXT_HINT)}"
        self.helper = form_helper(
            "answer",
            "reason",
            submit="Save your answer",
            does=f"{record.acted_by} is told at once. {what_follows(record)} It is answered once.",
            cancel_url=record.get_absolute_url(),
        )


def what_follows(look: SecondLook) -> str:
    """Return what a reversal does, which nothing takes back."""
    if look.interim_id:
        return "Reversed, the interim measure ends now and leaves the card. That does not write to the customer: tell them."
    if look.decision_id:
        return "Reversed, what they restrict under it ends now, and letters to the customer wait in My work. The decision stays on record, as reversed."
    return "Reversed, the restriction ends now, and a letter to the customer waits in My work."

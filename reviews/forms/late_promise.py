"""How the Management Team answers for a review or a hearing that is late for long."""

from typing import Any

from django import forms

from cha_engagement.core.dates import NearDateField
from cha_engagement.core.formpack import Reveal, form_helper
from cha_engagement.core.forms import ChangeForm
from cha_engagement.core.labels import field_label

from .. import rules
from ..enums import LateAnswer
from ..models import LatePromise
from .version import reason_field


class LateAnswerForm(ChangeForm):
    """Asks whether it is put off, once, or suspended; to hold it has a form of its own."""

    optional_notes = {"put_off_to": ""}

    answer = forms.ChoiceField(
        choices=LateAnswer.choices,
        widget=forms.RadioSelect,
        label="What do you decide?",
        error_messages={"required": "Choose what you decide."},
    )
    put_off_to = NearDateField(
        label="By which day will it be held?",
        required=False,
        help_text=f"A working day, at most {rules.WORKING_DAYS_PUT_OFF} working days on. It is not put off again.",
    )
    answer_reason = reason_field(
        field_label(LatePromise, "answer_reason"), missing="Say why.", help_text="For colleagues.", rows=3
    )

    def __init__(self, *args: Any, record: LatePromise, **kwargs: Any):
        super().__init__(*args, record=record, **kwargs)
        open_answers = rules.open_late_answers(record)
        self.fields["answer"].choices = [  # type: ignore[attr-defined]
            choice for choice in LateAnswer.choices if choice[0] in open_answers
        ]
        can_put_off = LateAnswer.PUT_OFF in open_answers
        if not can_put_off:
            del self.fields["put_off_to"]
        self.helper = form_helper(
            Reveal("answer", {LateAnswer.PUT_OFF: ["put_off_to"]} if can_put_off else {}),
            "answer_reason",
            submit="Save the answer",
            does="Staff hear of it where what they do changes. This does not write to the customer.",
            cancel_url=record.get_absolute_url(),
        )

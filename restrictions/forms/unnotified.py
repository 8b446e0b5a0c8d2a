from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout

from cha_engagement.core.formpack import Buttons
from cha_engagement.core.forms import ChangeForm
from cha_engagement.core.labels import field_label
from cha_engagement.core.reasons import ReasonFormField
from cha_engagement.core.records import LONG
from restrictions.models import ManagementDecision, Restriction


class AnswerForm(ChangeForm):
    """Says in words, as a second person, whether a customer is told."""

    unnotified_answer = ReasonFormField(
        label=field_label(Restriction, "unnotified_answer"),
        missing="Say what you read, and why you agree or not.",
        max_length=LONG,
    )

    def __init__(
        self, *args: Any, record: Restriction | ManagementDecision, may_confirm: bool, **kwargs: Any
    ):
        super().__init__(*args, record=record, **kwargs)
        self.helper = FormHelper()
        self.helper.layout = Layout("unnotified_answer", AnswerButtons(record, may_confirm=may_confirm))

    @property
    def is_confirmed(self) -> bool:
        return "confirm" in self.data


class AnswerButtons(Buttons):
    """Confirm that a customer is not told, for whoever may, or have them told, with the words above."""

    template = "restrictions/answer_buttons.html"

    def __init__(self, record: Restriction | ManagementDecision, *, may_confirm: bool) -> None:
        is_restriction = isinstance(record, Restriction)
        super().__init__(
            "Confirm that they are not told" if is_restriction else "Confirm that it is not explained",
            does="Your answer stays on record with your name. This writes to nobody.",
        )
        self.refuse_label = "No, tell them" if is_restriction else "No, explain it"
        self.may_confirm = may_confirm

from typing import Any, cast

from django import forms

from cha_engagement.core.formpack import form_helper
from cha_engagement.core.forms import CaseModelForm, ChangeForm, CreateForm
from cha_engagement.staff.fields import StaffMultipleChoiceField, customer_facing_staff
from cha_engagement.staff.models import StaffMember

from .models import Note

NOTIFIED_LABEL = "Who should read it?"
NOTIFIED_HINT = (
    "They get a message in My work. Only a manager can open it up to somebody who cannot read it already."
)


class NoteForm(CaseModelForm):
    class Meta:
        model = Note
        fields = ["text"]
        widgets = {"text": forms.Textarea(attrs={"rows": 5, "autofocus": True})}
        help_texts = {
            "text": "What you know and how, in neutral words. They can ask to see it. What happened is an incident; what we do about it is decided, and written in a letter."
        }


def offer_others(field: forms.Field, user: StaffMember) -> None:
    cast(StaffMultipleChoiceField, field).offer(customer_facing_staff().exclude(pk=user.pk))


class WriteNoteForm(CreateForm, NoteForm):
    notified = StaffMultipleChoiceField(label=NOTIFIED_LABEL, help_text=NOTIFIED_HINT, required=False)

    def __init__(self, *args: Any, user: StaffMember, cancel_url: str, **kwargs: Any):
        super().__init__(*args, **kwargs)
        offer_others(self.fields["notified"], user)
        self.helper = form_helper("text", "notified", submit="Save the note", cancel_url=cancel_url)


class CorrectNoteForm(ChangeForm, NoteForm):
    def __init__(self, *args: Any, record: Note, **kwargs: Any):
        super().__init__(*args, record=record, **kwargs)
        self.helper = form_helper("text", submit="Save the correction", cancel_url=record.get_absolute_url())


class NotifyForm(ChangeForm):
    notified = StaffMultipleChoiceField(label=NOTIFIED_LABEL, help_text=NOTIFIED_HINT)

    def __init__(self, *args: Any, record: Note, user: StaffMember, **kwargs: Any):
        super().__init__(*args, record=record, **kwargs)
        offer_others(self.fields["notified"], user)
        self.helper = form_helper(
            "notified",
            submit="Tell them",
            does="They are told at once.",
            cancel_url=record.get_absolute_url(),
        )

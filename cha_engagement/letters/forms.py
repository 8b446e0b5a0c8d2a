from collections.abc import Sequence
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms
from django.conf import settings
from django.template.defaultfilters import filesizeformat
from django.urls import reverse

from cha_engagement.core.dates import PastDateField
from cha_engagement.core.formpack import Buttons, Later, Section
from cha_engagement.core.forms import CaseModelForm, ChangeForm, ChosenField, CreateForm
from cha_engagement.core.reasons import ReasonFormField
from cha_engagement.core.records import LONG, SHORT
from cha_engagement.customers.models import Customer
from cha_engagement.evidence.actions import check_size
from cha_engagement.organisation import calendar
from cha_engagement.organisation.models import AdviceOrganisation
from cha_engagement.staff.fields import StaffChoiceField
from cha_engagement.staff.queries import staff_with_permission

from .letters import GENERAL
from .models import Enclosure, Letter
from .wording import enclosures


class LetterForm(CaseModelForm, ChangeForm):
    """What a draft says, in which form it goes out, who signs it, and whose independent advice it tells of."""

    signatory = StaffChoiceField(
        label="Who signs", help_text="For the team, the one who answers for the letter."
    )

    class Meta:
        model = Letter
        fields = [
            "subject",
            "body",
            "wording_reason",
            "after_death_reason",
            "format",
            "signed_as",
            "signatory",
            "advice",
            "enclosures",
        ]
        widgets = {
            "body": forms.Textarea(attrs={"rows": 54}),
            "format": forms.RadioSelect,
            "signed_as": forms.RadioSelect,
            "advice": forms.CheckboxSelectMultiple,
            "enclosures": forms.CheckboxSelectMultiple,
        }
        field_classes = {"advice": ChosenField, "enclosures": ChosenField}
        labels = {"enclosures": "Enclosed", "body": "Text", "format": "How it is sent to them"}
        help_texts = {
            "body": (
                "A blank line begins a new paragraph. ## begins a heading, - a list, **two stars** make words bold. "
                "What stands in square brackets is filled in for you."
            ),
            "advice": "The letter tells of them where its text says [independent advice].",
            "enclosures": "Take away the tick of what should not go with it, and save.",
            "wording_reason": "Only staff read this. It is kept with the letter.",
            "after_death_reason": "Such as: it is for their executor, who asked for it. Only staff read this.",
        }

    def __init__(self, *args: Any, record: Letter, **kwargs: Any):
        super().__init__(
            *args, record=record, instance=record, initial={"signatory": record.signatory}, **kwargs
        )
        self.fields["subject"].required = True
        if record.kind != GENERAL:
            del self.fields["subject"]
        if not record.customer.deceased_on:
            del self.fields["after_death_reason"]
        self.fields["signatory"].offer(staff_with_permission("letters.issue_letter"))  # type: ignore[attr-defined]
        self.fields["advice"].queryset = AdviceOrganisation.objects.filter(is_active=True)  # type: ignore[attr-defined]

        enclosures = self.fields["enclosures"]
        enclosures.to_field_name = "reference"  # type: ignore[attr-defined]
        enclosures.queryset = record.enclosures.all()  # type: ignore[attr-defined]
        if not record.enclosures.all():
            del self.fields["enclosures"]

    @property
    def helper(self) -> FormHelper:
        subject, death, enclosures = (
            [name] if name in self.fields else [] for name in ("subject", "after_death_reason", "enclosures")
        )
        return laid_out(
            *subject,
            *death,
            "body",
            Later("Keep wording that is pointed out", "wording_reason"),
            "format",
            Section("Signature", "signed_as", "signatory"),
            "advice",
            *enclosures,
            SaveOrPreview("Save"),
        )


class SaveOrPreview(Buttons):
    """Save and stay, save and see the letter as it will look, or save and enclose a file."""

    template = "letters/save_or_preview.html"


class EncloseForm(CaseModelForm, CreateForm):
    """A PDF that goes with a letter. With one that is issued goes nothing more but a translation of it."""

    # What is empty is said in full by the verb.
    file = forms.FileField(
        allow_empty_file=True, label="File", widget=forms.ClearableFileInput(attrs={"accept": ".pdf"})
    )

    class Meta:
        model = Enclosure
        fields = ["file", "title", "language", "translated_by"]
        help_texts = {
            "title": "The letter names it so, such as: Our policy. Leave it blank for a translation of the letter itself.",
            "language": "Of a translation.",
        }

    def __init__(self, *args: Any, letter: Letter, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.letter = letter
        self.fields["file"].help_text = f"A PDF of up to {filesizeformat(settings.EVIDENCE_MAX_BYTES)}."
        if letter.issued_at:
            del self.fields["title"]
            self.fields["language"].initial = letter.customer.preferred_language
            self.fields["language"].required = self.fields["translated_by"].required = True
            self.fields["language"].help_text = ""

    def look_into_files(self) -> None:
        if not check_size(self.cleaned_data["file"]):
            enclosures.read_once(self.cleaned_data["file"])

    @property
    def helper(self) -> FormHelper:
        asked = [name for name in self.Meta.fields if name in self.fields]
        return laid_out(*asked, back_to(self.letter, "Enclose this file"))


class SentForm(CaseModelForm, ChangeForm):
    """How and when a letter went to the customer, and what explains it where that is in doubt."""

    class Meta:
        model = Letter
        fields = ["sent_by_channel", "sent_on", "sent_reason"]
        field_classes = {"sent_on": PastDateField}
        widgets = {"sent_by_channel": forms.RadioSelect}
        labels = {"sent_on": "Day it was sent", "sent_reason": "How it reached them, and why so"}
        help_texts = {
            "sent_reason": "Such as: they asked for it so, they collected it, it was read out to them on 3 November by an interpreter."
        }

    def __init__(self, *args: Any, record: Letter, doubts: Sequence[str] = (), **kwargs: Any):
        super().__init__(*args, record=record, initial={"sent_on": calendar.today()}, **kwargs)
        self.doubts = doubts
        self.fields["sent_by_channel"].required = self.fields["sent_on"].required = True

    @property
    def helper(self) -> FormHelper:
        reason = "sent_reason" if self.doubts else Later("Explain how it reached them", "sent_reason")
        return laid_out("sent_by_channel", "sent_on", reason, back_to(self.record, "Mark as sent"))


class NewForm(CreateForm):
    """Begins a letter to a customer about whatever it is."""

    subject = forms.CharField(
        label="What is the letter about?",
        max_length=SHORT,
        help_text="It stands above the text, such as: Your repair of 3 November.",
    )

    def __init__(self, *args: Any, customer: Customer, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.customer = customer

    @property
    def helper(self) -> FormHelper:
        return laid_out(
            "subject", Buttons("Begin the letter", link=("Cancel", self.customer.get_absolute_url()))
        )


class SeenField(forms.CharField):
    """The digest of what a page shows. What was sent comes from an earlier page: one that comes back shows what is there now."""

    def __init__(self, **kwargs: Any):
        super().__init__(widget=forms.HiddenInput, max_length=64, **kwargs)

    def bound_data(self, data: Any, initial: Any) -> Any:
        return initial


class ReadForm(ChangeForm):
    """What a second person found who read a letter as it looks."""

    digest = SeenField()
    sent_back_reason = ReasonFormField(
        label="What has to change, where it is not ready",
        missing="Say what has to change.",
        max_length=SHORT,
        required=False,
        rows=3,
    )

    def __init__(self, *args: Any, record: Letter, seen: str, **kwargs: Any):
        super().__init__(*args, record=record, **kwargs)
        self.fields["digest"].initial = seen
        self.optional_notes = {"sent_back_reason": ""}

    @property
    def helper(self) -> FormHelper:
        return laid_out(
            "sent_back_reason", ReadyOrBack("Confirm it" if self.record.issued_at else "Ready to issue")
        )

    def clean(self) -> dict[str, Any]:
        return (super().clean() or self.cleaned_data) | {"is_ready": "ready" in self.data}


class ReadyOrBack(Buttons):
    """Agree, or send it back with the reason above."""

    template = "letters/ready_or_back.html"


class IssueForm(ChangeForm):
    """Issues a letter as whoever does it has seen it."""

    digest = SeenField(required=False)


class IssueUnreadForm(IssueForm):
    """Why a letter cannot wait for a second person who was asked."""

    unread_reason = ReasonFormField(
        label="Why it cannot wait",
        help_text="Somebody confirms or reverses it within five working days.",
        missing="Say why it could not wait.",
        max_length=LONG,
        rows=3,
    )

    @property
    def helper(self) -> FormHelper:
        helper = laid_out("digest", "unread_reason", Buttons("Issue it before it is read"))
        helper.form_action = reverse("letter_issue", args=[self.record.reference])
        return helper


class VoidForm(ChangeForm):
    """Why a letter is withdrawn before it is sent."""

    void_reason = ReasonFormField(
        label="Why", missing="Say why the letter is withdrawn.", max_length=SHORT, rows=1
    )

    @property
    def helper(self) -> FormHelper:
        return laid_out("void_reason", back_to(self.record, "Withdraw the letter"))


class ReplaceForm(CreateForm):
    """Begins a new letter with the words of one that was issued."""

    def __init__(self, *args: Any, record: Letter, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.record = record

    @property
    def helper(self) -> FormHelper:
        return laid_out(back_to(self.record, "Begin the new letter"))


def back_to(letter: Letter, label: str) -> Buttons:
    """The button of a step, and the way back to the letter."""
    return Buttons(label, link=("Cancel", letter.get_absolute_url()))


def laid_out(*parts: Any) -> FormHelper:
    helper = FormHelper()
    helper.layout = Layout(*parts)
    return helper

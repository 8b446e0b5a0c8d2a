from collections.abc import Sequence
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms
from django.conf import settings
from django.template.defaultfilters import filesizeformat
from django.urls import reverse

from cha_engagement.core.dates import PastDateField
from cha_engagement.core.formpack import Buttons, FoldedSection, Section
from cha_engagement.core.forms import CaseModelForm, ChangeForm, CreateForm, RecordChoicesField
from cha_engagement.core.labels import field_label
from cha_engagement.core.permissions import Permission
from cha_engagement.core.reasons import ReasonFormField
from cha_engagement.core.records import LONG, SHORT
from cha_engagement.customers.models import Customer
from cha_engagement.evidence.rules import check_file_size
from cha_engagement.organisation import calendar
from cha_engagement.organisation.models import AdviceOrganisation
from cha_engagement.staff.fields import StaffChoiceField
from cha_engagement.staff.models import StaffMember
from cha_engagement.staff.queries import keys_with_permission, staff_with_permission

from .letters import GENERAL
from .models import POST_WORKING_DAYS, Enclosure, Letter
from .queries.channels import closed_channels
from .wording.pdf_texts import read_once


class LetterForm(CaseModelForm, ChangeForm):
    """Edits a draft: its text and format, who signs it, and whose independent advice it tells of."""

    signatory = StaffChoiceField(
        StaffMember.objects.none(),
        label=field_label(Letter, "signatory"),
        help_text="For the team, the one who answers for the letter.",
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
            "body": forms.Textarea(attrs={"rows": 54, "class": "app-letter-text"}),
            "format": forms.RadioSelect,
            "signed_as": forms.RadioSelect,
            "advice": forms.CheckboxSelectMultiple,
            "enclosures": forms.CheckboxSelectMultiple,
        }
        field_classes = {"advice": RecordChoicesField, "enclosures": RecordChoicesField}
        labels = {"enclosures": "Enclosed", "format": "How it is sent to them"}
        help_texts = {
            "body": (
                "A blank line begins a new paragraph. ## begins a heading, - a list, **two stars** make words bold. "
                "What is in square brackets is filled in for you."
            ),
            "advice": "The letter names them where its text says [independent advice].",
            "enclosures": "Untick what should not go with it, and save.",
            "wording_reason": "Only staff read this. It is kept with the letter.",
            "after_death_reason": "Such as: it is for their executor, who asked for it. Only staff read this.",
        }

    def __init__(self, *args: Any, record: Letter, **kwargs: Any):
        super().__init__(*args, record=record, initial={"signatory": record.signatory}, **kwargs)
        self.fields["subject"].required = True
        if record.kind != GENERAL:
            del self.fields["subject"]
        if not record.customer.deceased_on:
            del self.fields["after_death_reason"]
        signatories = staff_with_permission(Permission.ISSUE_LETTERS)
        if not record.letter_kind.from_panel:
            signatories = signatories.exclude(pk__in=keys_with_permission(Permission.HEAR_NAMED_APPEALS))
        self.fields["signatory"].offer(signatories)  # type: ignore[attr-defined]
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
        return form_helper(
            *subject,
            *death,
            "body",
            FoldedSection("Keep these words, and say why", "wording_reason"),
            "format",
            Section("Signature", "signed_as", "signatory"),
            "advice",
            *enclosures,
            DraftButtons("Save"),
        )


class DraftButtons(Buttons):
    """Save and stay, save and preview the letter, or save and enclose a file."""

    template = "letters/draft_buttons.html"


class EncloseForm(CaseModelForm, CreateForm):
    """Encloses a PDF with a letter; with one that is issued, only a translation of it."""

    # An empty file is refused in full by the action.
    file = forms.FileField(
        allow_empty_file=True,
        label=field_label(Enclosure, "file"),
        widget=forms.ClearableFileInput(attrs={"accept": ".pdf"}),
    )

    class Meta:
        model = Enclosure
        fields = ["file", "title", "language", "translated_by"]
        help_texts = {
            "title": "What the letter calls it, such as: Our policy. Leave it blank for a translation of the letter itself.",
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
        if not check_file_size(self.cleaned_data["file"]):
            read_once(self.cleaned_data["file"])

    @property
    def helper(self) -> FormHelper:
        names = [name for name in self.Meta.fields if name in self.fields]
        return form_helper(*names, action_buttons(self.letter, "Enclose this file"))


class SentForm(CaseModelForm, ChangeForm):
    """Marks a letter as sent: how and when, by whom where it was handed over, and why where it is in doubt that it arrived."""

    handed_over_by = StaffChoiceField(label=field_label(Letter, "handed_over_by"), required=False)

    class Meta:
        model = Letter
        fields = ["sent_by_channel", "sent_on", "handed_over_by", "handed_over_time", "sent_reason"]
        field_classes = {"sent_on": PastDateField}
        widgets = {"sent_by_channel": forms.RadioSelect}
        labels = {"sent_on": "Day it was sent", "sent_reason": "How it reached them, and why that way"}
        help_texts = {
            "handed_over_time": "Such as 14:30.",
            "sent_by_channel": f"By post it counts as received {POST_WORKING_DAYS} working days later. Nothing is held against them before.",
            "sent_reason": "Such as: they asked for it this way, they collected it, it was read out to them on 3 November by an interpreter.",
        }

    def __init__(self, *args: Any, record: Letter, doubts: Sequence[str] = (), **kwargs: Any):
        super().__init__(*args, record=record, initial={"sent_on": calendar.today()}, **kwargs)
        self.doubts = doubts
        self.optional_notes = {"handed_over_by": "", "handed_over_time": ""}
        hints = dict.fromkeys(closed_channels(record), "Closed to them.")
        self.fields["sent_by_channel"].choice_hints = hints  # type: ignore[attr-defined]
        self.fields["sent_by_channel"].required = self.fields["sent_on"].required = True

    @property
    def helper(self) -> FormHelper:
        reason = "sent_reason" if self.doubts else FoldedSection("Explain how it reached them", "sent_reason")
        handed_over = Section("Where it was handed over", "handed_over_by", "handed_over_time")
        does = "What it tells them counts as told once it counts as received. Only a letter that came back undoes that."
        button = action_buttons(self.record, "Mark as sent", does)
        return form_helper("sent_by_channel", "sent_on", handed_over, reason, button)


class CameBackForm(CaseModelForm, ChangeForm):
    """Records that a letter was returned: when, and what happened."""

    class Meta:
        model = Letter
        fields = ["came_back_on", "came_back_reason"]
        field_classes = {"came_back_on": PastDateField}
        widgets = {"came_back_reason": forms.Textarea(attrs={"rows": 4})}
        help_texts = {
            "came_back_reason": "Such as: no longer at this address; not called for; the email could not be delivered.",
        }

    def __init__(self, *args: Any, record: Letter, **kwargs: Any):
        super().__init__(*args, record=record, initial={"came_back_on": calendar.today()}, **kwargs)
        self.fields["came_back_on"].required = self.fields["came_back_reason"].required = True

    @property
    def helper(self) -> FormHelper:
        does = "What it told them does not count as told any more. Send it another way, or write anew."
        button = action_buttons(self.record, "Record that it came back", does)
        return form_helper("came_back_on", "came_back_reason", button)


class NewLetterForm(CreateForm):
    """Begins a letter to a customer about anything."""

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
        return form_helper(
            "subject", Buttons("Begin the letter", link=("Cancel", self.customer.get_absolute_url()))
        )


class DigestField(forms.CharField):
    """The digest of what a page shows. A page that comes back has that of what it shows now, not the one that was sent."""

    def __init__(self, **kwargs: Any):
        super().__init__(widget=forms.HiddenInput, max_length=64, **kwargs)

    def bound_data(self, data: Any, initial: Any) -> Any:
        return initial


class ReadForm(ChangeForm):
    """Records what a second reader found."""

    digest = DigestField()
    sent_back_reason = ReasonFormField(
        label="What has to change, where it is not ready",
        missing="Say what has to change.",
        max_length=SHORT,
        required=False,
        rows=3,
    )

    def __init__(self, *args: Any, record: Letter, digest: str, **kwargs: Any):
        super().__init__(*args, record=record, **kwargs)
        self.fields["digest"].initial = digest
        self.optional_notes = {"sent_back_reason": ""}

    @property
    def helper(self) -> FormHelper:
        is_issued = self.record.issued_at is not None
        label = "Confirm it" if is_issued else "Ready to issue"
        withdrawn = " Sent back, it is withdrawn unless it was sent already." if is_issued else ""
        does = f"Whoever began it{' or issued it' if is_issued else ''} is told at once what you found.{withdrawn}"
        return form_helper("sent_back_reason", ReadingButtons(label, does=does))

    def clean(self) -> dict[str, Any]:
        return (super().clean() or self.cleaned_data) | {"is_ready": "ready" in self.data}


class ReadingButtons(Buttons):
    """Agree with a letter, or send it back with the reason above."""

    template = "letters/second_reader_buttons.html"


class IssueForm(ChangeForm):
    """Issues a letter as its issuer has seen it."""

    digest = DigestField(required=False)


class IssueUnreadForm(IssueForm):
    """Issues a letter that cannot wait for the second reader who was asked."""

    unread_reason = ReasonFormField(
        label="Why it cannot wait",
        help_text="Somebody confirms or reverses it within five working days.",
        missing="Say why it could not wait.",
        max_length=LONG,
        rows=3,
    )

    @property
    def helper(self) -> FormHelper:
        helper = form_helper("digest", "unread_reason", Buttons("Issue it before it is read"))
        helper.form_action = reverse("letter_issue", args=[self.record.reference])
        return helper


class VoidForm(ChangeForm):
    """Withdraws a letter before it is sent."""

    void_reason = ReasonFormField(
        label="Why", missing="Say why the letter is withdrawn.", max_length=SHORT, rows=1
    )

    @property
    def helper(self) -> FormHelper:
        does = "Nothing takes that back. Where it is still needed, a new letter is drafted."
        return form_helper("void_reason", action_buttons(self.record, "Withdraw the letter", does))


class ReplaceForm(CreateForm):
    """Begins a new letter with the words of one that was issued."""

    def __init__(self, *args: Any, record: Letter, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.record = record

    @property
    def helper(self) -> FormHelper:
        return form_helper(action_buttons(self.record, "Begin the new letter"))


def action_buttons(letter: Letter, label: str, does: str = "") -> Buttons:
    """Return the button of an action, what it does, and the link back to the letter."""
    return Buttons(label, link=("Cancel", letter.get_absolute_url()), does=does)


def form_helper(*parts: Any) -> FormHelper:
    helper = FormHelper()
    helper.layout = Layout(*parts)
    return helper

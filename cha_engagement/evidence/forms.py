from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms
from django.conf import settings
from django.template.defaultfilters import filesizeformat
from django.urls import reverse

from cha_engagement.core.formpack import Buttons, FoldedSection
from cha_engagement.core.forms import CaseForm, CaseModelForm, CreateForm
from cha_engagement.core.labels import field_label
from cha_engagement.core.reasons import ReasonFormField
from cha_engagement.core.records import SHORT
from cha_engagement.staff.models import StaffMember

from . import rules
from .actions import OPENING_REASON_MISSING, classify_files_ahead
from .models import Evidence


class EvidenceForm(CaseModelForm, CreateForm):
    """Asks for a file and a line on what it shows. The form's page knows what it is about."""

    # The action refuses an empty file, and cuts a long name.
    file = forms.FileField(allow_empty_file=True, label=field_label(Evidence, "file"))

    class Meta:
        model = Evidence
        fields = ["file", "summary", "sealed_reason"]
        labels = {"sealed_reason": "Why must this very file be kept?"}
        help_texts = {
            "sealed_reason": (
                "It is then kept sealed: it goes out under a name that no program opens, to managers who say why they need it."
            ),
            "summary": "A line that is fit for everybody: what it is, without repeating what is offensive.",
        }

    def __init__(self, *args: Any, user: StaffMember, **kwargs: Any):
        super().__init__(*args, **kwargs)
        largest = filesizeformat(settings.EVIDENCE_MAX_BYTES)
        self.fields["file"].help_text = f"A screenshot, email, document or recording of up to {largest}."
        if rules.may_seal(user):
            del self.fields["sealed_reason"]

    def look_into_files(self) -> None:
        classify_files_ahead([self.cleaned_data["file"]])

    def questions(self) -> list[Any]:
        """Return the questions in their order, those that are seldom needed folded away."""
        return ["file", "summary", *sealing_question(self)]


def sealing_question(form: forms.BaseForm) -> list[Any]:
    """Return the question of a form that seals a file, in a list that is empty where it is not asked."""
    return [FoldedSection("A file that may do harm and must be kept", "sealed_reason")] * (
        "sealed_reason" in form.fields
    )


class OpenSealedForm(CaseForm):
    """Asks why somebody needs a file that may do harm."""

    reason = ReasonFormField(
        label="Why do you need it?",
        help_text="It is written down beside your name.",
        missing=OPENING_REASON_MISSING,
        max_length=SHORT,
        rows=1,
    )

    def __init__(self, *args: Any, evidence: Evidence, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_action = reverse("evidence_open", args=[evidence.reference])
        self.helper.layout = Layout("reason", Buttons("Download the sealed file"))

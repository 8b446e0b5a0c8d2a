from typing import Any

from django import forms
from django.conf import settings
from django.template.defaultfilters import filesizeformat

from cha_engagement.forms import CaseModelForm, CreateForm

from .models import Evidence


class EvidenceForm(CaseModelForm, CreateForm):
    """A file and, in a line, what it shows. What it is about is for the form's page to know."""

    # What is empty, and how long a name may be, is said in full by the verb.
    file = forms.FileField(allow_empty_file=True, label="File")

    class Meta:
        model = Evidence
        fields = ["file", "summary"]
        help_texts = {
            "summary": "A line that is fit for everybody: what it is, without repeating what is offensive."
        }

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        most = filesizeformat(settings.EVIDENCE_MAX_BYTES)
        self.fields["file"].help_text = f"A screenshot, email, document or recording of up to {most}."

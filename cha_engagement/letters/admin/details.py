"""The association's details, as an Administrator keeps them."""

from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from typing import Any

from django import forms
from django.contrib import admin
from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.utils.text import capfirst

from cha_engagement.letters import rules
from cha_engagement.letters.rendering.markdown import escape
from cha_engagement.letters.rendering.standard_paragraphs import standard_paragraphs
from cha_engagement.organisation.admin import OneRowAdmin
from cha_engagement.organisation.models import EMERGENCY_ROUTES, INTERVAL_LIMITS, Organisation
from cha_engagement.organisation.rules import check_adoption, check_logo
from cha_engagement.staff.admin import site

from .seen import WordsAdmin, WordsForm

NOT_SAID = ("logo", "promises_adopted_on", "promises_adopted_by")


class LogoInput(forms.ClearableFileInput):
    """Says that there is a logo without a link to it: no file of ours has an address."""

    template_name = "admin/logo.html"

    def is_initial(self, value: Any) -> bool:
        return bool(value)


class OrganisationForm(WordsForm):
    logo = forms.FileField(
        required=False,
        widget=LogoInput,
        help_text="A PNG picture, printed up to 12 mm high above the association’s name at the head of each letter.",
    )
    kept_logo = (
        ""  # a logo that was chosen before the words were seen: a page cannot choose a file again by itself
    )

    @property
    def said_fields(self) -> tuple[str, ...]:
        return tuple(name for name in self.fields if name not in INTERVAL_LIMITS and name not in NOT_SAID)

    def clean_logo(self) -> Any:
        file = self.cleaned_data["logo"]
        if not isinstance(file, UploadedFile) and file is not False and self.data.get("kept_logo"):
            try:
                file = SimpleUploadedFile("logo.png", b64decode(self.data["kept_logo"], validate=True))
            except NotBase64:
                raise forms.ValidationError("The logo has not arrived. Choose it again.") from None
        if isinstance(file, UploadedFile):
            if refusals := check_logo(file):
                raise forms.ValidationError([str(refusal) for refusal in refusals])
            file.seek(0)
            self.kept_logo = b64encode(file.read()).decode()
            file.seek(0)
        return file

    def clean(self) -> dict[str, Any]:
        answers = super().clean()
        if answers.get("logo") and not answers.get("logo_words"):
            self.add_error(
                "logo_words", "Say what the logo shows, for somebody who has the letter read to them."
            )
        adoption = check_adoption(answers.get("promises_adopted_on"), answers.get("promises_adopted_by"))
        for refusal in [*adoption, *rules.check_details_kept(self.initial, answers)]:
            if refusal.field not in self.errors:
                self.add_error(refusal.field, str(refusal))
        return answers

    def sample_organisation(self) -> Organisation:
        return self.instance

    def sample(self) -> str:
        """Return all standard paragraphs, as letters would say them with these details."""
        return "\n\n".join(
            f"## {escape(capfirst(name))}\n\n{text if isinstance(text, str) else escape(str(text))}"
            for name, text in standard_paragraphs(self.instance).items()
        )


@admin.register(Organisation, site=site)
class OrganisationAdmin(WordsAdmin, OneRowAdmin):
    form = OrganisationForm
    hint = "Its name, how to reach it, how long things take, and what letters say of it."
    fieldsets = [
        (None, {"fields": ["name", "team_name", "logo", "logo_words"]}),
        (
            "How to reach it",
            {"fields": ["address", "phone", "text_number", "email", "website", "office_hours"]},
        ),
        (
            "Emergencies, for each need",
            {"fields": EMERGENCY_ROUTES},
        ),
        (
            "Putting things right",
            {
                "fields": [
                    "complaints_contact",
                    "ombudsman_name",
                    "ombudsman_contact",
                    "ombudsman_time_limit",
                ]
            },
        ),
        (
            "How long things take",
            {
                "fields": [
                    "review_months",
                    "longest_review_months",
                    "review_reminder_days",
                    "review_escalation_days",
                    "reminder_working_days",
                    "escalation_working_days",
                    "urgent_working_days",
                    "tidying_working_days",
                    "notification_working_days",
                    "notice_working_days",
                    "appeal_working_days",
                    "acknowledge_working_days",
                    "appeal_decision_working_days",
                ],
                "description": "Working days leave out weekends and Scotland’s bank holidays.",
            },
        ),
        (
            "Where a review or a hearing is late",
            {
                "fields": ["promises_adopted_on", "promises_adopted_by", "late_promise_working_days"],
                "description": (
                    "Once the committee has adopted it, what is late for so long goes to the Management Team. They ease or suspend the "
                    "restriction, or put the day off once, within five working days. Where they do not, it is suspended, unless it protects "
                    "from violence, threats or harassment."
                ),
            },
        ),
        (
            "What a limit on contact always leaves",
            {
                "fields": [
                    "least_weekly_contacts",
                    "least_contact_minutes",
                    "staffed_from_hour",
                    "staffed_until_hour",
                ],
                "description": "No restriction of the number, length or time of contacts leaves a customer less than this.",
            },
        ),
    ]

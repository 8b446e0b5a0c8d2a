"""The forms of allauth, in our words, and the form by which a record is assigned."""

from typing import Any

from allauth.account import forms as account
from django import forms
from django.http import HttpRequest

from cha_engagement.core.dates import NearDateField
from cha_engagement.core.formpack import form_helper
from cha_engagement.core.forms import CaseForm, ChangeForm

from .fields import StaffChoiceField
from .mail import queue_password_link
from .models import StaffMember
from .rules import check_absence_ends

LABELS_AND_ERRORS = {
    "login": ("Username", "Type your username."),
    "password": ("Password", "Type your password."),
    "email": ("Email address", "Type the email address of your account."),
    "oldpassword": ("The password that you use now", "Type the password that you use now."),
    "password1": ("New password", "Type a new password."),
    "password2": ("New password once more", "Type the new password once more."),
}
"""The label of each field, and the sentence where it is blank."""


class InOurWords(forms.Form):
    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.label, field.error_messages["required"] = LABELS_AND_ERRORS[name]
        if "email" in self.fields:
            self.fields["email"].error_messages["invalid"] = (
                "Type the whole email address, such as name@example.com."
            )


class LoginForm(InOurWords, account.LoginForm):
    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        # A link for whoever has forgotten it, which the page shows after the button and not on the way to it.
        self.fields["password"].help_text = ""


class ResetPasswordForm(InOurWords, account.ResetPasswordForm):
    def clean_email(self) -> str:
        """Return the address in small letters, as accounts have it. Whose it is, is looked up when the email is sent."""
        return self.cleaned_data["email"].lower()

    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        queue_password_link(self.cleaned_data["email"])
        return self.cleaned_data["email"]


class ResetPasswordKeyForm(InOurWords, account.ResetPasswordKeyForm):
    pass


class ChangePasswordForm(InOurWords, account.ChangePasswordForm):
    pass


class AbsenceForm(CaseForm):
    """Asks until when somebody is away. What is open for them is shown before it is saved, and `has_seen` says that it was.

    That they are back is a button of its own, `is_back`: a browser sends a day that is half typed as if there were none.
    """

    away_until = NearDateField(
        label="Away from now until and including",
        required=False,
        help_text="The last day.",
    )
    has_seen = forms.BooleanField(required=False, widget=forms.HiddenInput)
    is_back = forms.BooleanField(required=False, widget=forms.HiddenInput)

    optional_notes = {"away_until": ""}

    def __init__(self, *args: Any, person: StaffMember, is_own: bool, cancel_url: str, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.helper = form_helper(
            "away_until",
            submit="Go on",
            does="You see what is open for you first."
            if is_own
            else f"You see what is open for {person} first.",
            cancel_url=cancel_url,
        )

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or self.cleaned_data
        self.has_seen = answers.pop("has_seen", False)
        if answers.pop("is_back", False):
            answers["away_until"] = None
        elif "away_until" in answers and not answers["away_until"]:
            self.add_error("away_until", "Give the last day, with its month and year.")
        for refusal in check_absence_ends(answers.get("away_until")):
            self.add_error(refusal.field, str(refusal))
        return answers


class AssignmentForm(ChangeForm):
    """Asks to whom a record is assigned. To take it away from whoever has it is a choice of its own, and not an answer left out."""

    assigned_to = StaffChoiceField(required=False)
    nobody = forms.BooleanField(required=False)

    optional_notes = {"assigned_to": "", "nobody": ""}
    missing = ""
    """What is asked for where nobody is chosen."""

    def __init__(self, *args: Any, record: Any, **kwargs: Any):
        super().__init__(*args, record=record, **kwargs)
        self.initial["assigned_to"] = record.assigned_to
        names = ["assigned_to", "nobody"]
        if record.assigned_to:
            self.fields["nobody"].label = f"Take it away from {record.assigned_to}, and give it to nobody"
        else:
            del self.fields[names.pop()]
        self.helper = form_helper(
            *names,
            submit="Save",
            does="Whoever you choose is told at once.",
            cancel_url=record.get_absolute_url(),
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        to_nobody, person = cleaned.pop("nobody", False), cleaned.get("assigned_to")
        if to_nobody and person not in (None, self.record.assigned_to):
            self.add_error("nobody", f"Choose {person}, or tick this: not both.")
        elif not to_nobody and not person and "assigned_to" not in self.errors:
            self.add_error("assigned_to", self.missing)
        return cleaned | {"assigned_to": None if to_nobody else person}

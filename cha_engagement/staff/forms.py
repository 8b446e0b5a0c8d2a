"""The forms of allauth, in our words."""

from typing import Any

from allauth.account import forms as account
from django import forms
from django.http import HttpRequest

from .mail import queue_password_link

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

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from cha_engagement.logs import log

from .models import StaffMember


class ClosedAdapter(DefaultAccountAdapter):
    """Accounts are made by an Administrator: nobody signs themselves up."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "account_inactive": "This account is closed.",
        "enter_current_password": "This is not your password. Type the one that you use now.",
        "too_many_login_attempts": "Too many wrong passwords. Wait five minutes, then try again.",
        "username_password_mismatch": "The username or the password is not right. Check both and try again.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def set_password(self, user: Any, password: str) -> None:
        user._change_reason = "Chose a new password"
        super().set_password(user, password)
        log.info("password_chosen", account=user.pk)

    def get_reset_password_from_key_url(self, key: str) -> str:
        """Where the link in the email leads, whatever host the request has named."""
        uidb36, _, token = key.partition("-")
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": uidb36, "key": token})
        return f"{settings.SITE_URL}{path}"

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("home")


def invite(request: HttpRequest, person: StaffMember) -> None:
    """Send somebody the link with which they choose a password. Raises what the mail server does."""
    adapter = ClosedAdapter(request)
    key = f"{user_pk_to_url_str(person)}-{default_token_generator.make_token(person)}"
    context: dict[str, Any] = {"password_reset_url": adapter.get_reset_password_from_key_url(key)}
    adapter.send_password_reset_mail(person, person.email, context)

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.urls import reverse

from cha_engagement.logs import log


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

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("home")

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from cha_engagement.core.logs import log

from . import throttle
from .models import WrongPassword


class ClosedAdapter(DefaultAccountAdapter):
    """Adapts allauth to accounts that an Administrator makes: nobody signs themselves up."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "account_inactive": "This account is closed.",
        "enter_current_password": "This is not your password. Type the one that you use now.",
        "too_many_login_attempts": (
            "Too many wrong passwords. Wait five minutes and try again, use a browser that you have signed in with before, or "
            "choose a new password by email."
        ),
        "username_password_mismatch": "The username or the password is not right. Check both and try again.",
    }

    attempt: WrongPassword | None = None

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Apply our limits in place of allauth's, with which anybody can lock out a colleague, or an office."""
        self.attempt = throttle.begin_attempt(request, credentials["username"])
        if self.attempt is None:
            log.warning("sign_in_throttled")
            raise self.validation_error("too_many_login_attempts")

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Any:
        user = super().authenticate(request, **credentials)
        if user and self.attempt:
            throttle.forget_attempts(self.attempt)
        return user

    def post_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> HttpResponse:
        response = super().post_login(request, user, **kwargs)
        throttle.remember_browser(request, response, user.username)
        return response

    def set_password(self, user: Any, password: str) -> None:
        user._change_reason = "Chose a new password"
        super().set_password(user, password)
        log.info("password_chosen", account=user.pk)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("home")

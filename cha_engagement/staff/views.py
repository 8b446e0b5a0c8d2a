from typing import Any

from allauth.account.views import PasswordResetFromKeyView
from django.http import HttpResponse

from .throttle import remember_browser


class ChoosePasswordView(PasswordResetFromKeyView):
    """Whoever comes by the link reads the account's mailbox: their browser is known from now on, however often others guess."""

    def form_valid(self, form: Any) -> HttpResponse:
        response = super().form_valid(form)
        remember_browser(self.request, response, self.reset_user.username)
        return response

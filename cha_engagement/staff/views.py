from typing import Any

from allauth.account.views import PasswordResetFromKeyView
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from .requests import mark_as_script_view
from .throttle import remember_browser


class ChoosePasswordView(PasswordResetFromKeyView):
    """Makes a browser known to the account once it has come by the link: whoever opened it reads the account's mailbox."""

    def form_valid(self, form: Any) -> HttpResponse:
        response = super().form_valid(form)
        remember_browser(self.request, response, self.reset_user.username)
        return response


@mark_as_script_view
@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def session_state(request: HttpRequest) -> JsonResponse:
    """Answer who is signed in and for how many seconds more. A POST says that they are there.

    An open page learns here that its session is over, or is another person's by now. The token is the one that its forms need.
    """
    session = request.session
    if not request.user.is_authenticated:
        return JsonResponse({"person": None, "left": 0})
    if request.method == "POST":
        session.prolong()  # type: ignore[attr-defined]
    return JsonResponse(
        {
            "person": request.user.pk,
            "left": session.seconds_left(),  # type: ignore[attr-defined]
            "can_stay": session.can_stay(),  # type: ignore[attr-defined]
            "token": get_token(request),
        }
    )

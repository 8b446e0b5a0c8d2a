from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control

from .last_sign_in import forget_sign_in, remember_sign_in
from .requests import is_page_visit


class PrivatePagesMiddleware:
    """Keeps browsers and proxies from storing any answer: files, refusals and errors too.

    Not where one signs in either: those pages say which name was typed, or lead to a new password. Styles and scripts are answered
    before this.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        patch_cache_control(response, no_store=True, private=True)
        return response


class PresenceMiddleware:
    """Puts off the end of a session when a page is opened, and for nothing that a script asks for by itself.

    While somebody types, a script says so to `session_state`.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code >= 500:
            return response  # who it was may be what could not be found out
        if request.user.is_authenticated:
            remember_sign_in(request, response)
        elif request.resolver_match and request.resolver_match.view_name == "account_logout":
            forget_sign_in(request, response)
        return response

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        if is_page_visit(request, view) and request.user.is_authenticated:
            request.session.prolong()  # type: ignore[attr-defined]

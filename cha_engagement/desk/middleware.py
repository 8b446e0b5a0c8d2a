from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse

from cha_engagement.staff.last_sign_in import find_last_person
from cha_engagement.staff.requests import is_page_visit

from .typed_drafts import PageTypedDrafts, sending_page

NOT_SAVED = "You were signed out before this was saved."
SIGNED_OUT = "You have been signed out, because nothing was done here for a while or the day is over."
IS_KEPT = " What you typed is kept: sign in, and it is back in its form."
IS_LOST = " What you typed just now is not kept: type it again once you have signed in. Whatever was kept before is back in its form."


class TypedDraftMiddleware:
    """Keeps what is sent after the session has ended, and forgets what was kept of a form once it is saved.

    Stands before whatever asks for signing in. Pages that refuse a form keep it through `request.typed_drafts`.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        typed_drafts = PageTypedDrafts(request)
        request.typed_drafts = typed_drafts  # type: ignore[attr-defined]
        response = self.get_response(request)
        is_saved = request.method == "POST" and response.status_code in {302, 303}
        if is_saved and request.user.is_authenticated:
            typed_drafts.discard_saved()
        return response

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        is_private = getattr(view, "login_required", True)
        if not is_private or request.user.is_authenticated or not is_page_visit(request, view):
            return None
        if request.method == "POST":
            is_kept = request.typed_drafts.keep()  # type: ignore[attr-defined]
            messages.warning(request, NOT_SAVED + (IS_KEPT if is_kept else IS_LOST))
            # Not to where a button posts, which is no page.
            return redirect_to_login(sending_page(request))
        if find_last_person(request):
            is_waiting = request.typed_drafts.is_waiting()  # type: ignore[attr-defined]
            messages.info(request, SIGNED_OUT + (IS_KEPT if is_waiting else ""))
        return None

from collections.abc import Callable
from typing import Any, TypeVar

from allauth.account.adapter import get_adapter
from django.http import HttpRequest

from .models import StaffMember

View = TypeVar("View", bound=Callable[..., Any])


class StaffRequest(HttpRequest):
    """A request for a page behind sign-in, whose user is a member of staff. For annotations alone."""

    user: StaffMember
    typed_drafts: Any


def visitor_address(request: HttpRequest) -> str:
    """Return the visitor's own network address: behind the proxy the one that the proxy saw, whatever else a request says of itself."""
    return get_adapter().get_client_ip(request)


def mark_as_script_view(view: View) -> View:
    """Mark a view that no person opens: a request for it does not show that anybody is there."""
    view.is_script_view = True  # type: ignore[attr-defined]
    return view


def is_page_visit(request: HttpRequest, view: Any) -> bool:
    """Return whether somebody opens a page or sends a form. Browsers say so where a script does not."""
    is_navigation = request.headers.get("Sec-Fetch-Mode", "navigate") == "navigate"
    return is_navigation and not getattr(view, "is_script_view", False)

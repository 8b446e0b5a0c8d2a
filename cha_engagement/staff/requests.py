from allauth.account.adapter import get_adapter
from django.http import HttpRequest

from .models import StaffMember


class StaffRequest(HttpRequest):
    """What a page behind sign-in is asked with: its user is somebody on the staff. For annotations alone."""

    user: StaffMember


def visitor_address(request: HttpRequest) -> str:
    """Return the visitor's own network address: behind the proxy the one that the proxy saw, whatever else a request says of itself."""
    return get_adapter().get_client_ip(request)

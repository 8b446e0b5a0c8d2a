from django.http import HttpRequest

from .models import StaffMember


class StaffRequest(HttpRequest):
    """What a page behind sign-in is asked with: its user is somebody on the staff. For annotations alone."""

    user: StaffMember

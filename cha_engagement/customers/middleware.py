from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from cha_engagement.staff.requests import StaffRequest

from .models import Customer


class MergedCustomerMiddleware:
    """Leads from the pages of a customer who is merged into another to those of the other, with a form as it was typed. B16.

    It looks only where a page was not found, and whoever does not read about customers still finds nothing.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: StaffRequest, exception: Exception) -> HttpResponse | None:
        # Every page that names a customer is behind sign-in.
        reference = request.resolver_match.kwargs.get("reference", "") if request.resolver_match else ""
        if not (isinstance(exception, Http404) and reference.startswith(f"{Customer.PREFIX}-")):
            return None
        known = Customer.objects.known_to(request.user).filter(merged_into=None)
        kept = known.filter(merged__reference=reference).first()
        if kept is None:
            return None
        path = request.get_full_path().replace(reference, kept.reference, 1)
        return redirect(path, preserve_request=True)

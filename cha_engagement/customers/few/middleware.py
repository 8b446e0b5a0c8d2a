from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from cha_engagement.staff.actions import log_case_reading
from cha_engagement.staff.requests import visitor_address

from .queries import case_of_reference


class CaseReadingMiddleware:
    """Writes down who opens which page, or file, of a case for few, before it is sent. Beyond the policy: B33.

    Of anybody who reads none, and these are nearly all, it asks nothing.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        match = request.resolver_match
        reference = str(match.kwargs.get("reference", "")) if match else ""
        if not reference or response.status_code != 200 or not request.user.is_authenticated:
            return response
        if request.user.customers_for_few:
            case = case_of_reference(reference)
            if case and case.customer_id in request.user.customers_for_few:
                log_case_reading(
                    reference=reference,
                    customer=case.customer.reference,
                    by=request.user,
                    address=visitor_address(request),
                )
        return response

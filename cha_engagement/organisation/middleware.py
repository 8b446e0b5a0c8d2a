from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from .models import organisation_of_request


class OrganisationReadOnceMiddleware:
    """Reads the association's details once a request: many parts of a page ask for them."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token = organisation_of_request.set([])
        try:
            return self.get_response(request)
        finally:
            organisation_of_request.reset(token)

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from .models import kept_for_request


class OrganisationReadOnceMiddleware:
    """What a page says of the association is read once: many parts of a page ask for it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token = kept_for_request.set([])
        try:
            return self.get_response(request)
        finally:
            kept_for_request.reset(token)

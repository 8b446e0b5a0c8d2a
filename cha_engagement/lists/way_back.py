"""Lead from a record back to the list from which it was opened, as that was filtered, ordered and paged."""

from urllib.parse import urlsplit

from django.http import HttpRequest, QueryDict
from django.urls import reverse

from .interfaces import list_definitions

OPENED_FROM = "opened_from"
"""In a session: the path of the record that was opened last from a list that was filtered, and that list's code and query string."""
LONGEST_QUERY = 500
NO_FILTER = {"after", "order"}


def way_back(request: HttpRequest, url: str, text: str) -> tuple[str, str]:
    """Return where the back link of a page leads, and its text: to the list from which its record was opened, or to this address.

    What is said of the list is its query string alone, so that no address leads elsewhere.
    """
    came_from = referring_address(request)
    if is_record_page(request) and (opened := find_list(came_from)):
        code, query = opened
        remember_list(request, code, query)
    else:
        path, code, query = request.session.get(OPENED_FROM, ("", "", ""))
        is_same_record = (
            path and request.path.startswith(path) and urlsplit(came_from or path).path.startswith(path)
        )
        if not is_same_record or (request.path != path and url != reverse(code)):
            return url, text
    definition, address = list_definitions()[code], reverse(code)
    is_filtered = not QueryDict(query).keys() <= NO_FILTER
    return (
        f"{address}?{query}" if query else address,
        f"{definition.title}, as you filtered them" if is_filtered else definition.title,
    )


def referring_address(request: HttpRequest) -> str:
    """Return the path and query string of the page of ours that led here; empty where none did."""
    referer = request.headers.get("Referer", "")
    address = referer.removeprefix(f"{request.scheme}://{request.get_host()}")
    # An address with two slashes names another host, or none that can be read.
    is_ours = address != referer and address.startswith("/") and not address.startswith("//")
    return address if is_ours else ""


def is_record_page(request: HttpRequest) -> bool:
    reference = request.resolver_match and request.resolver_match.kwargs.get("reference")
    return bool(reference) and request.method == "GET" and request.path.endswith(f"/{reference}/")


def find_list(address: str) -> tuple[str, str] | None:
    """Return the code of the list that has this address, and its query string in one form."""
    parts = urlsplit(address)
    code = next((code for code in list_definitions() if reverse(code) == parts.path), None)
    if code is None or parts.netloc:
        return None
    query = QueryDict(parts.query).urlencode() if len(parts.query) <= LONGEST_QUERY else ""
    return code, query


def remember_list(request: HttpRequest, code: str, query: str) -> None:
    """Keep for the pages below a record from which list it was opened. A list that shows all is not kept: each would be a row to write."""
    opened_from = [request.path, code, query]
    if query and request.session.get(OPENED_FROM) != opened_from:
        request.session[OPENED_FROM] = opened_from
    elif not query and request.session.get(OPENED_FROM, [""])[0] == request.path:
        del request.session[OPENED_FROM]

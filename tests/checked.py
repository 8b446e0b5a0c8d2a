"""Forms that a second page shows, to be checked, before anything is saved."""

from typing import Any

from lxml.html import fromstring


def send_checked(client: Any, url: str, answers: dict[str, Any]) -> Any:
    """Send a form and then the page that checks it, as it was shown. Return the answer of the last that was sent."""
    first = client.post(url, answers)
    if first.status_code != 302 or not first.url.endswith("/check/"):
        return first
    form = client.get(first.url).context["form"]
    return client.post(first.url, {bound.name: bound.value() for bound in form})


def is_asked_first(page: Any, url: str) -> bool:
    """Return whether a page sends to an address only once somebody has opened the question before its button."""
    forms = fromstring(page.content).xpath(f"//form[@action='{url}']")
    assert forms, f"Nothing on this page posts to {url}."
    return all(form.xpath("ancestor::details[not(@open)]") for form in forms)

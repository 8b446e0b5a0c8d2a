"""Forms that a second page shows, to be checked, before anything is saved."""

from typing import Any


def send_checked(client: Any, url: str, answers: dict[str, Any]) -> Any:
    """Send a form and then the page that checks it, as it was shown. Return the answer of the last that was sent."""
    first = client.post(url, answers)
    if first.status_code != 302 or not first.url.endswith("/check/"):
        return first
    form = client.get(first.url).context["form"]
    return client.post(first.url, {bound.name: bound.value() for bound in form})

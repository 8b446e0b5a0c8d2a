"""The frame of every page, around its content."""

from collections.abc import Callable
from functools import cache, partial
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from cha_engagement.core.permissions import Permission
from cha_engagement.guide.places import guide_place
from cha_engagement.guide.queries import guide_url
from cha_engagement.lists.interfaces import list_definitions
from cha_engagement.organisation.models import Organisation
from cha_engagement.staff.models import StaffMember
from cha_engagement.staff.requests import StaffRequest

from .waiting import waiting_count

ABSENCE_BEGUN = "absence_begun"
"""In a session: the address at which somebody was about to say that they, or somebody of this name, are away, and the name."""

NAVIGATION: tuple[tuple[str, str, tuple[Permission, ...]], ...] = (
    ("My work", "home", ()),
    ("Customers", "customers", (Permission.READ_CUSTOMERS,)),
    ("Incidents", "incidents", (Permission.LOG_INCIDENTS, Permission.READ_INCIDENTS)),
    ("Decisions", "decisions", (Permission.READ_MANAGEMENT_DECISIONS,)),
    ("Restrictions", "restrictions", (Permission.READ_RESTRICTIONS,)),
    ("Reviews", "reviews", (Permission.READ_REVIEWS,)),
    ("Appeals", "appeals", (Permission.LOG_APPEALS, Permission.READ_APPEALS)),
    ("Letters", "letters", (Permission.READ_CUSTOMERS,)),
    ("Look up", "look_up", (Permission.READ_CARDS,)),
    ("Exports", "exports", (Permission.READ_ACCESS_LOG,)),
    ("Access", "wider_access", (Permission.READ_WIDER_ACCESS,)),
    ("Administration", "admin:index", (Permission.ADMINISTER,)),
)
"""Title, URL name, and the permissions for any one of which it is offered; a list is offered to nobody who may not read it."""

OTHER_ADDRESSES = {
    "home": ("/work/", "/absence/", "/notices/", "/drafts/", "/talks/", "/agreements/"),
    "customers": ("/contacts/", "/notes/", "/breaches/", "/few/"),
    "incidents": ("/evidence/", "/restorative/", "/contact-requests/"),
    "reviews": ("/late/",),
    "restrictions": ("/interim/", "/blocks/", "/objections/", "/second-looks/"),
    "letters": ("/enclosures/",),
}
"""Addresses of pages that belong to an item of the menu and do not begin as it does, and those of lists by their code (`/lists/…/`)."""


def page_context(request: StaffRequest) -> dict[str, Any]:
    """Return the association, the environment and the menu. Nothing is read where nobody is signed in."""
    user = getattr(request, "user", None)
    if not (user and user.is_authenticated):
        return {"environment": settings.ENVIRONMENT}

    count = partial(waiting_count, request)
    return {
        "environment": settings.ENVIRONMENT,
        "organisation": SimpleLazyObject(Organisation.current),
        "nav": navigation_items(user, request.path, count),
        "waiting_count": count,
        "help": help_with(request),
        "absence_begun": absence_begun(request),
    }


def absence_begun(request: StaffRequest) -> list[str] | None:
    """Return where somebody was about to say who is away, on other pages than that."""
    begun = request.session.get(ABSENCE_BEGUN)
    return begun if begun and begun[0] != request.get_full_path() else None


def help_with(request: StaffRequest) -> dict[str, str]:
    """Return where the guide tells of the page that somebody is on, and the paragraph of the policy that asks for it."""
    place = guide_place(request.resolver_match.view_name if request.resolver_match else "")
    return {"url": guide_url(place.guide), "paragraph": place.paragraph}


item_url = cache(reverse)


def navigation_items(user: StaffMember, path: str, count_waiting: Callable[[], int]) -> list[dict[str, Any]]:
    """Return the items of the menu that this user may open, the one they are in marked as current, and how much waits in My work."""
    items = []
    lists = list_definitions()
    for title, name, permissions in NAVIGATION:
        if permissions and not any(user.has_perm(permission) for permission in permissions):
            continue
        if name in lists and lists[name].may_read(user):
            continue
        url = item_url(name)
        others = (f"/lists/{name}/", *OTHER_ADDRESSES.get(name, ()))
        is_current = path == url or path.startswith(others if url == "/" else (url, *others))
        count = count_waiting if name == "home" else None
        items.append({"title": title, "url": url, "current": is_current, "count": count})
    return items

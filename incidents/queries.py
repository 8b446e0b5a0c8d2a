"""Reads worth a name."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet

from cha_engagement import hub
from cha_engagement.customers.models import Customer
from cha_engagement.organisation.calendar import add_working_days, start_of, today
from cha_engagement.organisation.models import Organisation
from cha_engagement.staff.models import StaffMember

from . import policy
from .enums import ZERO_TOLERANCE
from .models import Incident, RestorativeAction


def for_list(incidents: QuerySet[Incident]) -> QuerySet[Incident]:
    """With what a row of a list shows."""
    return incidents.select_related("customer", "reported_by").prefetch_related("categories")


def for_page(incidents: QuerySet[Incident]) -> QuerySet[Incident]:
    """With what the page of one shows."""
    return incidents.select_related(
        "customer", "reported_by__line_manager__deputy", "entered_by", "assigned_to", "talk"
    ).prefetch_related(
        "categories", "affected_staff", "witnesses", "evidence", "assessments__by", "restorative_actions"
    )


def for_action(actions: QuerySet[RestorativeAction]) -> QuerySet[RestorativeAction]:
    return actions.select_related("customer", "incident", "by", "owner", "organisation")


def page_of(incident: Incident, user: StaffMember) -> dict[str, Any]:
    """All that an incident's page shows this reader: what is known, what is needed, what they may do."""
    talk = getattr(incident, "talk", None)
    reads_reasons = (
        user.has_perm("incidents.view_incident")
        or incident.assessments.filter(hub.readable_through_holders("incidents.Assessment", user)).exists()
    )
    return {
        "incident": incident,
        "needed": [] if incident.status == "closed" else policy.still_needed(incident),
        "talk": talk,
        "assessments": incident.assessments.all(),
        "reads_reasons": reads_reasons,
        "may": {
            "change": not policy.may_change(user, incident),
            "assess": incident.can("assess") and user.has_perm("incidents.assess_incident"),
            "close": incident.can("close") and not policy.may_close(user, incident),
            "reopen": incident.can("reopen") and not policy.may_reopen(user, incident),
            "take": talk and talk.can("take") and not policy.may_talk(user, talk),
            "hold": talk and talk.can("hold") and not policy.may_talk(user, talk),
            "history": user.has_perm("staff.view_history"),
        },
    }


def under_notice(customers: Iterable[int]) -> QuerySet[Incident]:
    """Zero-tolerance incidents of these customers that no manager has decided yet, while their notice lasts. Policy §24."""
    since = notice_since()
    return (
        Incident.objects.filter(
            customer__in=customers,
            status="with_manager",
            created_at__gte=since,
            categories__in=ZERO_TOLERANCE,
        )
        .select_related("reported_by__line_manager__deputy")
        .order_by("created_at")
        .distinct()
    )


def notice_since() -> datetime:
    """Notices of incidents logged before this moment have lapsed."""
    days = Organisation.current().notice_working_days
    day = today()
    # The earliest day whose notice still stands: working days are not evenly spread, so it is looked for.
    while add_working_days(day - timedelta(days=1), days) >= today():
        day -= timedelta(days=1)
    return start_of(day)


def comparable(incident_ids: Iterable[int], *, besides: Customer) -> QuerySet[Incident]:
    """Incidents of other customers that share a category with these, newest first. Policy §13."""
    shared = Incident.categories.through.objects.filter(incident__in=list(incident_ids)).values("category")
    return (
        Incident.objects.filter(categories__in=shared)
        .exclude(customer=besides)
        .prefetch_related("categories", "assessments")
        .order_by("-occurred_at", "-id")
        .distinct()
    )

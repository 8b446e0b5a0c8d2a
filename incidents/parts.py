"""Who ever had which part in an incident, as its history has it: what is edited away later does not clear anybody. Policy §13, 22."""

from collections.abc import Iterable
from itertools import pairwise
from typing import Any, NamedTuple

from django.db.models import F, Q, QuerySet, Value

from cha_engagement.staff.models import StaffMember

from .enums import ZERO_TOLERANCE
from .models import Incident

INVOLVEMENT_WORDS = {
    "reported_by": "reported",
    "affected_staff": "had been affected by",
    "witnesses": "witnessed",
}
"""What somebody did, by the field that says so."""


class Involvement(NamedTuple):
    """A part that somebody had in an incident at any time, by their keys; `role` is of `WORDS`."""

    incident: int
    person: int
    role: str


def involvements(incidents: Any, roles: Iterable[str] = INVOLVEMENT_WORDS) -> list[Involvement]:
    """Return all parts in some incidents, given by their keys or as a query. One query."""
    rows = [
        history.values_list(F(incident), F(person), Value(role))
        for role in roles
        for history, incident, person in role_histories(role, incidents)
    ]
    return [Involvement(*row) for row in rows[0].union(*rows[1:])]


def role_history(role: str, incidents: Any) -> QuerySet[Any]:
    """Return the history in which people had a role in some incidents."""
    return role_histories(role, incidents)[0][0]


def role_histories(role: str, incidents: Any) -> list[tuple[QuerySet[Any], str, str]]:
    """Return each history in which people had a role, and the names of its fields for the incident and for the person.

    Whoever entered a report in somebody else's name counts as having reported it: the words in it are theirs.
    """
    if role == "reported_by":
        manager: Any = Incident.history.model._default_manager
        history = manager.filter(id__in=incidents).order_by()
        return [(history, "id", "reported_by"), (history, "id", "entered_by")]
    links = {field.name: model for field, model in Incident.history_writer.m2m_models.items()}
    kept = links[role]._default_manager.filter(history__id__in=incidents).order_by()
    return [(kept, "history__id", "staffmember")]


def account_rewriters(incident: Incident) -> list[StaffMember]:
    """Return who changed the account of an incident that others had reported and entered, in that order."""
    rows = list(incident.history.order_by("sequence").values_list("facts", "history_user"))
    changed = [user for (before, _), (after, user) in pairwise(rows) if before != after]
    people = StaffMember.objects.in_bulk({user for user in changed if user})
    authors = {incident.reported_by_id, incident.entered_by_id}
    return [people[user] for user in dict.fromkeys(changed) if user in people and user not in authors]


def affected_staff_ids(incidents: Iterable[Incident]) -> set[int]:
    """Return the keys of those whom one of these ever was said to have affected."""
    keys = [incident.pk for incident in incidents]
    return {part.person for part in involvements(keys, ["affected_staff"])}


def zero_tolerance_reporter_ids(incidents: Iterable[Incident]) -> set[int]:
    """Return the keys of those who ever reported one of these that is zero tolerance, or may be: no manager has said of what kind it is."""
    keys = [incident.pk for incident in incidents]
    worst = Q(categories__in=ZERO_TOLERANCE) | Q(without_kind=True)
    urgent = Incident.objects.filter(worst, pk__in=keys).values("pk")
    return {part.person for part in involvements(urgent, ["reported_by"])}

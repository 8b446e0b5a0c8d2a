"""Involvement in what an appeal is about: whoever had a part in it does not hear it. Policy §22.

Who reported, suffered or witnessed an incident counts as its history has it at any time: what is edited away clears nobody.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from django.db.models import BigIntegerField, CharField, F, QuerySet, Value
from django.db.models.functions import Cast

from cha_engagement.core.statements import kept_rows
from cha_engagement.staff.models import StaffMember
from incidents.enums import Outcome
from incidents.models import Incident
from incidents.queries import INVOLVEMENT_WORDS, involvements
from restrictions.models import Restriction

from ..enums import OPEN_STATUSES
from ..models import Appeal, AppealedRestriction

PATHS_TO_INCIDENTS = ("versions", "versions__evidence", "restriction__decision")
"""Where an appealed restriction has its `incidents`."""


@dataclass(frozen=True, slots=True)
class RecordedInvolvement:
    """One way of having had a part in a restriction, as paths from an appealed restriction, and in words.

    `conditions` say which rows count.
    """

    person: str
    record: str
    words: str
    conditions: dict[str, Any] = field(default_factory=dict)


RECORDED_INVOLVEMENTS = (
    RecordedInvolvement("restriction__decision__by", "restriction__decision__reference", "decided on"),
    RecordedInvolvement("versions__proposed_by", "versions__reference", "proposed"),
    RecordedInvolvement("versions__imposed_by", "versions__reference", "imposed"),
    RecordedInvolvement(
        "versions__unnotified_confirmed_by", "versions__reference", "confirmed that they are not told of"
    ),
    RecordedInvolvement(
        "restriction__decision__unnotified_confirmed_by",
        "restriction__decision__reference",
        "confirmed that nobody explains",
    ),
    RecordedInvolvement("versions__second_look__looked_by", "versions__reference", "looked at"),
    RecordedInvolvement(
        "restriction__decision__second_look__looked_by", "restriction__decision__reference", "looked at"
    ),
    RecordedInvolvement("versions__named_contact", "versions__reference", "is the named contact in"),
    RecordedInvolvement("versions__deputy", "versions__reference", "is the deputy in"),
    RecordedInvolvement("versions__reviews__held_by", "versions__reviews__reference", "held"),
    *(
        RecordedInvolvement(
            f"{path}__incidents__assessments__by",
            f"{path}__incidents__reference",
            "found active management needed after",
            {f"{path}__incidents__assessments__outcome": Outcome.ACTIVE_MANAGEMENT},
        )
        for path in PATHS_TO_INCIDENTS
    ),
    *(
        RecordedInvolvement(
            f"{path}__incidents__interim_measures__{person}",
            f"{path}__incidents__interim_measures__reference",
            words,
        )
        for path in PATHS_TO_INCIDENTS
        for person, words in (("by", "set"), ("second_look__looked_by", "looked at"))
    ),
)


class OpenAppeal(NamedTuple):
    """An open appeal: its id, the day by which it is to be decided, and who was named to hear it, if anybody."""

    pk: int
    decide_by: date
    substitute: int | None


def incident_rows(appealed: QuerySet[AppealedRestriction]) -> QuerySet[Any]:
    """Return the appeal, and the key and the reference of each incident that it is about."""
    rows = [
        appealed.filter(**{f"{path}__incidents__isnull": False})
        .order_by()
        .values_list("appeal", F(f"{path}__incidents"), F(f"{path}__incidents__reference"))
        for path in PATHS_TO_INCIDENTS
    ]
    return rows[0].union(*rows[1:])


def incidents_of(appeal: int) -> QuerySet[Any]:
    return incident_rows(AppealedRestriction.objects.filter(appeal=appeal))


def open_appeals_about(incident: Incident) -> QuerySet[Appeal]:
    appealed = AppealedRestriction.objects.filter(appeal__status__in=OPEN_STATUSES)
    keys = [appeal for appeal, incident_key, _ in incident_rows(appealed) if incident_key == incident.pk]
    return Appeal.objects.filter(pk__in=keys)


def people_involved_in_open_appeals() -> dict[OpenAppeal, set[int]]:
    """Return, by open appeal, the keys of those who had a part. Three queries, however many there are.

    The few that are open come first, by key: PostgreSQL would go through all that ever was appealed.
    """
    open_keys = list(
        AppealedRestriction.objects.filter(appeal__status__in=OPEN_STATUSES).values_list("pk", flat=True)
    )
    if not open_keys:
        return {}
    appealed = AppealedRestriction.objects.filter(pk__in=open_keys).order_by()
    names = ("appeal", "appeal__decide_by", "appeal__substitute")
    nobody = Cast(Value(None), BigIntegerField())
    rows = [
        appealed.filter(**involvement.conditions).values_list(*names, F(involvement.person), nobody)
        for involvement in RECORDED_INVOLVEMENTS
    ]
    rows += [appealed.values_list(*names, nobody, F(f"{path}__incidents")) for path in PATHS_TO_INCIDENTS]
    people: dict[OpenAppeal, set[int]] = defaultdict(set)
    appeals_by_incident: dict[int, set[OpenAppeal]] = defaultdict(set)
    for pk, decide_by, substitute, person, incident in rows[0].union(*rows[1:]):
        appeal = OpenAppeal(pk, decide_by, substitute)
        people[appeal].update({person} - {None})
        if incident:
            appeals_by_incident[incident].add(appeal)
    for involvement in involvements(appeals_by_incident):
        for appeal in appeals_by_incident[involvement.incident]:
            people[appeal].add(involvement.person)
    return people


def is_involved_in(person: StaffMember, restrictions: Collection[int]) -> bool:
    """Tell whether somebody had a recorded part in any of these restrictions, given with the versions that they came from. One query."""
    rows = [
        Restriction.objects.filter(
            pk__in=restrictions,
            **paths_from_restriction(involvement.conditions | {involvement.person: person}),
        )
        .order_by()
        .values("pk")
        for involvement in RECORDED_INVOLVEMENTS
    ]
    return rows[0].union(*rows[1:]).exists()


def paths_from_restriction(conditions: Mapping[str, Any]) -> dict[str, Any]:
    """Return conditions on an appealed restriction as conditions on a restriction, or a version of it, before it is appealed."""
    return {
        path.removeprefix("versions__").removeprefix("restriction__"): value
        for path, value in conditions.items()
    }


def involvements_by_person(appeal: Appeal) -> dict[int, list[str]]:
    """Return what each person did, by their key, such as "proposed and imposed RES-2026-0042"."""
    words_by_record: dict[int, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for person, record, words in [*recorded_involvements(appeal), *incident_involvements(appeal)]:
        words_by_record[person][record].append(words)
    return {
        person: [f"{' and '.join(dict.fromkeys(words))} {record}" for record, words in records.items()]
        for person, records in words_by_record.items()
    }


def recorded_involvements(appeal: Appeal) -> Iterator[tuple[int, str, str]]:
    """Yield the person, the record and the words of each of `RECORDED_INVOLVEMENTS`. One query."""
    for person, record, index in sorted(kept_rows(recorded_rows, appeal.pk), key=lambda row: row[2]):
        yield person, record, RECORDED_INVOLVEMENTS[index].words


def recorded_rows(appeal: int) -> QuerySet[Any]:
    rows = [
        AppealedRestriction.objects.filter(
            appeal=appeal, **involvement.conditions, **{f"{involvement.person}__isnull": False}
        )
        .order_by()
        .values_list(
            F(involvement.person),
            Cast(involvement.record, CharField()),
            Value(index),
        )
        for index, involvement in enumerate(RECORDED_INVOLVEMENTS)
    ]
    return rows[0].union(*rows[1:])


def incident_involvements(appeal: Appeal) -> Iterable[tuple[int, str, str]]:
    """Return the person, the incident and the words of each involvement in an incident, at any time. Two queries."""
    references = {incident: reference for _, incident, reference in kept_rows(incidents_of, appeal.pk)}
    rows = involvements(references)
    roles = list(INVOLVEMENT_WORDS)
    rows.sort(key=lambda involvement: (roles.index(involvement.role), involvement.incident))
    return [
        (involvement.person, references[involvement.incident], INVOLVEMENT_WORDS[involvement.role])
        for involvement in rows
    ]

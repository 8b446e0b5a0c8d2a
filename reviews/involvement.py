"""Who had a part in what an appeal is about, and so does not hear it. Policy §22.

Who reported, suffered or witnessed an incident counts as its history has it at any time: what is edited away clears nobody.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from django.db.models import BigIntegerField, CharField, F, QuerySet, Value
from django.db.models.functions import Cast

from cha_engagement.staff.models import StaffMember
from incidents.enums import Outcome
from incidents.models import Incident
from incidents.parts import WORDS, every_part
from restrictions.models import Restriction

from .enums import OPEN
from .models import Appeal, AppealedRestriction

HELD = ("versions", "versions__evidence", "restriction__decision")
"""What an appealed restriction rests on incidents through."""


@dataclass(frozen=True, slots=True)
class Part:
    """One way of having had a part: where it is recorded, seen from an appealed restriction, and in words. `where` narrows it."""

    person: str
    record: str
    words: str
    where: dict[str, Any] = field(default_factory=dict)


PARTS = (
    Part("restriction__decision__by", "restriction__decision__reference", "decided on"),
    Part("versions__proposed_by", "versions__reference", "proposed"),
    Part("versions__imposed_by", "versions__reference", "imposed"),
    Part("versions__reviews__held_by", "versions__reviews__reference", "held"),
    *(
        Part(
            f"{held}__incidents__assessments__by",
            f"{held}__incidents__reference",
            "found active management needed after",
            {f"{held}__incidents__assessments__outcome": Outcome.ACTIVE_MANAGEMENT},
        )
        for held in HELD
    ),
    *(
        Part(
            f"{held}__incidents__interim_measures__by",
            f"{held}__incidents__interim_measures__reference",
            "set",
        )
        for held in HELD
    ),
)


class Open(NamedTuple):
    """An open appeal: its id, the day by which it is to be decided, and who was named to hear it, if anybody."""

    pk: int
    decide_by: date
    substitute: int | None


def incidents_of(appealed: QuerySet[AppealedRestriction]) -> QuerySet[Any]:
    """Return the appeal, and the key and the reference of each incident that it is about."""
    rows = [
        appealed.filter(**{f"{held}__incidents__isnull": False})
        .order_by()
        .values_list("appeal", F(f"{held}__incidents"), F(f"{held}__incidents__reference"))
        for held in HELD
    ]
    return rows[0].union(*rows[1:])


def open_about(incident: Incident) -> QuerySet[Appeal]:
    """Return the open appeals that are about an incident."""
    appealed = AppealedRestriction.objects.filter(appeal__status__in=OPEN)
    about = [pk for pk, held, _ in incidents_of(appealed) if held == incident.pk]
    return Appeal.objects.filter(pk__in=about)


def of_open_appeals() -> dict[Open, set[int]]:
    """By open appeal: who had a part. Three queries, however many there are.

    The few that are open come first, by key: PostgreSQL would go through all that ever was appealed.
    """
    opened = list(AppealedRestriction.objects.filter(appeal__status__in=OPEN).values_list("pk", flat=True))
    if not opened:
        return {}
    appealed = AppealedRestriction.objects.filter(pk__in=opened).order_by()
    names = ("appeal", "appeal__decide_by", "appeal__substitute")
    nobody = Cast(Value(None), BigIntegerField())
    rows = [appealed.filter(**part.where).values_list(*names, F(part.person), nobody) for part in PARTS]
    rows += [appealed.values_list(*names, nobody, F(f"{held}__incidents")) for held in HELD]
    had: dict[Open, set[int]] = defaultdict(set)
    about: dict[int, set[Open]] = defaultdict(set)
    for pk, decide_by, substitute, somebody, incident in rows[0].union(*rows[1:]):
        one = Open(pk, decide_by, substitute)
        had[one].update({somebody} - {None})
        if incident:
            about[incident].add(one)
    for part in every_part(list(about)) if about else ():
        for one in about[part.incident]:
            had[one].add(part.person)
    return had


def had_part(person: StaffMember, restrictions: Collection[int]) -> bool:
    """Return whether somebody had one of `PARTS` in any of these restrictions, given with the versions that they came from. One query."""
    rows = [
        Restriction.objects.filter(pk__in=restrictions, **of_restriction(part.where | {part.person: person}))
        .order_by()
        .values("pk")
        for part in PARTS
    ]
    return rows[0].union(*rows[1:]).exists()


def of_restriction(where: Mapping[str, Any]) -> dict[str, Any]:
    """Return the same as seen from a restriction, or a version of it, before it is appealed."""
    return {
        name.removeprefix("versions__").removeprefix("restriction__"): value for name, value in where.items()
    }


def parts_of(appeal: Appeal) -> dict[int, list[str]]:
    """By person: what they did, such as "proposed and imposed RES-2026-0042"."""
    done: dict[int, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for person, record, words in [*recorded_parts(appeal), *incident_parts(appeal)]:
        done[person][record].append(words)
    return {
        person: [f"{' and '.join(dict.fromkeys(words))} {record}" for record, words in records.items()]
        for person, records in done.items()
    }


def recorded_parts(appeal: Appeal) -> Iterator[tuple[int, str, str]]:
    """Yield the person, the record and the words of each of `PARTS`. One query."""
    rows = [
        AppealedRestriction.objects.filter(appeal=appeal, **part.where, **{f"{part.person}__isnull": False})
        .order_by()
        .values_list(
            F(part.person),
            Cast(part.record, CharField()),
            Value(place),
        )
        for place, part in enumerate(PARTS)
    ]
    for person, record, place in sorted(rows[0].union(*rows[1:]), key=lambda row: row[2]):
        yield person, record, PARTS[place].words


def incident_parts(appeal: Appeal) -> Iterable[tuple[int, str, str]]:
    """Return the person, the incident and the words of each part in an incident, at any time. Two queries."""
    about = AppealedRestriction.objects.filter(appeal=appeal)
    references = {incident: reference for _, incident, reference in incidents_of(about)}
    found = every_part(list(references)) if references else []
    roles = list(WORDS)
    found.sort(key=lambda part: (roles.index(part.role), part.incident))
    return [(part.person, references[part.incident], WORDS[part.role]) for part in found]

"""Who had a part in what an appeal is about, and so does not hear it. Policy §22."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from django.db.models import CharField, F, Value
from django.db.models.functions import Cast

from .enums import OPEN
from .models import Appeal, AppealedRestriction


@dataclass(frozen=True, slots=True)
class Part:
    """One way of having had a part: where it is recorded, seen from an appealed restriction, and in words."""

    person: str
    record: str
    words: str


PARTS = (
    Part("restriction__decision__by", "restriction__decision__reference", "decided on"),
    Part("versions__proposed_by", "versions__reference", "proposed"),
    Part("versions__imposed_by", "versions__reference", "imposed"),
    Part("versions__reviews__held_by", "versions__reviews__reference", "held"),
    *(
        Part(f"{held}__incidents__{role}", f"{held}__incidents__reference", words)
        for held in ("versions", "versions__evidence", "restriction__decision")
        for role, words in (
            ("reported_by", "reported"),
            ("affected_staff", "had been affected by"),
            ("witnesses", "witnessed"),
        )
    ),
)


class Open(NamedTuple):
    """An open appeal: its id, the day by which it is to be decided, and who was named to hear it, if anybody."""

    pk: int
    decide_by: date
    substitute: int | None


def of_open_appeals() -> dict[Open, set[int]]:
    """By open appeal: who had a part. One query, however many there are."""
    rows = [
        AppealedRestriction.objects.filter(appeal__status__in=OPEN)
        .order_by()
        .values_list("appeal", "appeal__decide_by", "appeal__substitute", F(part.person))
        for part in PARTS
    ]
    had: dict[Open, set[int]] = defaultdict(set)
    for *appeal, person in rows[0].union(*rows[1:]):
        had[Open(*appeal)].add(person)
    return had


def parts_of(appeal: Appeal) -> dict[int, list[str]]:
    """By person: what they did, such as "proposed and imposed RES-2026-0042". One query."""
    rows = [
        AppealedRestriction.objects.filter(appeal=appeal, **{f"{part.person}__isnull": False})
        .order_by()
        .values_list(
            F(part.person),
            Cast(part.record, CharField()),
            Value(place),
        )
        for place, part in enumerate(PARTS)
    ]
    done: dict[int, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for person, record, place in sorted(rows[0].union(*rows[1:]), key=lambda row: row[2]):
        done[person][record].append(PARTS[place].words)
    return {
        person: [f"{' and '.join(dict.fromkeys(words))} {record}" for record, words in records.items()]
        for person, records in done.items()
    }

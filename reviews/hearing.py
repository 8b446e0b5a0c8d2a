"""Who hears an appeal: the Executive Team, without those who had a part in what it is about. Policy §22."""

from collections.abc import Container, Iterable
from dataclasses import dataclass
from datetime import date
from itertools import chain

from django.db.models import QuerySet

from cha_engagement.organisation.calendar import today
from cha_engagement.policy import Refusal
from cha_engagement.staff.models import StaffMember
from cha_engagement.staff.queries import holders

from . import involvement
from .models import Appeal


@dataclass(frozen=True, slots=True)
class Hearing:
    """Who may hear an appeal, and why others may not.

    `executives` is the whole Executive Team, `free` those of it who had no part, `substitutes` who stands in where none of
    these is there. `parts` is what people did, by person. `reader` is who is told, where they may be one of these.
    """

    executives: list[StaffMember]
    free: list[StaffMember]
    substitutes: list[StaffMember]
    parts: dict[int, list[str]]
    reader: StaffMember | None = None

    @property
    def hearers(self) -> list[StaffMember]:
        return [*self.free, *self.substitutes]

    def refusal(self, user: StaffMember) -> Refusal | None:
        if user in self.hearers:
            return None
        if user.pk in self.parts:
            who = "You" if user == self.reader else str(user)
            return Refusal(
                f"{who} {', '.join(self.parts[user.pk])}, so somebody else hears this appeal.", "22"
            )
        return Refusal("Only the Executive Team hears appeals.", "22")

    @property
    def left_out(self) -> list[Refusal]:
        """Those of the Executive Team who do not hear it, each with the reason."""
        return [refusal for person in self.executives if (refusal := self.refusal(person))]


def executives() -> QuerySet[StaffMember]:
    return holders("reviews.hear_appeal")


def stand_ins() -> QuerySet[StaffMember]:
    """The Management Team."""
    return holders("reviews.receive_escalations")


def is_there(person: StaffMember, decide_by: date) -> bool:
    """Whether somebody is not away beyond the day by which an appeal is to be decided."""
    away = person.away_until
    return away is None or away <= max(decide_by, today())


def among(
    team: list[StaffMember], managers: Iterable[StaffMember], involved: Container[int], decide_by: date
) -> tuple[list[StaffMember], list[StaffMember]]:
    """Those of the Executive Team who had no part, and who stands in for them.

    Where none of the first is there, that is the Management Team without those who had a part; where nobody is, anybody who
    hears appeals.
    """
    free = [person for person in team if person.pk not in involved]
    if any(is_there(person, decide_by) for person in free):
        return free, []
    standing_in = [person for person in managers if person.pk not in involved and is_there(person, decide_by)]
    return free, standing_in or [person for person in team if person not in free]


def of(appeal: Appeal, reader: StaffMember | None = None) -> Hearing:
    team, parts = list(executives()), involvement.parts_of(appeal)
    free, substitutes = among(team, stand_ins(), parts, appeal.decide_by)
    return Hearing(team, free, substitutes, parts, reader)


def open_to(user: StaffMember) -> list[int]:
    """The ids of the open appeals that this user hears, as `of` has it of each. As many queries for all as for one."""
    if not (user.has_perm("reviews.hear_appeal") or user.has_perm("reviews.receive_escalations")):
        return []
    team, managers = list(executives()), stand_ins()
    return [
        appeal
        for (appeal, decide_by), involved in involvement.of_open_appeals().items()
        if user in chain(*among(team, managers, involved, decide_by))
    ]

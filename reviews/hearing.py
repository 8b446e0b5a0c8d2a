"""Who hears an appeal: the Executive Team, without those who had a part in what it is about, or who is named in its place. Policy §22."""

from collections.abc import Container, Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from cha_engagement.core.refusals import Refusal
from cha_engagement.organisation.calendar import today
from cha_engagement.staff.models import StaffMember
from cha_engagement.staff.queries import staff_with_permission

from . import involvement
from .models import Appeal


@dataclass(frozen=True, slots=True)
class Hearing:
    """Who may hear an appeal, and why others may not.

    `executives` is the whole Executive Team, `free` those of it who had no part, `namers` who names a substitute where none of
    these is there, `named` the substitute. `parts` is what people did, by person. `reader` is who is told, where they may be one
    of these.
    """

    executives: list[StaffMember]
    free: list[StaffMember]
    namers: list[StaffMember]
    named: StaffMember | None
    parts: dict[int, list[str]]
    reader: StaffMember | None = None

    @property
    def substitute(self) -> StaffMember | None:
        """Who was named, unless they have had a part in it since."""
        return self.named if self.named and self.named.pk not in self.parts else None

    @property
    def hearers(self) -> list[StaffMember]:
        return [*self.free, self.substitute] if self.substitute else self.free

    @property
    def candidates(self) -> QuerySet[StaffMember]:
        """Whom a substitute can be: those who write letters of this weight, the Executive Team and who had a part apart. Policy §22."""
        return staff_with_permission("letters.issue_letter").exclude(
            pk__in=[*self.parts, *(person.pk for person in self.executives)]
        )

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
    return staff_with_permission("reviews.hear_appeal")


def management() -> QuerySet[StaffMember]:
    """The Management Team."""
    return staff_with_permission("reviews.receive_escalations")


def is_there(person: StaffMember, decide_by: date) -> bool:
    """Whether somebody is not away beyond the day by which an appeal is to be decided."""
    away = person.away_until
    return away is None or away <= max(decide_by, today())


def among(
    team: list[StaffMember], managers: Iterable[StaffMember], involved: Container[int], decide_by: date
) -> tuple[list[StaffMember], list[StaffMember]]:
    """Those of the Executive Team who had no part, and who names a substitute for them.

    Where none of the first is there, that is the Management Team without those who had a part; where nobody is, the Executive
    Team: it chooses among those who had none.
    """
    free = [person for person in team if person.pk not in involved]
    if any(is_there(person, decide_by) for person in free):
        return free, []
    impartial = [person for person in managers if person.pk not in involved and is_there(person, decide_by)]
    return free, impartial or team


def of(appeal: Appeal, reader: StaffMember | None = None) -> Hearing:
    team, parts = list(executives()), involvement.parts_of(appeal)
    free, namers = among(team, management(), parts, appeal.decide_by)
    return Hearing(team, free, namers, appeal.substitute, parts, reader)


@dataclass(frozen=True, slots=True)
class Waiting:
    """The ids of the open appeals that somebody hears, and of those for which they name who does."""

    to_hear: list[int]
    to_name: list[int]


def waiting_for(user: StaffMember) -> Waiting:
    """What waits for this user, as `of` has it of each appeal. As many queries for all as for one."""
    waiting = Waiting([], [])
    if not user.has_perm("letters.issue_letter"):
        return waiting
    had = involvement.of_open_appeals()
    names = user.has_perm("reviews.hear_appeal") or user.has_perm("reviews.receive_escalations")
    team, managers = (list(executives()), management()) if names else ([], StaffMember.objects.none())
    for appeal, involved in had.items():
        free, namers = among(team, managers, involved, appeal.decide_by)
        named = appeal.substitute if appeal.substitute not in involved else None
        if user in free or user.pk == named:
            waiting.to_hear.append(appeal.pk)
        elif user in namers and not named:
            waiting.to_name.append(appeal.pk)
    return waiting

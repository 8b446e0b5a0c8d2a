"""Who hears an appeal: the Executive Team, without those who had a part in what it is about. Policy §22."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

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


def there(decide_by: Any) -> Q:
    """Those who are not away beyond the day by which an appeal is to be decided; that may be an expression."""
    return Q(away_until=None) | Q(away_until__lte=decide_by) | Q(away_until__lte=today())


def of(appeal: Appeal, reader: StaffMember | None = None) -> Hearing:
    """Where nobody of the Executive Team is free and there, the Management Team stands in; where nobody is, anybody who hears appeals."""
    team = list(executives())
    free = list(involvement.free(executives(), appeal.pk))
    substitutes: list[StaffMember] = []
    if not involvement.free(executives().filter(there(appeal.decide_by)), appeal.pk).exists():
        managers = involvement.free(stand_ins().filter(there(appeal.decide_by)), appeal.pk)
        substitutes = list(managers) or [person for person in team if person not in free]
    return Hearing(team, free, substitutes, involvement.parts_of(appeal), reader)

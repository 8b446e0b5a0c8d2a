"""Who may hear an appeal: the Executive Team, without those who had a part in what it is about, or a substitute. Policy §22."""

from collections.abc import Collection, Container, Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from cha_engagement.core.permissions import Permission
from cha_engagement.core.refusals import Refusal
from cha_engagement.customers.few.queries import readers_of_case
from cha_engagement.organisation.calendar import today
from cha_engagement.staff.models import StaffMember
from cha_engagement.staff.queries import staff_with_permission
from incidents.models import Incident

from ..models import Appeal
from ..queries import involvement


@dataclass(frozen=True, slots=True)
class Hearing:
    """Who may hear an appeal, and why others may not.

    `executives` is the whole Executive Team, `impartial` those of it who had no part, `namers` who names a substitute where none of
    these is there, `named` the substitute. `involvements` is what people did, by person. `case_readers` are those who may read a case for
    few, and alone hear it (B33). `reader` is who reads the refusals, and may be one of these.
    """

    executives: list[StaffMember]
    impartial: list[StaffMember]
    namers: list[StaffMember]
    named: StaffMember | None
    involvements: dict[int, list[str]]
    case_readers: Collection[StaffMember] | None = None
    reader: StaffMember | None = None

    @property
    def substitute(self) -> StaffMember | None:
        """Return who was named, unless they have had a part in it since, or may not read it any more."""
        person = self.named
        return person if person and self.may_read(person) and person.pk not in self.involvements else None

    @property
    def hearers(self) -> list[StaffMember]:
        return [*self.impartial, self.substitute] if self.substitute else self.impartial

    @property
    def candidates(self) -> QuerySet[StaffMember]:
        """Return those who write letters of this weight, without whoever had a part and those of the Executive Team who may read it. Policy §22."""
        readers = [person.pk for person in self.executives if self.may_read(person)]
        return staff_with_permission(Permission.ISSUE_LETTERS).exclude(pk__in=[*self.involvements, *readers])

    def may_read(self, person: StaffMember) -> bool:
        return self.case_readers is None or person in self.case_readers

    def may_hear(self, user: StaffMember) -> Refusal | None:
        if user in self.hearers:
            return None
        subject = "You" if user == self.reader else str(user)
        if not self.may_read(user):
            return Refusal(f"{subject} cannot read this case, so somebody else hears this appeal.", "B33")
        if user.pk in self.involvements:
            return Refusal(
                f"{subject} {', '.join(self.involvements[user.pk])}, so somebody else hears this appeal.",
                "22",
            )
        return Refusal("Only the Executive Team hears appeals.", "22")

    def check_executives(self) -> list[Refusal]:
        """Say of each on the Executive Team who does not hear it why not."""
        return [refusal for person in self.executives if (refusal := self.may_hear(person))]


def executive_team() -> QuerySet[StaffMember]:
    return staff_with_permission(Permission.HEAR_APPEALS)


def management_team() -> QuerySet[StaffMember]:
    return staff_with_permission(Permission.RECEIVE_ESCALATIONS)


def is_available(person: StaffMember, decide_by: date) -> bool:
    """Tell whether somebody is back by the day by which an appeal is to be decided."""
    away = person.away_until
    return away is None or away <= max(decide_by, today())


def impartial_and_namers(
    team: list[StaffMember], managers: Iterable[StaffMember], involved: Container[int], decide_by: date
) -> tuple[list[StaffMember], list[StaffMember]]:
    """Return those of the Executive Team who had no part, and who names a substitute for them.

    Where none of the first is there, that is the Management Team without those who had a part; where nobody is, the Executive
    Team, or else all managers: they choose among those who had none.
    """
    impartial = [person for person in team if person.pk not in involved]
    if any(is_available(person, decide_by) for person in impartial):
        return impartial, []
    namers = [person for person in managers if person.pk not in involved and is_available(person, decide_by)]
    return impartial, namers or team or list(managers)


def hearing_of_appeal(appeal: Appeal, reader: StaffMember | None = None) -> Hearing:
    """Return who may hear an appeal. Of a case for few its readers do or, where none of them can, name who reads it from then on (B33)."""
    team, involvements = list(executive_team()), involvement.involvements_by_person(appeal)
    case_readers = readers_of_case(appeal.customer_id, reader)
    able, managers = team, management_team()
    if case_readers is not None:
        able = [person for person in team if person in case_readers]
        deciding = staff_with_permission(Permission.ASSIGN_CUSTOMERS)
        keys = [person.pk for person in case_readers]
        managers = managers.filter(pk__in=keys) or deciding.filter(pk__in=keys)
    impartial, namers = impartial_and_namers(able, managers, involvements, appeal.decide_by)
    return Hearing(team, impartial, namers, appeal.substitute, involvements, case_readers, reader)


def may_hear_appeal(user: StaffMember, appeal: Appeal) -> Refusal | None:
    return hearing_of_appeal(appeal, user).may_hear(user)


def check_panel(appeal: Appeal, panel: Iterable[StaffMember], *, reader: StaffMember) -> list[Refusal]:
    """Refuse whoever on a panel may not hear the appeal. Policy §22."""
    hearing = hearing_of_appeal(appeal, reader)
    return [
        Refusal(refusal.sentence, refusal.paragraph, "panel")
        for person in panel
        if (refusal := hearing.may_hear(person))
    ]


def may_name_substitute(user: StaffMember, appeal: Appeal) -> Refusal | None:
    """Where nobody on the Executive Team is left to hear it, the association names a substitute through its Management Team. Policy §22."""
    hearing = hearing_of_appeal(appeal, user)
    if not hearing.namers:
        return Refusal("Somebody on the Executive Team can hear this appeal, so nobody is named.", "22")
    if user not in hearing.namers:
        names = ", ".join(map(str, hearing.namers))
        return Refusal(f"Who hears this appeal is named by {names}.", "22")
    return None


def check_substitute(appeal: Appeal, substitute: StaffMember) -> list[Refusal]:
    """Let nobody be named who had more of a part in it than an executive may have had. Policy §22."""
    if hearing_of_appeal(appeal).candidates.filter(pk=substitute.pk).exists():
        return []
    return [Refusal("Choose somebody who had no part in what it is about.", "22", "substitute")]


def may_name_involved(user: StaffMember, incident: Incident) -> Refusal | None:
    """While an appeal is heard, whoever decided, proposed or imposed what it is about does not choose who is left to hear it. Policy §22."""
    for appeal in involvement.open_appeals_about(incident):
        if any(person == user.pk for person, *_ in involvement.recorded_involvements(appeal)):
            return Refusal(
                f"{appeal} is being heard about what you had a part in deciding, and whoever is named here does not hear it. Until it is "
                "decided another manager names them, or they do so themselves.",
                "22",
            )
    return None

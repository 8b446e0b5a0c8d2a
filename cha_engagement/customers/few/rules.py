"""Rules for who limits who reads a case, and who may be named. Beyond the policy: B33."""

from collections.abc import Collection, Mapping

from cha_engagement.core.permissions import Permission
from cha_engagement.core.refusals import Refusal
from cha_engagement.customers.models import Customer
from cha_engagement.staff.models import StaffMember
from cha_engagement.staff.queries import present_staff, staff_with_permission

from . import queries
from .models import CaseForFew

FEWEST_WHO_ACT = 2
"""Managers among the readers of a case, so that one is there when the other is away."""


def may_limit_readers(user: StaffMember, _: Customer | None = None) -> Refusal | None:
    """Leave it to managers, who decide on cases, and to Data Protection."""
    if user.has_perm(Permission.ASSIGN_CUSTOMERS) or user.has_perm(Permission.READ_WIDER_ACCESS):
        return None
    return Refusal("A manager or Data Protection limits who can read a case. Ask one.", "B33")


def may_change_readers(user: StaffMember, case: CaseForFew) -> Refusal | None:
    """Leave it to its readers who are managers; where none of them is left, to a manager who has opened it in danger."""
    if not user.has_perm(Permission.ASSIGN_CUSTOMERS):
        return Refusal("One of its readers who is a manager says who can read it. Ask one.", "B33")
    acting = queries.acting_readers(case)
    if acting.filter(pk=user.pk).exists() or not acting.exists():
        return None
    return Refusal("You opened this case in danger. Its readers say who else can read it: ask one.", "B33")


def may_open_in_danger(user: StaffMember, _: Customer | None = None) -> Refusal | None:
    if user.has_perm(Permission.ASSIGN_CUSTOMERS):
        return None
    return Refusal("Only a manager opens a case because somebody is in danger. Ask one now.", "B33")


def may_see_readings(user: StaffMember) -> Refusal | None:
    """Leave it to those who answer for the data. Policy §65."""
    if user.has_perm(Permission.READ_ACCESS_LOG):
        return None
    return Refusal("Only Data Protection sees who read which case.", "65")


def check_readers(readers: Collection[StaffMember]) -> list[Refusal]:
    """Ask for two managers among the readers, so that nobody is stuck, or for all where there are fewer; refuse whoever reads about nobody."""
    managers = staff_with_permission(Permission.ASSIGN_CUSTOMERS)
    acting = managers.filter(pk__in=[reader.pk for reader in readers]).count()
    if acting < FEWEST_WHO_ACT and acting < managers.count():
        sentence = "Choose two managers or more, so that one of them is there while the other is away."
        return [Refusal(sentence, "B33", "readers")]
    if strangers := [
        str(reader)
        for reader in readers
        if not any(map(reader.has_perm, (Permission.READ_CUSTOMERS, Permission.HEAR_NAMED_APPEALS)))
    ]:
        return [Refusal(f"{', '.join(strangers)} cannot read about customers at all.", "B33", "readers")]
    return []


def check_reader_at_work(readers: Collection[StaffMember], *, by: StaffMember) -> list[Refusal]:
    """Ask for a manager at work besides whoever takes a case from others: nobody takes what they decided out of the sight of all who are there."""
    others = staff_with_permission(Permission.ASSIGN_CUSTOMERS).exclude(pk=by.pk)
    reading = present_staff(others).filter(pk__in=[reader.pk for reader in readers])
    if reading.exists() or not others.exists():
        return []
    sentence = "Choose another manager who is at work now, so that somebody there reads it besides you. Where none is, ask Data Protection to limit it."
    return [Refusal(sentence, "B33", "readers")]


def check_not_limited(customer: Customer) -> list[Refusal]:
    if queries.standing_case(customer) is None:
        return []
    return [Refusal("Only named colleagues can read this case already.", "B33")]


def check_people(customer: Customer, people: Mapping[str, StaffMember | None]) -> list[Refusal]:
    """Refuse to give anything of a case for few to whoever cannot read it. `people` are by the name of their field."""
    case = queries.standing_case(customer) if any(people.values()) else None
    if case is None:
        return []
    readers = {*case.readers.all()}
    return [
        Refusal(f"{person} cannot read this case. Add them to its readers first, on its page.", "B33", field)
        for field, person in people.items()
        if person and person not in readers
    ]

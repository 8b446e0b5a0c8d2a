"""Records of which somebody asks that their customer is not told, and who answers. Beyond the policy: B36."""

from collections.abc import Collection, Iterable
from typing import Any

from django.db.models import Case, Q, QuerySet, When

from cha_engagement.core.permissions import Permission
from cha_engagement.customers.few.queries import readers_among
from cha_engagement.staff.models import StaffMember
from cha_engagement.staff.queries import is_at_work, present_staff, staff_with_permission
from incidents.queries import involvements
from restrictions.enums import STANDING
from restrictions.models import ManagementDecision, Restriction


def permissions_to_answer(record: Restriction | ManagementDecision) -> list[Permission]:
    """Return what a manager needs to say whether the customer is told, as they would to decide on it. Policy §22, 54."""
    if isinstance(record, Restriction):
        return [Permission.IMPOSE_RESTRICTIONS, *filter(None, [record.kind_rules.permission])]
    return [Permission.DECIDE_MANAGEMENT]


def stand_in_executive(
    permissions: Iterable[Permission], incidents: Iterable[int], *, customer: int, barred: Collection[int]
) -> StaffMember | None:
    """Return the executive who answers alone, where no other manager is at work who holds the permissions for it; None where one is. Policy §13; B36.

    Always the same one, so that the others stay clear to hear an appeal; where all are away, the one who is back first. None of them is among the
    `barred`, or had a part in the `incidents` that it rests on, given by their keys. Of a case for few, nobody is there but its readers, and none is
    named where no executive is one (B33).
    """
    roles = ["affected_staff", "reported_by", "witnesses"]
    excluded = {*barred, *(involvement.person for involvement in involvements(incidents, roles))}
    able = StaffMember.objects.all()
    for permission in permissions:
        able = able.filter(pk__in=staff_with_permission(permission).values("pk"))
    if present_staff(readers_among(able, customer)).exclude(pk__in=excluded).exists():
        return None
    executives = readers_among(staff_with_permission(Permission.HEAR_APPEALS), customer)
    away_until = Case(When(is_at_work(), then=None), default="away_until")
    return executives.exclude(pk__in=excluded).order_by(away_until.asc(nulls_first=True), "pk").first()


def records_to_answer(model: type[Any], user: StaffMember) -> QuerySet[Any]:
    """Return the records of which a user may be asked whether the customer is told: all that they see, and those that wait for them alone."""
    asked: Any = requests_to_answer(model)
    asked = asked.leave_out_closed(user).filter(unnotified_reader=user.pk)
    return model.objects.visible_to(user) | asked


def requests_to_answer(model: type[Any]) -> QuerySet[Any]:
    """Return the records that wait for an answer whether their customer is told."""
    standing = Q(status__in=STANDING) if model is Restriction else Q()
    return model.objects.filter(standing).exclude(unnotified_request="")


def requests_without_stand_in(model: type[Any]) -> QuerySet[Any]:
    """Return the records that wait for such an answer, and no executive at work was asked for it."""
    present = present_staff(staff_with_permission(Permission.HEAR_APPEALS)).values("pk")
    return requests_to_answer(model).exclude(unnotified_reader__in=present)

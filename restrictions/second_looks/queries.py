from django.db.models import Q, QuerySet

from cha_engagement.core.permissions import Permission
from cha_engagement.staff.models import StaffMember
from cha_engagement.staff.queries import present_staff, staff_with_permission
from incidents.models import Incident
from incidents.queries import people_with_part
from restrictions.enums import STANDING, InterimStatus
from restrictions.kinds import KIND_PERMISSIONS, KINDS
from restrictions.models import Restriction
from restrictions.queries import stand_in_executive

from .enums import SecondLookStatus
from .models import SecondLook


def select_page(looks: QuerySet[SecondLook]) -> QuerySet[SecondLook]:
    return looks.select_related(
        "customer", "decision__by", "restriction", "interim", "acted_by", "reader", "looked_by"
    )


def keys_in_question(look: SecondLook) -> set[int]:
    """Return the keys of the restrictions that a second look is about, ended ones too: those that they imposed under it, and all later versions."""
    if not look.decision_id:
        return {look.restriction_id} if look.restriction_id else set()
    keys = set[int]()
    imposed = Restriction.objects.filter(decision=look.decision_id, imposed_by__isnull=False).order_by("pk")
    for key, before, imposed_by in imposed.values_list("pk", "supersedes", "imposed_by"):
        if imposed_by == look.acted_by_id or before in keys:
            keys.add(key)
    return keys


def restrictions_in_question(look: SecondLook) -> QuerySet[Restriction]:
    """Return what stands of the restrictions that a second look is about: a reversal lifts them."""
    return Restriction.objects.filter(pk__in=keys_in_question(look), status__in=STANDING).order_by("pk")


def looks_to_add_to(restriction: Restriction) -> list[SecondLook]:
    """Return the second looks that wait at the decision under which something was just restricted, or at the version that it replaced."""
    about = Q(decision=restriction.decision_id) | Q(restriction__superseded_by=restriction)
    waiting = SecondLook.objects.filter(about, status=SecondLookStatus.WAITING).order_by("pk")
    return [look for look in waiting if look.restriction_id or restriction.pk in keys_in_question(look)]


def incidents_of(look: SecondLook) -> QuerySet[Incident]:
    """Return all that a decision and what is restricted under it, or a measure, rests on. To choose the evidence of an incident is to choose it."""
    if look.interim:
        return look.interim.incidents.all()
    restrictions = [look.restriction_id] if look.restriction_id else restrictions_in_question(look).order_by()
    rests_on = Q(restrictions__in=restrictions) | Q(evidence__restrictions__in=restrictions)
    if look.decision_id:
        rests_on |= Q(decisions=look.decision_id)
    return Incident.objects.filter(rests_on).distinct()


def people_who_do_not_look(look: SecondLook) -> set[int]:
    """Return the keys of the one who acted, and of those who had a part in what it rests on. Policy §13."""
    return {look.acted_by_id, *people_with_part(incidents_of(look)).all}


def permissions_to_look(look: SecondLook) -> tuple[Permission, ...]:
    """Return what somebody needs to decide, and to restrict, what a second look is about. Policy §22, 54."""
    kinds = restrictions_in_question(look).order_by().values_list("kind", flat=True)
    needed = {KINDS[kind].permission for kind in kinds}
    return (
        Permission.DECIDE_MANAGEMENT,
        Permission.IMPOSE_RESTRICTIONS,
        *(permission for permission in KIND_PERMISSIONS if permission in needed),
    )


def find_reader(look: SecondLook) -> StaffMember | None:
    """Return the executive who is given this step alone, None where another manager is there to take it."""
    incidents = incidents_of(look).order_by().values_list("pk", flat=True)
    return stand_in_executive(
        permissions_to_look(look),
        incidents,
        customer=look.about.customer_id,
        barred=people_who_do_not_look(look),
    )


def looks_without_reader() -> QuerySet[SecondLook]:
    """Return the second looks that wait at what stands, and no executive at work was asked for."""
    present = present_staff(staff_with_permission(Permission.HEAR_APPEALS)).values("pk")
    stands = (
        Q(decision__isnull=False)
        | Q(restriction__status__in=STANDING)
        | Q(interim__status=InterimStatus.IN_FORCE)
    )
    waiting = SecondLook.objects.filter(stands, status=SecondLookStatus.WAITING)
    return select_page(waiting.exclude(reader__in=present))

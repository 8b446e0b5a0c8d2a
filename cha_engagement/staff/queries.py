from django.db.models import Q, QuerySet
from django.utils import timezone

from .models import StaffMember


def holders(permission: str) -> QuerySet[StaffMember]:
    """Active members of staff who hold a permission such as `incidents.assess_incident` through a role."""
    app_label, codename = permission.split(".")
    return StaffMember.objects.filter(
        is_active=True,
        groups__permissions__codename=codename,
        groups__permissions__content_type__app_label=app_label,
    ).distinct()


def at_work(people: QuerySet[StaffMember]) -> QuerySet[StaffMember]:
    """Those who are not away today."""
    return people.filter(Q(away_until=None) | Q(away_until__lt=timezone.localdate()))


def stands_in_for(user: StaffMember) -> Q:
    """A `Q` on StaffMember: whose line manager this user is, or stands in for today (policy §57)."""
    today = timezone.localdate()
    manager_at_work = Q(line_manager=user) & (
        Q(line_manager__away_until=None)
        | Q(line_manager__away_until__lt=today)
        | Q(line_manager__deputy=None)
    )
    return manager_at_work | Q(line_manager__deputy=user, line_manager__away_until__gte=today)

from collections.abc import Callable, Iterable
from datetime import date
from functools import wraps

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


def first_there(*groups: Iterable[StaffMember]) -> list[StaffMember]:
    """Whoever is in the first of these groups in which somebody is; nobody where all are empty."""
    return next(filter(None, map(list, groups)), [])


def done_by(user: StaffMember, permission: str) -> QuerySet[StaffMember]:
    """Those whose work falls to somebody who does it too: their own, and whoever is not at work or has no role any more that does it."""
    there = at_work(holders(permission))
    return StaffMember.objects.filter(Q(pk=user.pk) | ~Q(pk__in=there.values("pk"))).order_by()


def without(people: Iterable[StaffMember], permission: str) -> QuerySet[StaffMember]:
    """Those of these people whose roles do not give them a permission."""
    return StaffMember.objects.filter(pk__in=[person.pk for person in people]).exclude(
        pk__in=holders(permission).values("pk")
    )


def is_at_work(person: str) -> Q:
    """The same of whom a field points to, where they still have an account: a `Q` for queries in which a list of people would be made anew for each row."""
    here = Q(**{f"{person}__away_until": None}) | Q(**{f"{person}__away_until__lt": timezone.localdate()})
    return Q(**{f"{person}__is_active": True}) & here


def looked_after_by(people: Iterable[StaffMember] | QuerySet[StaffMember]) -> Q:
    """A `Q` on StaffMember: whose line manager is one of these, or has one of these standing in today. Policy §57."""
    here = Q(line_manager__is_active=True)
    covered = Q(line_manager__away_until__gte=timezone.localdate(), line_manager__deputy__is_active=True)
    own, stood_in_for = Q(line_manager__in=people), Q(line_manager__deputy__in=people)
    return here & (own & ~covered | stood_in_for & covered)


def stands_in_for(user: StaffMember) -> Q:
    """A `Q` on StaffMember: whose line manager this user is, or stands in for today (policy §57)."""
    return looked_after_by([user])


Asked = Callable[[StaffMember, date], QuerySet]
"""What a source of the work list asks of somebody on a day."""


def asked_of(*permissions: str) -> Callable[[Asked], Asked]:
    """Ask something of those who have all these permissions; of nobody else is it worked out."""

    def decorate(source: Asked) -> Asked:
        @wraps(source)
        def asked(user: StaffMember, today: date) -> QuerySet:
            return source(user, today) if user.has_perms(permissions) else StaffMember.objects.none()

        return asked

    return decorate

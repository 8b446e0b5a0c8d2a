from django.db.models import Exists, OuterRef, Q, QuerySet

from .enums import RestorativeStatus
from .models import RestorativeAction


def prefetch_for_page(steps: QuerySet[RestorativeAction]) -> QuerySet[RestorativeAction]:
    return steps.select_related("customer", "incident", "by", "owner", "organisation")


def has_restorative_work() -> Q:
    return Q(Exists(RestorativeAction.objects.filter(incident=OuterRef("pk"))))


def has_pause() -> Q:
    """Return whether contact is paused after an incident, and not taken up again yet."""
    paused = RestorativeAction.objects.filter(incident=OuterRef("pk"), status=RestorativeStatus.TO_DO)
    return Q(Exists(paused))

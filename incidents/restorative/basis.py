"""Restorative work rests on incidents."""

from django.db.models import Exists, OuterRef, Q

from cha_engagement.core import hub
from cha_engagement.core.refusals import Refusal
from cha_engagement.customers.models import Customer

from .enums import RestorativeStatus
from .models import RestorativeAction


@hub.contradictions.add
def check_same_customer(customer: Customer) -> Refusal | None:
    """Refuse restorative work with a customer that follows an incident of another. Beyond the policy: B5."""
    step = (
        RestorativeAction.objects.filter(customer=customer, incident__isnull=False)
        .exclude(incident__customer=customer)
        .first()
    )
    if step:
        return Refusal(f"{step} has come since, so they stay one customer.", "B5")
    return None


@hub.rests("incidents.Incident", "restorative work")
def has_restorative_work() -> Q:
    return Q(Exists(RestorativeAction.objects.filter(incident=OuterRef("pk"))))


@hub.rests("incidents.Incident", "pause")
def has_pause() -> Q:
    """Return whether contact is paused after an incident, and not taken up again yet."""
    paused = RestorativeAction.objects.filter(incident=OuterRef("pk"), status=RestorativeStatus.TO_DO)
    return Q(Exists(paused))

"""What decisions and restrictions rest on."""

from django.db.models import Q

from cha_engagement import hub

from .models import ManagementDecision, Restriction


@hub.rests("incidents.Incident", "decision")
def decisions() -> Q:
    return Q(pk__in=ManagementDecision.incidents.through.objects.values("incident"))


@hub.rests("incidents.Incident", "restriction")
def restrictions() -> Q:
    return Q(pk__in=Restriction.incidents.through.objects.values("incident"))

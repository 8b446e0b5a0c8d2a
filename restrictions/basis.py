"""What decisions and restrictions rest on."""

from django.db.models import Q

from cha_engagement import hub
from cha_engagement.customers.models import Customer
from cha_engagement.policy import Refusal
from incidents.models import Incident

from .completeness import standing, way_in
from .models import ManagementDecision, Restriction


@hub.rests("incidents.Incident", "decision")
def decisions() -> Q:
    return Q(pk__in=ManagementDecision.incidents.through.objects.values("incident"))


@hub.rests("incidents.Incident", "restriction")
def restrictions() -> Q:
    return Q(pk__in=Restriction.incidents.through.objects.values("incident"))


@hub.contradictions.add
def no_way_in(customer: Customer) -> Refusal | None:
    """What stands must leave them a way to us. Beyond the policy: B2."""
    return next(filter(None, (way_in(one, customer) for one in standing(customer))), None)


@hub.contradictions.add
def rests_on_another(customer: Customer) -> Refusal | None:
    """What rests on a record stands with the same customer. Beyond the policy: B5."""
    rested_on = Q(decisions__customer=customer) | Q(restrictions__customer=customer)
    basis = (
        Incident.objects.filter(rested_on).exclude(customer=customer).first()
        or ManagementDecision.objects.filter(restrictions__customer=customer)
        .exclude(customer=customer)
        .first()
    )
    if basis:
        return Refusal(f"What was decided since rests on {basis}, so they stay one customer.", "B5")
    return None

"""What is recorded about one customer stands together, also when records are merged. Beyond the policy: B2, B5."""

from cha_engagement.core.refusals import Refusal
from cha_engagement.customers.models import Customer
from cha_engagement.evidence.models import Evidence
from incidents.models import Incident
from incidents.restorative.models import RestorativeAction
from restrictions.contact_plan import standing_restrictions
from restrictions.models import ManagementDecision
from restrictions.queries import evidence_about

from .channels import check_open_channel


def check_customer_has_channel(customer: Customer) -> Refusal | None:
    """What stands must leave them a way to us. Beyond the policy: B2."""
    return next(
        filter(None, (check_open_channel(one, customer) for one in standing_restrictions(customer))), None
    )


def check_same_customer(customer: Customer) -> Refusal | None:
    """What rests on a record stands with the same customer. Beyond the policy: B5."""
    rested_on = (
        Incident.objects.filter(decisions__customer=customer),
        Incident.objects.filter(restrictions__customer=customer),
        Incident.objects.filter(interim_measures__customer=customer),
        RestorativeAction.objects.filter(decisions__customer=customer),
        ManagementDecision.objects.filter(restrictions__customer=customer),
    )
    evidence = Evidence.objects.filter(restrictions__customer=customer)
    basis = next(filter(None, (rows.exclude(customer=customer).first() for rows in rested_on)), None) or (
        evidence.exclude(pk__in=evidence_about(customer).values("pk")).first()
    )
    if basis:
        return Refusal(f"What was decided since rests on {basis}, so they stay one customer.", "B5")
    return None

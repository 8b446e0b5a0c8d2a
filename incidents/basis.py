"""What restorative work rests on."""

from cha_engagement.core import hub
from cha_engagement.core.refusals import Refusal
from cha_engagement.customers.models import Customer

from .models import RestorativeAction


@hub.contradictions.add
def follows_another(customer: Customer) -> Refusal | None:
    """Restorative work with a customer follows an incident of the same customer. Beyond the policy: B5."""
    action = (
        RestorativeAction.objects.filter(customer=customer, incident__isnull=False)
        .exclude(incident__customer=customer)
        .first()
    )
    if action:
        return Refusal(f"{action} has come since, so they stay one customer.", "B5")
    return None

"""What reviews and appeals rest on."""

from cha_engagement import hub
from cha_engagement.customers.models import Customer
from cha_engagement.policy import Refusal

from .models import Appeal, AppealedRestriction, Review


@hub.contradictions.add
def about_another(customer: Customer) -> Refusal | None:
    """A review or an appeal of one customer is about what restricts that customer. Beyond the policy: B5."""
    crossing = (
        Review.objects.filter(customer=customer).exclude(restriction__customer=customer).first()
        or AppealedRestriction.objects.filter(appeal__customer=customer)
        .exclude(restriction__customer=customer)
        .select_related("appeal", "restriction")
        .first()
        or Appeal.objects.filter(customer=customer, added_to__isnull=False)
        .exclude(added_to__customer=customer)
        .first()
    )
    if crossing:
        return Refusal(f"{crossing} has come since, so they stay one customer.", "B5")
    return None

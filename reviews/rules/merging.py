from cha_engagement.core.refusals import Refusal
from cha_engagement.customers.models import Customer

from ..models import Appeal, AppealedRestriction, Review


def check_same_customer(customer: Customer) -> list[Refusal]:
    """A review or an appeal of one customer is about what restricts that customer. Beyond the policy: B5."""
    contradiction = (
        Review.objects.filter(customer=customer).exclude(restriction__customer=customer).first()
        or AppealedRestriction.objects.filter(appeal__customer=customer)
        .exclude(restriction__customer=customer)
        .select_related("appeal", "restriction")
        .first()
        or Appeal.objects.filter(customer=customer, added_to__isnull=False)
        .exclude(added_to__customer=customer)
        .first()
    )
    if contradiction:
        return [Refusal(f"{contradiction} has come since, so they stay one customer.", "B5")]
    return []

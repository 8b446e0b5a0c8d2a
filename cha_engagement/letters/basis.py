"""What letters are about."""

from cha_engagement.core import hub
from cha_engagement.core.refusals import Refusal
from cha_engagement.customers.models import Customer

from .models import Letter


@hub.contradictions.add
def about_another(customer: Customer) -> Refusal | None:
    """A letter is to the customer whom its records are about, whatever app keeps them. Beyond the policy: B5."""
    records = [relation.name for relation in Letter._meta.related_objects if relation.many_to_many]
    to_others = Letter.objects.not_withdrawn().exclude(customer=customer)
    letters = (to_others.filter(**{f"{record}__customer": customer}).first() for record in records)
    if letter := next(filter(None, letters), None):
        return Refusal(
            f"{letter} was written since. Withdraw it where that can still be done; otherwise they stay one customer.",
            "B5",
        )
    return None

from cha_engagement.core.refusals import Refusal
from cha_engagement.customers.models import Customer
from cha_engagement.letters.models import Letter


def check_customer_of_letters(customer: Customer) -> list[Refusal]:
    """Refuse that a letter to somebody else tells of records of this customer, whatever app keeps them. Beyond the policy: B5."""
    records = [
        relation.name
        for relation in Letter._meta.related_objects
        if relation.many_to_many and hasattr(relation.related_model, "customer")
    ]
    to_others = Letter.objects.exclude_withdrawn().exclude(customer=customer)
    letters = (to_others.filter(**{f"{record}__customer": customer}).first() for record in records)
    if letter := next(filter(None, letters), None):
        return [
            Refusal(
                f"{letter} was written since. Withdraw it where that can still be done; otherwise they stay one customer.",
                "B5",
            )
        ]
    return []

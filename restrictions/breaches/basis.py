from cha_engagement.core import hub
from cha_engagement.core.refusals import Refusal
from cha_engagement.customers.models import Customer
from incidents.contacts.models import Contact


@hub.contradictions.add
def check_contacts(customer: Customer) -> Refusal | None:
    """Refuse to part a contact from the restriction that it went against. Beyond the policy: B5."""
    breached = Contact.objects.filter(breaches__restriction__customer=customer)
    if contact := breached.exclude(customer=customer).first():
        return Refusal(f"What was decided since rests on {contact}, so they stay one customer.", "B5")
    return None

from cha_engagement.core.permissions import Permission
from cha_engagement.core.refusals import Refusal
from cha_engagement.customers.models import Customer
from cha_engagement.staff.models import StaffMember
from incidents.contacts.models import Contact

from .models import Breach


def may_settle_breach(user: StaffMember, breach: Breach) -> Refusal | None:
    """Leave it to whoever had the contact, and to managers, who can ask them. Beyond the policy: B8."""
    if user.pk != breach.contact.by_id and not user.has_perm(Permission.IMPOSE_RESTRICTIONS):
        return Refusal(
            "Only the one who logged the contact, or a manager, says whether it went against a restriction.",
            "B8",
        )
    return None


def check_contacts(customer: Customer) -> list[Refusal]:
    """Refuse to part a contact from the restriction that it went against. Beyond the policy: B5."""
    breached = Contact.objects.filter(breaches__restriction__customer=customer)
    if contact := breached.exclude(customer=customer).first():
        return [Refusal(f"What was decided since rests on {contact}, so they stay one customer.", "B5")]
    return []

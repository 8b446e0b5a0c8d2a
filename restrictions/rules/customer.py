"""Records of one customer stand together, also after a merge. Beyond the policy: B2, B5."""

from collections.abc import Collection

from django.db.models import Q

from cha_engagement.core.refusals import Refusal
from cha_engagement.customers.enums import CHANNEL_NOUNS, INBOUND_CHANNELS, Channel
from cha_engagement.customers.models import Customer
from cha_engagement.evidence.models import Evidence
from cha_engagement.staff.models import StaffMember
from incidents.models import Incident
from incidents.restorative.models import RestorativeAction
from restrictions.contact_plan import contact_plan, standing_restrictions
from restrictions.enums import STANDING
from restrictions.models import ManagementDecision, Restriction
from restrictions.queries import evidence_about

from .channels import check_open_channel, check_open_channel_with


def check_customer_has_channel(customer: Customer) -> list[Refusal]:
    """Refuse to leave a customer no channel with all that stands. Beyond the policy: B2."""
    refusals = (check_open_channel(restriction, customer) for restriction in standing_restrictions(customer))
    return next(filter(None, refusals), [])


NEEDED_FOR_CHANNEL = {
    Channel.LETTER: "address",
    Channel.EMAIL: "emails",
    Channel.PHONE: "phones",
    Channel.MESSAGE: "phones",
}
"""What we need to know of somebody so that a channel works in both directions; the others need nothing."""


def check_details_kept(customer: Customer, emptied: Collection[str]) -> list[Refusal]:
    """Refuse to empty what the last channels need that are open to a customer and that they can use. Beyond the policy: B2."""
    lacking = {channel for channel, name in NEEDED_FOR_CHANNEL.items() if not getattr(customer, name)}
    lost = {channel for channel, name in NEEDED_FOR_CHANNEL.items() if name in emptied} - lacking
    if not lost or leaves_channel(customer, lacking | lost) or not leaves_channel(customer, lacking):
        return []
    closed = contact_plan(customer).closed_channels | {Channel(code) for code in customer.cannot_use}
    left = [channel for channel in INBOUND_CHANNELS if channel not in closed]
    names = [name for name in emptied if name in {NEEDED_FOR_CHANNEL.get(channel) for channel in lost}]
    ways = " and ".join(CHANNEL_NOUNS[channel] for channel in left if channel in lost)
    sentence = f"What is still open to them needs this: {ways}. Give what takes its place, or open another way to them on their restrictions first."
    return [Refusal(sentence, "B2", name) for name in names]


def leaves_channel(customer: Customer, lacking: set[Channel]) -> bool:
    """Return whether all that stands leaves a customer a channel, without those for which we lack what they need."""
    standing = standing_restrictions(customer)
    unusable = {Channel(code) for code in customer.cannot_use} | lacking
    return not any(
        check_open_channel_with(restriction, [other for other in standing if other != restriction], unusable)
        for restriction in standing
    )


def check_same_customer(customer: Customer) -> list[Refusal]:
    """Refuse to part a decision or restriction from the records that it rests on. Beyond the policy: B5."""
    references = (
        Incident.objects.filter(decisions__customer=customer),
        Incident.objects.filter(restrictions__customer=customer),
        Incident.objects.filter(interim_measures__customer=customer),
        RestorativeAction.objects.filter(decisions__customer=customer),
        ManagementDecision.objects.filter(restrictions__customer=customer),
    )
    evidence = Evidence.objects.filter(restrictions__customer=customer)
    elsewhere = [
        *(records.exclude(customer=customer).first() for records in references),
        evidence.exclude(pk__in=evidence_about(customer).values("pk")).first(),
    ]
    if record := next(filter(None, elsewhere), None):
        return [Refusal(f"What was decided since rests on {record}, so they stay one customer.", "B5")]
    return []


def check_no_named_contact(customer: Customer, colleague: StaffMember) -> list[Refusal]:
    """Refuse to send a customer away from the one whom everything goes to, or their deputy. Policy §21.1, 42.1."""
    is_named = Q(named_contact=colleague) | Q(deputy=colleague)
    standing = Restriction.objects.filter(is_named, customer=customer, status__in=STANDING)
    if restriction := standing.first():
        part = (
            "their named contact"
            if restriction.named_contact_id == colleague.pk
            else "the deputy of their named contact"
        )
        sentence = f"{colleague} is {part} ({restriction}). Vary that first so that it names somebody else, and then record this."
        return [Refusal(sentence, "21.1", "colleague")]
    return []

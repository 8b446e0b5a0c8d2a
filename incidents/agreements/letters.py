"""Colleagues whom a customer harmed sign no letter to them without having agreed. Beyond the policy: B40."""

from cha_engagement.core import hub
from cha_engagement.core.refusals import Refusal
from cha_engagement.customers.models import Customer
from cha_engagement.staff.models import StaffMember

from .queries import is_to_be_spared, unwilling_colleagues
from .rules import check_people

hub.harmed.add(is_to_be_spared)
hub.spared.add(check_people)


@hub.signatory_checks.add
def check_signatory(customer: Customer, signatory: StaffMember) -> Refusal | None:
    """Refuse a signatory whom it affected and who has not agreed; the team can sign. Beyond the policy: B40."""
    if not unwilling_colleagues(customer).filter(pk=signatory.pk).exists():
        return None
    return Refusal(
        f"What this customer did affected {signatory}, who has not agreed to sign letters to them. Let the team sign, or choose "
        "somebody else.",
        "B40",
        "signatory",
    )

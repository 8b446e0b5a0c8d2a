"""Interfaces by which apps above say whom a customer needs to reach."""

from cha_engagement.core.refusals import Refusal
from cha_engagement.customers.models import Customer
from cha_engagement.staff.models import StaffMember


class ContactRequestRules:
    def check_can_be_spared(self, customer: Customer, colleague: StaffMember) -> list[Refusal]:
        """Return why a customer cannot be asked not to contact a colleague, such as that all their contact goes through them."""
        return []

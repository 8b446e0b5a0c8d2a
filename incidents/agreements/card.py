from typing import Any

from django.urls import reverse

from cha_engagement.core.statements import kept_records
from cha_engagement.customers.interfaces import SideBox, SideBoxRow
from cha_engagement.customers.models import Customer
from cha_engagement.staff.models import StaffMember

from . import rules
from .enums import AgreementStatus
from .queries import colleagues_with_agreement


def affected_colleagues_box(customer: Customer, user: StaffMember) -> SideBox:
    """Show managers whom it affected, and whether they agree to deal with the customer. Beyond the policy: B40."""
    rows = []
    if not rules.may_ask_agreement(user):
        to_ask = reverse("agreement_ask", args=[customer.reference])
        colleagues: list[Any] = kept_records(StaffMember, colleagues_with_agreement, customer.pk)
        for person in colleagues:
            agreement = person.agreement_reference
            status = (
                AgreementStatus(person.agreement_status).label
                if agreement
                else "ask whether they agree to be named"
            )
            url = reverse("agreement", args=[agreement]) if agreement else to_ask
            rows.append(SideBoxRow(f"{person}: {status.lower()}", url))
    return SideBox("Colleagues affected", rows)

"""Answer a look-up: customers by what is known of them, by the reference of a record, or by a name spelt almost so."""

import re
from dataclasses import dataclass
from typing import Any

from cha_engagement.core.records import models_by_prefix
from cha_engagement.customers.models import Customer
from cha_engagement.customers.queries import customers_with_close_name, look_up_customers
from cha_engagement.letters.enums import LetterStatus
from cha_engagement.letters.models import Letter
from cha_engagement.staff.models import StaffMember

TYPED_REFERENCE = re.compile(r"\W*([A-Z]{3})\W*([0-9]{4})\W*([0-9]{1,9})\W*")
"""A reference however it is typed: LET-2026-0048, let 2026 48, LET20260048."""


@dataclass(frozen=True, slots=True)
class FoundCustomers:
    """The customers whom a look-up found. With a reference it is the `record`, where its reader may open that.

    `are_close` says that nobody's name is spelt as typed, and theirs almost.
    """

    customers: list[Customer]
    record: Any = None
    by_reference: bool = False
    are_close: bool = False


def find_customers(text: str, user: StaffMember) -> FoundCustomers:
    reference = read_reference(text)
    model = models_by_prefix()[reference[:3]] if reference else None
    if model not in (None, Customer):
        return find_by_reference(model, reference, user)
    if customers := look_up_customers(reference or text, user):
        return FoundCustomers(customers, by_reference=bool(reference))
    close = [] if reference else customers_with_close_name(text, user)
    return FoundCustomers(close, are_close=bool(close))


def read_reference(text: str) -> str:
    """Return the reference that was typed, as we write it; nothing where it is none of ours."""
    typed = TYPED_REFERENCE.fullmatch(text.upper())
    if typed is None or typed[1] not in models_by_prefix():
        return ""
    return f"{typed[1]}-{typed[2]}-{int(typed[3]):04}"


def find_by_reference(model: Any, reference: str, user: StaffMember) -> FoundCustomers:
    """Find the customer of a record that this user may see.

    An issued letter may be in a customer's hand: its reference leads whoever deals with them to their card, though not to the letter.
    """
    record = shown = model.objects.visible_to(user).filter(reference=reference).first()
    if record is None and model is Letter:
        record = Letter.objects.filter(reference=reference, status=LetterStatus.ISSUED).first()
    customer = getattr(record, "customer", None)
    # A reference that they may not see is nobody: not whoever has the same number, as “Rev” is a title too.
    known = Customer.objects.known_to(user)
    customers = list(known.filter(pk=customer.pk)) if customer else []
    return FoundCustomers(customers, record=shown, by_reference=bool(customers or shown))

from collections.abc import Collection
from typing import TYPE_CHECKING

from cha_engagement.customers.enums import CardSection, Channel
from cha_engagement.customers.interfaces import CardLine
from cha_engagement.customers.models import Customer
from cha_engagement.organisation.calendar import today
from restrictions.enums import RestrictionStatus
from restrictions.kinds.kind import KindWithoutTerms

if TYPE_CHECKING:
    from restrictions.models import Restriction


class WithholdStaffDetails(KindWithoutTerms):
    """They are given no colleague's name and no direct way to one. Policy §21.3."""

    code = "withhold_staff_details"
    title = "Names and direct details of staff withheld"
    description = "They deal with teams: no colleague’s name, direct number or address is given to them."
    letter_title = "Who you hear from"
    paragraph = "21.3"
    subject = "names"
    binds_staff_alone = True

    def usual_instruction(self, restriction: "Restriction") -> str:
        return (
            "Speak and write for your team. Give the general number and address, and sign as the team. Say that this is how we deal "
            "with what they bring for now."
        )

    def card_lines(self, restriction: "Restriction", closed: Collection[Channel] = ()) -> list[CardLine]:
        return [
            CardLine(
                CardSection.DONT,
                "Give them a colleague’s name, direct number or email address.",
                restriction.ends_on,
            )
        ]


def are_names_withheld(customer: Customer) -> bool:
    """Return whether nothing that this customer is sent or told today may name a colleague: from before its first day on. Policy §21.3."""
    restrictions = customer.restrictions.all()
    if "restrictions" not in getattr(customer, "_prefetched_objects_cache", {}):
        # A page that has not read them all, as a customer's has, reads none but these.
        restrictions = restrictions.filter(kind=WithholdStaffDetails.code)
    return any(
        restriction.kind == WithholdStaffDetails.code
        and restriction.status == RestrictionStatus.IMPOSED
        and not (restriction.ends_on and restriction.ends_on < today())
        for restriction in restrictions
    )

"""Placeholders that letters about reviews and letters about appeals fill in alike."""

from collections.abc import Iterable

from cha_engagement.core.refusals import Refusal
from cha_engagement.customers.contact_plan import ContactPlan
from cha_engagement.letters.actions import link_letter
from cha_engagement.letters.models import Letter
from cha_engagement.staff.models import StaffMember
from restrictions import letters as restrictions
from restrictions.enums import STANDING
from restrictions.models import Restriction


def required_placeholders(*names: str) -> dict[str, Refusal]:
    """Return what these letters require as the letter of a decision does. Policy §5, 6.3, 22, 23; beyond the policy: B3."""
    return {name: restrictions.REQUIRED_PLACEHOLDERS[name] for name in names}


OUTCOME_PLACEHOLDERS = required_placeholders("what we have decided", "how to complain", "the ombudsman")
CONTINUING_PLACEHOLDERS = required_placeholders("from when and until when", "reviews")


def terms_in_full(applying: list[Restriction], plan: ContactPlan) -> list[str]:
    """Return paragraphs that say in full what applies from now on."""
    return [
        restrictions.contact_text(applying, plan),
        *(
            restriction.kind_rules.letter_paragraph(restriction, plan.unnamed_channels)
            for restriction in applying
        ),
        *(restrictions.representative_route_text(restriction) for restriction in applying),
    ]


def link_ended(restrictions: Iterable[Restriction], letter: Letter, by: StaffMember) -> None:
    """Have the pages of restrictions that ended show the letter that said so. They are not told of anew. Policy §12."""
    for restriction in restrictions:
        if restriction.status not in STANDING:
            link_letter(restriction, letter, by, reason="The customer was told that it has ended")

"""What the association's own words in letters, as an Administrator keeps them, may not say, and may not stop saying."""

from collections.abc import Mapping
from typing import Any

from cha_engagement.core.permissions import Permission
from cha_engagement.core.reasons import has_words
from cha_engagement.core.refusals import Refusal
from cha_engagement.letters.rendering.markdown import PLACEHOLDER, placeholder_names
from cha_engagement.letters.rendering.standard_paragraphs import (
    PARAGRAPH_PLACEHOLDERS,
    stands_alone,
    usable_placeholders,
)
from cha_engagement.letters.wording.contacts import find_our_contacts
from cha_engagement.letters.wording.overreach import SOFT_KINDS, find_overreach
from cha_engagement.organisation.models import EMERGENCY_ROUTES
from cha_engagement.staff.models import StaffMember

NEEDED_DETAILS = ("complaints_contact", "ombudsman_name", "ombudsman_contact", "ombudsman_time_limit")


def may_read_words(user: StaffMember) -> Refusal | None:
    """Let those who write letters read what an Administrator has worded of them."""
    if not user.has_perm(Permission.ISSUE_LETTERS):
        return Refusal("Only those who write letters see how they are worded.", "61")
    return None


def check_standard_paragraph(name: str, text: str) -> list[Refusal]:
    """Refuse a standard paragraph that loses what it must say, or has placeholders that it cannot have. Policy §5, 45; B2, B3.

    Nor does it name a way to us: that may be closed to whoever reads it.
    """
    present, usable = placeholder_names(text), usable_placeholders(name)
    unknown = [
        Refusal(
            f"[{placeholder}] is not something that we can fill in. Take it out, or use one of "
            f"{', '.join(f'[{each}]' for each in usable)}."
        )
        for placeholder in present
        if placeholder not in usable
    ]
    lost = [
        Refusal(f"[{name}] always says [{placeholder}]: put it back in the text.", definition.paragraph)
        for placeholder, definition in PARAGRAPH_PLACEHOLDERS.items()
        if name in definition.required_in and placeholder not in present
    ]
    run_on = [
        Refusal(f"[{placeholder}] is a list: put it on a line of its own.")
        for placeholder, definition in PARAGRAPH_PLACEHOLDERS.items()
        if definition.is_list
        and any(
            placeholder in placeholder_names(line) and not stands_alone(line) for line in text.splitlines()
        )
    ]
    named = [
        Refusal(
            f"“{contact}” leads to us, and may be closed to whoever reads the letter: take it out.", "21.1"
        )
        for contact in dict.fromkeys(find_our_contacts(text))
    ]
    says_nothing = not present and not has_words(text)
    empty = (
        [Refusal(f"[{name}] has to say something: letters have it for a reason.", "61")]
        if says_nothing
        else []
    )
    return [*unknown, *lost, *run_on, *named, *empty]


def check_association_words(text: str) -> list[Refusal]:
    """Refuse words for every letter that take away what is always anybody's, or what only a restriction limits. Policy §5, 53, 54; B2, B36."""
    return [
        Refusal(f"{overreach.sentence} Take it out.", overreach.kind.paragraph)
        for overreach in find_overreach([PLACEHOLDER.sub("", text)])
        if overreach.code not in SOFT_KINDS
    ]


def check_adviser(text: str) -> list[Refusal]:
    """Refuse to name ourselves as independent advice. Policy §8."""
    return [
        Refusal(f"“{contact}” leads to us. Give a way to somebody independent.", "8")
        for contact in dict.fromkeys(find_our_contacts(text))
    ]


def says_something(detail: str | None) -> bool:
    """Return whether a detail of the association has words, or a number."""
    return has_words(detail) or any(map(str.isdigit, detail or ""))


def check_details_kept(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Refusal]:
    """Refuse to empty what every letter says: no letter could be issued without it, or it would say less. Policy §5, 6.3; B2, B3."""
    refusals = [
        Refusal("Letters have to say this: it can be changed, and not left out.", "B3", name)
        for name in NEEDED_DETAILS
        if (before.get(name) or after.get(name)) and not says_something(after.get(name))
    ]
    had_route, has_route = (
        any(says_something(details.get(name)) for name in EMERGENCY_ROUTES) for details in (before, after)
    )
    if had_route and not has_route:
        refusals.append(
            Refusal(
                "Letters have to say how somebody reaches us in an emergency: keep one way.",
                "B2",
                EMERGENCY_ROUTES[0],
            )
        )
    return refusals

"""The letter about what applies at once and for a few days, until it is decided. Beyond the policy: B21."""

from cha_engagement.core.refusals import Refusal
from cha_engagement.customers.models import Customer
from cha_engagement.letters.actions import link_letter
from cha_engagement.letters.interfaces import LetterKind
from cha_engagement.letters.models import Letter
from cha_engagement.letters.rendering.files import render_placeholders
from cha_engagement.letters.rendering.placeholders import PlaceholderTexts
from cha_engagement.letters.rules.issuing import (
    check_placeholders,
    check_sections,
    required_placeholder,
    required_section,
)
from restrictions.contact_plan import standing_restrictions
from restrictions.enums import LetterCode
from restrictions.letters.effects import NOTE, STAYS, effect_placeholders
from restrictions.letters.placeholders import (
    REQUIRED_PLACEHOLDERS,
    channel_placeholders,
    is_partly_withheld,
    is_withheld,
    open_and_closed_text,
    plan_told_of,
)
from restrictions.models import Restriction
from restrictions.queries import interim_in, predates_extension
from restrictions.rules import check_extension, may_write_interim_letter

PLACEHOLDERS = (
    dict(
        [
            required_placeholder("what applies for now", "which ways are closed and which open", "B21"),
            required_placeholder("until when", "from when it applies, and until when", "B21"),
            required_placeholder("what happens next", "what follows, and how they will hear", "12"),
            required_placeholder(
                "what you can do meanwhile", "how to object, as there is nothing to appeal against yet", "22"
            ),
        ]
    )
    | STAYS
    | NOTE
    | {name: REQUIRED_PLACEHOLDERS[name] for name in ("our policy", "how to complain", "the ombudsman")}
)
SECTIONS = dict(
    [
        required_section("What this means for you", "what it means for them", "B21"),
        required_section("Why", "why", "12"),
    ]
)


def placeholders(letter: Letter) -> PlaceholderTexts:
    interim = interim_in(letter)
    plan = plan_told_of(letter.customer, [interim])
    data = {
        "starts_on": interim.starts_on,
        "last_day": interim.ends_on,
        "open_and_closed": open_and_closed_text(
            plan.usable_channels,
            interim.closed_channels,
            are_examples=is_partly_withheld(plan, [interim]),
        ),
        "is_channel_closed": bool(plan.closed_channels),
        "is_extended": interim.extended_at is not None,
        "can_be_extended": not check_extension(interim),
        "is_restricted": is_restricted_knowingly(letter.customer),
    }
    names = ("what applies for now", "until when", "what happens next", "what you can do meanwhile")
    return {
        **channel_placeholders(letter.customer, [interim]),
        **effect_placeholders(letter.customer, [interim]),
        **render_placeholders("shared", "our policy"),
        **render_placeholders("interim", *names, **data),
    }


def is_restricted_knowingly(customer: Customer) -> bool:
    """Return whether anything stands against which they can appeal: these few days take that from nobody. Policy §22."""
    return any(
        isinstance(restriction, Restriction) and not is_withheld(restriction)
        for restriction in standing_restrictions(customer)
    )


def check_interim_measure_stands(letter: Letter) -> list[Refusal]:
    """Refuse a letter that would tell the customer what does not bind them any more."""
    interim = interim_in(letter)
    if not interim.is_in_force:
        changed = f"{interim} has ended since this was written. Withdraw the letter."
    elif predates_extension(letter, interim):
        changed = (
            f"{interim} was made longer since this was issued. Withdraw the letter, and write a new one."
        )
    elif interim.is_decided:
        changed = f"A manager has decided what follows {interim} since this was written. Withdraw the letter, and write the one about the decision."
    else:
        return []
    return [Refusal(changed, "12")]


INTERIM_LETTER = LetterKind(
    code=LetterCode.INTERIM,
    title="What applies for the next few days",
    may_write=may_write_interim_letter,
    about=interim_in,
    link_records=link_letter,
    placeholders=placeholders,
    check_ready=lambda letter: [
        *check_placeholders(letter, PLACEHOLDERS),
        *check_sections(letter, SECTIONS),
    ],
    check_still_true=check_interim_measure_stands,
    waits_only_for_limits=True,
)

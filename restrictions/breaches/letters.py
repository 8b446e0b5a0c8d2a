"""The notice that tells a customer of contacts that count against a restriction. Beyond the policy: B26."""

from collections.abc import Iterable

from cha_engagement.core.refusals import Refusal
from cha_engagement.customers.enums import CHANNEL_PHRASES, Channel
from cha_engagement.customers.models import Customer
from cha_engagement.letters.actions import link_letter
from cha_engagement.letters.interfaces import LetterKind
from cha_engagement.letters.models import Letter
from cha_engagement.letters.rendering.files import render_markdown, render_placeholders
from cha_engagement.letters.rendering.markdown import Markdown
from cha_engagement.letters.rendering.placeholders import PlaceholderTexts
from cha_engagement.letters.rules.issuing import check_placeholders, required_placeholder
from cha_engagement.staff.models import StaffMember
from restrictions.enums import LetterCode

from . import queries, rules
from .models import Breach, BreachStatus

PLACEHOLDERS = dict(
    [
        required_placeholder("what we count", "which contacts count, of which days", "B26"),
        required_placeholder("if this is wrong", "how to say that it is wrong", "B26"),
        required_placeholder("what follows from this", "what follows from it", "61.3"),
        required_placeholder("how to complain", "how to complain", "5"),
    ]
)


def link_breaches(customer: Customer, letter: Letter, by: StaffMember) -> None:
    """Have a notice tell of all that counts and was not told; one that puts another right tells of what that one did."""
    replaced = letter.replaces
    breaches = replaced.breaches.all() if replaced else queries.breaches_to_tell(customer)
    for breach in breaches:
        link_letter(breach, letter, by)


def counted_text(breaches: Iterable[Breach]) -> Markdown:
    """List contacts that count by day and channel, each with what the customer calls the restriction that it went against.

    Why it did was written for staff.
    """
    return render_markdown(
        "letters/shared/what_we_count.md",
        contacts=[
            {
                "words": CHANNEL_PHRASES[Channel(breach.contact.channel)],
                "occurred_at": breach.contact.occurred_at,
                "title": breach.restriction.kind_rules.letter_title,
            }
            for breach in breaches
        ],
    )


def breaches_in(letter: Letter) -> list[Breach]:
    breaches = letter.breaches.select_related("contact", "restriction")
    return list(breaches.order_by("contact__occurred_at", "pk"))


def placeholders(letter: Letter) -> PlaceholderTexts:
    return {
        "what we count": counted_text(breaches_in(letter)),
        **render_placeholders("breach_notice", "if this is wrong", "what follows from this"),
    }


def check_still_counts(letter: Letter) -> list[Refusal]:
    """Refuse a letter that tells of a contact that does not count after all."""
    return [
        Refusal(
            f"This tells of {breach.contact}, which does not count any more. Withdraw it, and write a new one where there is something to tell.",
            "B26",
        )
        for breach in breaches_in(letter)
        if breach.status != BreachStatus.CONFIRMED
    ]


def may_write(user: StaffMember, customer: Customer, letter: Letter | None) -> Refusal | None:
    return rules.may_tell(user) or (rules.check_notice_due(customer) if letter is None else None)


NOTICE = LetterKind(
    code=LetterCode.BREACH_NOTICE,
    title="Contact that we count",
    may_write=may_write,
    about=lambda letter: letter.customer,
    link_records=link_breaches,
    placeholders=placeholders,
    check_ready=lambda letter: check_placeholders(letter, PLACEHOLDERS),
    check_still_true=check_still_counts,
)

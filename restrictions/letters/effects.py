"""Texts of letters that say what a restriction means for somebody day by day, and what it does not touch. Policy §9, 10, 61, 65."""

from collections.abc import Collection

from cha_engagement.customers.enums import Relationship
from cha_engagement.customers.models import Customer
from cha_engagement.letters.rendering.files import render_markdown, render_placeholders
from cha_engagement.letters.rendering.placeholders import PlaceholderTexts
from cha_engagement.letters.rules.issuing import required_placeholder
from restrictions.contact_plan import AnyRestriction

STAYS = dict([required_placeholder("what stays as it is", "what stays as it is", "61.3")])
NOTE = dict(
    [
        required_placeholder("the note for our staff", "that there is a note for staff", "65"),
        required_placeholder("your right to object", "that they can object to the note", "65"),
    ]
)
EFFECTS = (
    STAYS
    | NOTE
    | dict(
        [
            required_placeholder(
                "if you contact us all the same", "what happens if they contact us all the same", "61.3"
            ),
            required_placeholder(
                "needs that we took into account", "which needs were taken into account", "9"
            ),
        ]
    )
)


def effect_placeholders(customer: Customer, restrictions: Collection[AnyRestriction]) -> PlaceholderTexts:
    """Return what a restriction does to its customer's day, and what it leaves alone."""
    return {
        **render_placeholders(
            "shared",
            "what stays as it is",
            is_tenant=customer.relationship == Relationship.TENANT and not customer.tenancy_ended_on,
        ),
        **render_placeholders("shared", "the note for our staff", "your right to object"),
        **render_placeholders(
            "shared",
            "if you contact us all the same",
            is_closed=any(
                restriction.closed_channels or restriction.person_to_ask_for for restriction in restrictions
            ),
            is_limited=any(restriction.channel_limits for restriction in restrictions),
        ),
        **render_placeholders(
            "shared",
            "needs that we took into account",
            needs=[
                render_markdown(f"letters/needs/{code}.md")
                for code in dict.fromkeys(need.code for need in customer.current_needs)
            ],
            language="" if customer.reads_english else customer.preferred_language,
            is_asked=customer.needs_confirmed_on is not None,
            has_adjustments=bool(customer.agreed_adjustments),
        ),
    }

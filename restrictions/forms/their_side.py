"""The questions about the customer's side, wherever something is decided about them. Beyond the policy: B24."""

from collections.abc import Mapping
from typing import Any

from django import forms

from cha_engagement.core.formpack import Reveal
from restrictions.enums import Heard
from restrictions.fields import text_areas
from restrictions.models import TheirSide

from .restriction import CUSTOMER_TEXT_HINT

THEIR_SIDE = {"": ("heard",), Heard.TOLD_US: ("their_side",), Heard.NOT_HEARD: ("not_heard_reason",)}
"""The fields that are asked at all, and because of what was answered."""


def their_side_fields(model: type[TheirSide]) -> dict[str, forms.Field]:
    fields = forms.fields_for_model(
        model,
        [name for names in THEIR_SIDE.values() for name in names],
        widgets={"heard": forms.RadioSelect, **text_areas("their_side", "not_heard_reason")},
        help_texts={
            "their_side": f"Begin with: You told us that … {CUSTOMER_TEXT_HINT}",
            "not_heard_reason": "For example, that they could not be reached on two days, or that to ask would put somebody at risk.",
        },
    )
    fields["heard"].choices = Heard.choices
    for field in fields.values():
        field.required = False
    return fields


def their_side_questions() -> Reveal:
    return Reveal("heard", {code: names for code, names in THEIR_SIDE.items() if code})


def asked_of_their_side(answers: Mapping[str, Any]) -> dict[str, str]:
    """Return the answers about their side, without what another answer has taken away."""
    heard = answers.get("heard") or ""
    return {
        name: (answers.get(name) or "") if code in ("", heard) else ""
        for code, names in THEIR_SIDE.items()
        for name in names
    }

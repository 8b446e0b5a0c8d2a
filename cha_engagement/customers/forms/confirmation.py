"""Questions of every form that asks whether what a customer needs was checked with them. Policy §9, 18; beyond the policy: B2."""

from typing import Any

from django import forms

from cha_engagement.core.dates import PastDateField
from cha_engagement.core.labels import field_label
from cha_engagement.organisation.calendar import today
from cha_engagement.staff.fields import StaffChoiceField, active_staff

from ..enums import CONFIRMED, HOW_CONFIRMED, Channel
from ..models import Customer


def confirmation_fields() -> dict[str, forms.Field]:
    """Return the fields that ask how, when and by whom it was checked: today and by oneself, where nothing else is said."""
    colleague = StaffChoiceField(
        label=field_label(Customer, "needs_confirmed_by"),
        help_text="Leave it empty where you did.",
        required=False,
    )
    colleague.offer(active_staff())
    return {
        "needs_confirmed_how": forms.ChoiceField(
            label=field_label(Customer, "needs_confirmed_how"),
            choices=[("", "Choose one"), *Channel.choices],
            required=False,
        ),
        "needs_confirmed_on": PastDateField(
            label=field_label(Customer, "needs_confirmed_on"), initial=today, required=False
        ),
        "needs_confirmed_by": colleague,
    }


def drop_how_unconfirmed(answers: dict[str, Any]) -> dict[str, Any]:
    """Return answers without when, how and by whom, where it was not checked."""
    if answers.get("needs_confirmed_with") in CONFIRMED:
        return answers
    return answers | dict.fromkeys(HOW_CONFIRMED)

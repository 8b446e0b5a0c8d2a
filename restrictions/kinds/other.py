from collections.abc import Collection, Hashable
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.text import Truncator

from cha_engagement.core.reasons import ReasonFormField, check_words
from cha_engagement.core.records import LONG
from cha_engagement.core.refusals import Refusal
from cha_engagement.customers.enums import Channel
from cha_engagement.letters.wording.staff_names import squeeze
from restrictions.kinds.affected_matters import (
    affected_matters_field,
    affected_matters_in_words,
    check_affected_matters,
)
from restrictions.kinds.channels import channel_labels, channels_field, ordered_channels
from restrictions.kinds.kind import RestrictionKind

from .closed_channels import CLOSABLE

if TYPE_CHECKING:
    from restrictions.models import Restriction


LONGEST_TITLE = 80  # characters

MISSING = {
    "description": "Say what is restricted, and how.",
    "staff_instruction": "Say what staff should do: there are no usual words for this.",
}


class Other(RestrictionKind):
    """A restriction made for one customer. Policy §21, 54; beyond the policy: B2, B5.

    Terms: `description`, said to the customer; `closed`, codes of `Channel`; `affected_matters`, codes of `AffectedMatter`. Older ones
    have the first alone.
    """

    code = "other"
    title = "Something else, made for this customer"
    description = "None of these fits: say what is restricted, and how. Ask first whether less would do."
    letter_title = "How we work with you for now"
    paragraph = "21"
    channel_term = "closed"
    subject = ""
    free_texts = ("description",)
    is_in_own_words = True

    def form_fields(self) -> dict[str, forms.Field]:
        return {
            "affected_matters": affected_matters_field(),
            "closed": channels_field(
                CLOSABLE,
                label="Ways of contact that it closes",
                help_text="Tick each one that it closes, even in part: it counts as closed.",
            ),
            "description": ReasonFormField(
                label="What is restricted, and how",
                missing=MISSING["description"],
                help_text="This goes into the letter: write it to the customer. Say what stays possible too.",
                required=False,
                max_length=LONG,
            ),
        }

    def field_values(self, answers: dict[str, Any]) -> dict[str, Any]:
        chosen = {
            "closed": ordered_channels(answers.get("closed") or []),
            "affected_matters": list(answers.get("affected_matters") or []),
        }
        return {"terms": {"description": answers.get("description", "")} | chosen}

    def check_terms(self, restriction: "Restriction") -> list[Refusal]:
        texts = {
            "description": restriction.terms["description"],
            "staff_instruction": restriction.staff_instruction,
        }
        return [
            *check_affected_matters(restriction.terms.get("affected_matters", [])),
            *(
                refusal
                for name, text in texts.items()
                for refusal in check_words(text, MISSING[name], "21", name)
            ),
        ]

    def chosen_terms(self, restriction: "Restriction") -> dict[str, Any]:
        """Return the words too: here they are all that is restricted."""
        return {
            "description": restriction.terms["description"],
            "closed": restriction.terms.get("closed", []),
        }

    def term_rows(self, restriction: "Restriction") -> list[tuple[str, str]]:
        return [
            ("What is restricted", restriction.terms["description"]),
            ("Closed", channel_labels(restriction.terms.get("closed", [])) or "Nothing"),
            (
                "What it takes away or limits",
                affected_matters_in_words(restriction.terms.get("affected_matters", [])),
            ),
        ]

    def effects(self, restriction: "Restriction") -> set[Hashable]:
        return {squeeze(restriction.terms["description"])}

    def closed_channels(self, restriction: "Restriction") -> set[Channel]:
        return {Channel(code) for code in restriction.terms.get("closed", [])}

    def restriction_title(self, restriction: "Restriction") -> str:
        """Return what staff do, which everybody who deals with the customer reads on the card: there is no shorter name for it."""
        return Truncator(restriction.staff_instruction.rstrip(".")).chars(LONGEST_TITLE) or self.title

    def summary(self, restriction: "Restriction") -> str:
        return restriction.staff_instruction

    def usual_instruction(self, restriction: "Restriction") -> str:
        return restriction.staff_instruction

    def letter_data(self, restriction: "Restriction", closed: Collection[Channel]) -> dict[str, Any]:
        return {"description": restriction.terms["description"]}

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from django import forms

from cha_engagement.letters.markdown import escape
from cha_engagement.policy import Refusal
from cha_engagement.reasons import ReasonFormField, check_words
from cha_engagement.records import LONG

from .kind import Kind

if TYPE_CHECKING:
    from restrictions.models import Restriction


MISSING = {
    "measure": "Say what is restricted, and how.",
    "staff_instruction": "Say what staff should do: there are no usual words for this.",
}


class Other(Kind):
    """A measure made for one customer. Policy §21. Terms: `measure`, said to the customer."""

    code = "other"
    title = "Something else, made for this customer"
    line = "None of these fits: say what is restricted, and how. Ask first whether less would do."
    in_letters = "How we work with you for now"
    paragraph = "21"

    def fields(self) -> dict[str, forms.Field]:
        return {
            "measure": ReasonFormField(
                label="What is restricted, and how",
                missing=MISSING["measure"],
                help_text="This goes into the letter: write it to the customer. Say what stays possible too.",
                required=False,
                max_length=LONG,
            )
        }

    def faults(self, restriction: "Restriction") -> Iterator[Refusal]:
        texts = {
            "measure": restriction.terms["measure"],
            "staff_instruction": restriction.staff_instruction,
        }
        for name, text in texts.items():
            if refusal := check_words(text, MISSING[name], "21", name):
                yield refusal

    def choices(self, restriction: "Restriction") -> dict[str, Any]:
        """Here the words are the measure."""
        return restriction.terms

    def rows(self, restriction: "Restriction") -> list[tuple[str, str]]:
        return [("What is restricted", restriction.terms["measure"])]

    def summary(self, restriction: "Restriction") -> str:
        return restriction.staff_instruction

    def instruction(self, restriction: "Restriction") -> str:
        return restriction.staff_instruction

    def letter_paragraph(self, restriction: "Restriction") -> str:
        return escape(restriction.terms["measure"])

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING, Any

from django import forms

from cha_engagement.core.reasons import ReasonFormField, check_words
from cha_engagement.core.records import LONG
from cha_engagement.core.refusals import Refusal
from cha_engagement.customers.enums import Channel
from cha_engagement.letters.rendering.markdown import escape
from restrictions.kinds.affected_matters import (
    affected_matters_field,
    affected_matters_in_words,
    check_affected_matters,
)
from restrictions.kinds.channels import channel_labels, channels_field, in_channel_order
from restrictions.kinds.kind import RestrictionKind

from .closed_channels import CLOSABLE

if TYPE_CHECKING:
    from restrictions.models import Restriction


MISSING = {
    "measure": "Say what is restricted, and how.",
    "staff_instruction": "Say what staff should do: there are no usual words for this.",
}


class Other(RestrictionKind):
    """A measure made for one customer. Policy §21, 54; beyond the policy: B2, B5.

    Terms: `measure`, said to the customer; `closed`, codes of `Channel`; `touches`, codes of `Touches`. Older ones have the first alone.
    """

    code = "other"
    title = "Something else, made for this customer"
    line = "None of these fits: say what is restricted, and how. Ask first whether less would do."
    in_letters = "How we work with you for now"
    paragraph = "21"
    ground = ""
    texts = ("measure",)
    in_own_words = True

    def fields(self) -> dict[str, forms.Field]:
        return {
            "touches": affected_matters_field(),
            "closed": channels_field(
                CLOSABLE,
                label="Ways of contact that it closes",
                help_text="Tick each one that it closes, be it in part: it counts as closed.",
            ),
            "measure": ReasonFormField(
                label="What is restricted, and how",
                missing=MISSING["measure"],
                help_text="This goes into the letter: write it to the customer. Say what stays possible too.",
                required=False,
                max_length=LONG,
            ),
        }

    def facts(self, answers: dict[str, Any]) -> dict[str, Any]:
        chosen = {
            "closed": in_channel_order(answers.get("closed") or []),
            "touches": list(answers.get("touches") or []),
        }
        return {"terms": {"measure": answers.get("measure", "")} | chosen}

    def faults(self, restriction: "Restriction") -> Iterator[Refusal]:
        yield from check_affected_matters(restriction.terms.get("touches", []))
        texts = {
            "measure": restriction.terms["measure"],
            "staff_instruction": restriction.staff_instruction,
        }
        for name, text in texts.items():
            if refusal := check_words(text, MISSING[name], "21", name):
                yield refusal

    def choices(self, restriction: "Restriction") -> dict[str, Any]:
        """Here the words are the measure."""
        return {"measure": restriction.terms["measure"], "closed": restriction.terms.get("closed", [])}

    def rows(self, restriction: "Restriction") -> list[tuple[str, str]]:
        return [
            ("What is restricted", restriction.terms["measure"]),
            ("Closed", channel_labels(restriction.terms.get("closed", [])) or "Nothing"),
            ("Takes away or limits", affected_matters_in_words(restriction.terms.get("touches", []))),
        ]

    def closes(self, restriction: "Restriction") -> set[Channel]:
        return {Channel(code) for code in restriction.terms.get("closed", [])}

    def harsher(self, before: "Restriction", after: "Restriction") -> Refusal | None:
        if more := in_channel_order(self.closes(after) - self.closes(before)):
            return Refusal(f"This would close more than before: {channel_labels(more)}.", "22", "closed")
        return None

    def summary(self, restriction: "Restriction") -> str:
        return restriction.staff_instruction

    def instruction(self, restriction: "Restriction") -> str:
        return restriction.staff_instruction

    def letter_paragraph(self, restriction: "Restriction", closed: Collection[Channel] = ()) -> str:
        return escape(restriction.terms["measure"])

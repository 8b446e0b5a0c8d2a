from collections.abc import Collection, Hashable
from typing import TYPE_CHECKING

from django import forms

from cha_engagement.core.permissions import Permission
from cha_engagement.core.reasons import ReasonFormField, check_words
from cha_engagement.core.records import LONG
from cha_engagement.core.refusals import Refusal
from cha_engagement.customers.enums import CardSection, Channel
from cha_engagement.customers.interfaces import CardLine
from cha_engagement.letters.wording.staff_names import squeeze
from restrictions.kinds.kind import RestrictionKind

if TYPE_CHECKING:
    from restrictions.models import Restriction

QUESTIONS = {
    "exceptional_circumstances": "What makes this exceptional",
    "earlier_complaints": "The earlier complaints it rests on",
    "new_complaints": "How a new complaint will be looked at",
}
HINTS = {
    "earlier_complaints": "Their references or dates, and how each ended.",
    "new_complaints": "It goes into the letter: write it to the customer. A new matter is still read, and dealt with where it is one.",
}
MISSING = {
    "exceptional_circumstances": "Say what makes this exceptional.",
    "earlier_complaints": "Name the earlier complaints that this rests on.",
    "new_complaints": "Say how a new complaint will be looked at: the process is limited, not closed.",
}


class ComplaintsProcess(RestrictionKind):
    """Use of the complaints process is limited, in exceptional circumstances alone. Policy §53, 54. Terms: those of `QUESTIONS`."""

    code = "complaints_process"
    title = "Limited use of the complaints process"
    description = (
        "Complaints about what has been answered are not taken up again. New matters are still read."
    )
    letter_title = "Complaints that we have answered"
    paragraph = "54"
    subject = "complaints"
    free_texts = tuple(QUESTIONS)
    permission = Permission.JUDGE_COMPLAINTS_PROCESS
    refusal = Refusal("Only a Management Team member can restrict use of the complaints process.", "54")

    def form_fields(self) -> dict[str, forms.Field]:
        return {
            name: ReasonFormField(
                label=label,
                missing=MISSING[name],
                help_text=HINTS.get(name, ""),
                required=False,
                max_length=LONG,
            )
            for name, label in QUESTIONS.items()
        }

    def check_terms(self, restriction: "Restriction") -> list[Refusal]:
        return [
            refusal
            for name, sentence in MISSING.items()
            for refusal in check_words(restriction.terms[name], sentence, "54", name)
        ]

    def term_rows(self, restriction: "Restriction") -> list[tuple[str, str]]:
        return [(label, restriction.terms[name]) for name, label in QUESTIONS.items()]

    def summary(self, restriction: "Restriction") -> str:
        return "Complaints about what has been answered are not taken up again."

    def usual_instruction(self, restriction: "Restriction") -> str:
        return (
            "Take down what is new and pass it to a manager. Say that they will hear from us. An appeal, or asking for an adjustment, "
            "is no complaint."
        )

    def effects(self, restriction: "Restriction") -> set[Hashable]:
        return {squeeze(restriction.terms["earlier_complaints"])}

    def new_complaints(self, restriction: "Restriction") -> str:
        return restriction.terms["new_complaints"]

    def card_lines(self, restriction: "Restriction", closed: Collection[Channel] = ()) -> list[CardLine]:
        return [
            CardLine(
                CardSection.DONT, "Take up again a complaint that has been answered.", restriction.ends_on
            )
        ]

"""Matters that words of staff may not touch: asked by choices, so that the answer counts. Policy §54; B2, B5."""

from collections.abc import Collection

from django import forms

from cha_engagement.core.refusals import Refusal
from restrictions.enums import AffectedMatter

NOT_ASKED = "Not asked when this was set"
REFUSALS = {
    AffectedMatter.COMPLAINTS: Refusal(
        "Complaints are limited by “Limited use of the complaints process” alone, which only a Management Team member imposes. "
        "Appeals and the ombudsman are always open. Take them out of this.",
        "54",
        "affected_matters",
    ),
    AffectedMatter.EMERGENCIES: Refusal(
        "Emergencies and safety are always open. Take them out of this.", "B2", "affected_matters"
    ),
    AffectedMatter.REPAIRS: Refusal(
        "Repairs go on, whatever else is decided. Say how they are done safely in “What staff should do”, and take the rest out.",
        "B2",
        "affected_matters",
    ),
    AffectedMatter.HOUSEHOLD: Refusal(
        "What is decided about one customer binds nobody else in their household. Each is decided by itself.",
        "B5",
        "affected_matters",
    ),
}


def affected_matters_field() -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        choices=AffectedMatter.choices,
        label="Does it take any of these away, or limit it?",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )


def check_affected_matters(affected_matters: Collection[str]) -> list[Refusal]:
    """Say what must be left alone, or that nobody has answered yet."""
    if not affected_matters:
        return [
            Refusal("Say whether it touches any of these, or tick “None of these”.", "54", "affected_matters")
        ]
    return [refusal for matter, refusal in REFUSALS.items() if matter in affected_matters]


def affected_matters_in_words(affected_matters: Collection[str]) -> str:
    """Return the answer as a page shows it; records older than the question say that it was not asked."""
    return ", ".join(str(AffectedMatter(code).label) for code in affected_matters) or NOT_ASKED

"""Refusals: the answers of rules that say no, each a sentence a person can act on with the paragraph it comes from."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Refusal:
    """A reason why somebody may not do something, or what is missing before they can.

    `sentence` is shown as it stands. `paragraph` is the policy's ("22", "21.1", "B2" for what goes beyond it,
    or empty). `field` names the form field to answer, or is empty when the whole step is refused. `link` is a label and an address behind
    the sentence of a whole step, where something else is to be looked at first.
    """

    sentence: str
    paragraph: str = ""
    field: str = ""
    link: tuple[str, str] | None = None

    def __str__(self) -> str:
        return (
            f"{self.sentence} (policy §{self.policy_paragraph})" if self.policy_paragraph else self.sentence
        )

    @property
    def policy_paragraph(self) -> str:
        """Return the paragraph as staff can look it up; empty for what goes beyond the policy."""
        return "" if self.paragraph.startswith("B") else self.paragraph


class Refused(Exception):
    """Somebody may not do this at all. Answered with 403 and the refusal's sentence."""

    def __init__(self, refusal: Refusal):
        super().__init__(str(refusal))
        self.refusal = refusal


class Incomplete(Exception):
    """The step is theirs to take, but something is missing or contradicts. Shown on the form, each beside its field."""

    def __init__(self, *refusals: Refusal):
        super().__init__("; ".join(map(str, refusals)))
        self.refusals = refusals


def raise_if_refused(refusal: Refusal | None) -> None:
    """Raise `Refused` with what a rule `may_x` has answered; do nothing where it has no objection."""
    if refusal:
        raise Refused(refusal)


def raise_if_incomplete(*refusals: Refusal) -> None:
    """Raise `Incomplete` with all that rules `check_x` have found; do nothing where that is nothing."""
    if refusals:
        raise Incomplete(*refusals)

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django import forms

from cha_engagement.core.hub import CardLine
from cha_engagement.core.refusals import Refusal
from cha_engagement.customers.enums import CHANNEL_PHRASES, INBOUND_CHANNELS, Channel
from restrictions.kinds.channels import channel_labels, in_channel_order

if TYPE_CHECKING:
    from incidents.contacts.models import Contact
    from restrictions.models import Restriction


@dataclass(frozen=True, slots=True)
class Allowance:
    """How much contact by some channels is left to a customer every `day`, `week` or `month`: None where that is not limited."""

    channels: Collection[str]
    contacts: int | None
    minutes: int | None
    every: str


class RestrictionKind:
    """A measure that can be taken. Policy §21.

    `line` says in a few words what it means, `letter_title` what its customer calls it. `people` are the colleagues that its terms name, `texts` those of its terms that staff word freely; a kind is `is_in_own_words` where such words are the measure. `ground` is what it limits: what is as harsh as another is found among those of one ground. What `rests_on_agreement` of somebody ends when that does.
    `permission` is asked on top of what a step asks anyway; without it the
    answer is `refusal`. The restrictions handed to its methods may be unsaved.
    """

    code: str
    title: str
    description: str
    letter_title: str
    paragraph: str
    subject = "contact"
    people: tuple[str, ...] = ()
    free_texts: tuple[str, ...] = ()
    is_in_own_words = False
    rests_on_agreement = False
    permission = ""
    refusal: Refusal | None = None

    def form_fields(self) -> dict[str, forms.Field]:
        """What a form asks for its terms. None is required by the form: `faults` says what is missing, and why."""
        raise NotImplementedError

    def form_answers(self, restriction: "Restriction") -> dict[str, Any]:
        """What those fields say of a restriction."""
        return restriction.terms

    def field_values(self, answers: dict[str, Any]) -> dict[str, Any]:
        """The answers as fields of a restriction: `terms`, which can be written as JSON, and foreign keys."""
        return {"terms": {name: answers.get(name, "") for name in self.form_fields()}}

    def check_terms(self, restriction: "Restriction") -> Iterator[Refusal]:
        """What is missing from its terms, or contradicts."""
        raise NotImplementedError

    def check_new_texts(self, restriction: "Restriction", before: "Restriction | None") -> Iterator[Refusal]:
        """Yield what is wrong with the texts of its terms that the version before it, if there is one, did not have."""
        yield from ()

    def terms_end_on(self, restriction: "Restriction") -> date | None:
        """The last day on which its terms can hold; None where nothing in them ends it."""
        return None

    def term_rows(self, restriction: "Restriction") -> list[tuple[str, str]]:
        """Its terms in full, as labels and words."""
        raise NotImplementedError

    def summary(self, restriction: "Restriction") -> str:
        """Its terms in a line, for a list."""
        raise NotImplementedError

    def usual_instruction(self, restriction: "Restriction") -> str:
        """What staff are told to do where nobody has put it better; at most 200 characters."""
        raise NotImplementedError

    def letter_paragraph(self, restriction: "Restriction", closed: Collection[Channel] = ()) -> str:
        """What it changes besides the ways of contact, said to the customer; Markdown. Policy §61.1.

        It names none of the channels that are `closed` by whatever stands beside it.

        Which ways are open and which closed depends on what else is in force: the letter says that once, for all together.
        """
        return ""

    def new_complaints_text(self, restriction: "Restriction") -> str:
        """How a new complaint is read, said to the customer; Markdown. Empty where it is read as anybody's. Policy §53."""
        return ""

    def card_lines(self, restriction: "Restriction", closed: Collection[Channel] = ()) -> list[CardLine]:
        """What it means for whoever picks up the phone. It says nothing of channels that are `closed`.

        Which ways are closed and which are open depends on what else is in force: the card says that once, for all together.
        """
        return []

    def closed_channels(self, restriction: "Restriction") -> set[Channel]:
        """The ways to us that it closes."""
        return set()

    def channel_limits(self, restriction: "Restriction") -> dict[Channel, str]:
        """How far it limits channels that it leaves open, said to the customer."""
        return {}

    def person_to_ask_for(self, restriction: "Restriction") -> str:
        """Whom all contact leads to, said to the customer."""
        return ""

    def additional_route(self, restriction: "Restriction") -> str:
        """Another way to us that it opens, said to the customer."""
        return ""

    def is_only_route(self, restriction: "Restriction") -> bool:
        """Whether its route is the only one, as the customer agreed: it is a way in by itself. Beyond the policy: B2."""
        return False

    def targets_to_block(self, restriction: "Restriction") -> list[str]:
        """What somebody has to block for it, and to unblock at its end. Policy §31, 32.1."""
        return []

    def chosen_terms(self, restriction: "Restriction") -> dict[str, Any]:
        """Those of its terms that ease something when they change: what was chosen, and not what was put in words."""
        return {name: said for name, said in restriction.terms.items() if not isinstance(said, str)}

    def allowance(self, restriction: "Restriction") -> Allowance | None:
        """What it leaves of contact, where it counts it. Policy §21.5."""
        return None

    def apparent_breach(self, restriction: "Restriction", contact: "Contact") -> str:
        """Why a contact seems to go against it, its number and length apart; empty where it does not. Beyond the policy: B8."""
        if contact.channel in self.closed_channels(restriction):
            return f"It came {CHANNEL_PHRASES[Channel(contact.channel)]}, which is closed to them."
        return ""

    def check_combination(
        self, restriction: "Restriction", others: Iterable["Restriction"]
    ) -> Refusal | None:
        """Why it cannot stand beside others, the ways that all of them close apart. Beyond the policy: B2."""
        return None

    def check_not_more_restrictive(self, before: "Restriction", after: "Restriction") -> Refusal | None:
        """Why the terms of a new version take more away than those before it: a panel may only ease. Policy §22."""
        return None


class KindWithoutTerms(RestrictionKind):
    """A measure that is all said by its name."""

    def form_fields(self) -> dict[str, forms.Field]:
        return {}

    def check_terms(self, restriction: "Restriction") -> Iterator[Refusal]:
        yield from ()

    def term_rows(self, restriction: "Restriction") -> list[tuple[str, str]]:
        return []

    def summary(self, restriction: "Restriction") -> str:
        return self.description

    def check_combination(
        self, restriction: "Restriction", others: Iterable["Restriction"]
    ) -> Refusal | None:
        """A second one would add nothing to the first. Policy §14."""
        for one in others:
            if one.kind == self.code:
                return Refusal(
                    f"{one} says the same already. Vary that one where it needs another day.", "14"
                )
        return None


class KindWithOpenChannels(RestrictionKind):
    """A measure that closes every way but those in `open` of its terms, codes of `Channel`."""

    def closed_channels(self, restriction: "Restriction") -> set[Channel]:
        return set(INBOUND_CHANNELS) - {Channel(code) for code in restriction.terms["open"]}

    def check_not_more_restrictive(self, before: "Restriction", after: "Restriction") -> Refusal | None:
        if fewer := in_channel_order(set(before.terms["open"]) - set(after.terms["open"])):
            return Refusal(f"This was open before and must stay so: {channel_labels(fewer)}.", "22", "open")
        return None

from collections.abc import Collection, Hashable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django import forms

from cha_engagement.core.permissions import Permission
from cha_engagement.core.refusals import Refusal
from cha_engagement.customers.enums import CHANNEL_PHRASES, INBOUND_CHANNELS, Channel
from cha_engagement.customers.interfaces import CardLine
from cha_engagement.letters.rendering.files import render_markdown
from cha_engagement.letters.rendering.markdown import Markdown

if TYPE_CHECKING:
    from incidents.contacts.models import Contact
    from restrictions.models import Restriction


@dataclass(frozen=True, slots=True)
class Allowance:
    """Contact that is left to a customer by some channels every `day`, `week` or `month`: None where that is not limited."""

    channels: Collection[str]
    contacts: int | None
    minutes: int | None
    every: str


class RestrictionKind:
    """A kind of restriction, with its rules and its words. Policy §21.

    `description` says in a few words what it means, `letter_title` is what its customer calls it. `people` are the fields of the
    colleagues that its terms name, `free_texts` those of its terms that staff word freely; it `is_in_own_words` where such words are
    all that it says. One that `binds_staff_alone`, and systems, begins at once, whether or not its customer knows. `subject` is what it
    limits: kinds of one subject are compared by how much they take away. `channel_term` is the field that says which channels it closes,
    leaves open or limits. A restriction that `rests_on_agreement` of somebody ends when that does. `permission` is asked on top of what a
    step asks anyway; without it the answer is `refusal`. It `compares_limits` where its `check_not_more_restrictive` says of two limits on
    a channel which is stricter; any others may be. The restrictions handed to its methods may be unsaved.
    """

    code: str
    title: str
    description: str
    letter_title: str
    paragraph: str
    subject = "contact"
    channel_term = ""
    compares_limits = False
    people: tuple[str, ...] = ()
    free_texts: tuple[str, ...] = ()
    is_in_own_words = False
    binds_staff_alone = False
    rests_on_agreement = False
    permission: Permission | None = None
    refusal: Refusal | None = None

    def form_fields(self) -> dict[str, forms.Field]:
        """Return the fields that a form asks for its terms. The form requires none: `check_terms` says what is missing, and why."""
        raise NotImplementedError

    def form_answers(self, restriction: "Restriction") -> dict[str, Any]:
        """Return what those fields say of a restriction."""
        return restriction.terms

    def field_values(self, answers: dict[str, Any]) -> dict[str, Any]:
        """Return the answers as fields of a restriction: `terms`, which can be written as JSON, and foreign keys."""
        return {"terms": {name: answers.get(name, "") for name in self.form_fields()}}

    def check_terms(self, restriction: "Restriction") -> list[Refusal]:
        """Return what is missing from its terms, or contradicts."""
        raise NotImplementedError

    def check_new_texts(self, restriction: "Restriction", before: "Restriction | None") -> list[Refusal]:
        """Return what is wrong with the texts of its terms that the version before it, if there is one, did not have."""
        return []

    def terms_end_on(self, restriction: "Restriction") -> date | None:
        """Return the last day on which its terms can hold; None where nothing in them ends it."""
        return None

    def term_rows(self, restriction: "Restriction") -> list[tuple[str, str]]:
        """Return its terms in full, as labels and words."""
        raise NotImplementedError

    def restriction_title(self, restriction: "Restriction") -> str:
        """Return what staff call a restriction: what its terms close, where it closes some channels, or else the title of its kind."""
        return self.title

    def short_summary(self, restriction: "Restriction") -> str:
        """Return what it does in a few words, as they stand within a line; empty where what it closes says all, as that is said once."""
        return restriction.title_in_sentence

    def summary(self, restriction: "Restriction") -> str:
        """Return its terms in a line, for a list."""
        raise NotImplementedError

    def usual_instruction(self, restriction: "Restriction") -> str:
        """Return what staff are told to do where nobody has put it better; at most 200 characters."""
        raise NotImplementedError

    def letter_paragraph(self, restriction: "Restriction", closed: Collection[Channel] = ()) -> Markdown:
        """Return what it changes besides the channels, as `letters/kinds/<code>.md` says it to the customer. Policy §61.1."""
        return render_markdown(f"letters/kinds/{self.code}.md", **self.letter_data(restriction, closed))

    def letter_data(self, restriction: "Restriction", closed: Collection[Channel]) -> dict[str, Any]:
        """Return what that file is filled in with.

        It names none of the channels that are `closed` by whatever else is in force, or of no use to this customer: the letter says
        once, for all together, which are open and which closed.
        """
        return {}

    def new_complaints(self, restriction: "Restriction") -> str:
        """Return how a new complaint is read, in words of staff to the customer; empty where it is read as anybody's. Policy §53."""
        return ""

    def card_lines(self, restriction: "Restriction", closed: Collection[Channel] = ()) -> list[CardLine]:
        """Say what it means to whoever picks up the phone, and nothing of channels that are `closed`.

        The card says once, for all that is in force together, which channels are open and which closed.
        """
        return []

    def closed_channels(self, restriction: "Restriction") -> set[Channel]:
        return set()

    def channel_limits(self, restriction: "Restriction") -> dict[Channel, Markdown]:
        """Return how far it limits channels that it leaves open, as `letters/kinds/<code>_limit.md` says it to the customer."""
        return {}

    def person_to_ask_for(self, restriction: "Restriction", *, is_named: bool = True) -> Markdown:
        """Return whom all contact leads to, as `letters/kinds/<code>_route.md` says it to the customer: by name where they `is_named`."""
        return Markdown()

    def additional_route(self, restriction: "Restriction") -> Markdown:
        """Return another way to us that it opens, as `letters/kinds/<code>_route.md` says it to the customer."""
        return Markdown()

    def is_only_route(self, restriction: "Restriction") -> bool:
        """Return whether its route is the only one, as the customer agreed: then no channel need be open. Beyond the policy: B2."""
        return False

    def targets_to_block(self, restriction: "Restriction") -> list[str]:
        """Return the addresses or accounts that somebody has to block for it, and to unblock at its end. Policy §31, 32.1."""
        return []

    def effects(self, restriction: "Restriction") -> set[Hashable]:
        """Return what it does besides closing and limiting channels: one that has no other effect than others of its kind adds nothing."""
        return set()

    def chosen_terms(self, restriction: "Restriction") -> dict[str, Any]:
        """Return the terms that ease something when they change: what was chosen, and not what was put in words."""
        return {name: value for name, value in restriction.terms.items() if not isinstance(value, str)}

    def allowance(self, restriction: "Restriction") -> Allowance | None:
        """Return what it leaves of contact, where it counts it. Policy §21.5."""
        return None

    def apparent_breach(self, restriction: "Restriction", contact: "Contact") -> str:
        """Return why a contact seems to go against it, its number and length apart; empty where it does not. Beyond the policy: B8."""
        if contact.channel in self.closed_channels(restriction):
            return f"It came {CHANNEL_PHRASES[Channel(contact.channel)]}, which is closed to them."
        return ""

    def check_combination(self, restriction: "Restriction", others: Iterable["Restriction"]) -> list[Refusal]:
        """Refuse it beside others, the channels that all of them close apart. Beyond the policy: B2."""
        return []

    def check_not_more_restrictive(self, before: "Restriction", after: "Restriction") -> list[Refusal]:
        """Refuse terms of a new version that take more away than those before it: a panel may only ease. Policy §22.

        Which channels they close or limit is compared for every kind alike (`rules.comparison`).
        """
        return []


class KindWithoutTerms(RestrictionKind):
    """A kind that is all said by its name."""

    def form_fields(self) -> dict[str, forms.Field]:
        return {}

    def check_terms(self, restriction: "Restriction") -> list[Refusal]:
        return []

    def term_rows(self, restriction: "Restriction") -> list[tuple[str, str]]:
        return []

    def summary(self, restriction: "Restriction") -> str:
        return self.description


class KindWithOpenChannels(RestrictionKind):
    """A kind that closes every channel but those in `open` of its terms, codes of `Channel`."""

    channel_term = "open"

    def closed_channels(self, restriction: "Restriction") -> set[Channel]:
        return set(INBOUND_CHANNELS) - {Channel(code) for code in restriction.terms["open"]}

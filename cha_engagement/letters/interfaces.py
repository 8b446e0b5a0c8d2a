"""Interfaces by which apps above give letters their kinds, and tell what is decided about their reader."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from cha_engagement.core.interfaces import desks
from cha_engagement.core.refusals import Refusal
from cha_engagement.customers.contact_plan import ContactPlan
from cha_engagement.customers.enums import Channel
from cha_engagement.customers.models import Customer
from cha_engagement.staff.models import StaffMember

from .enums import OmbudsmanStage

if TYPE_CHECKING:
    from .models import Letter


@dataclass(frozen=True, slots=True)
class LetterKind:
    """A kind of letter that an app can write, about a record of its own.

    The text that a person edits is made by `templates/letters/<code>.md` from `context(about)`, plain data.
    `may_write(user, about, letter)` says who may not draft, issue and send it, and why; before there is one, `letter` is None.
    `link_records(about, letter, by)` makes the records that it tells of point to it; `about(letter)` finds again what it was drafted
    from. `placeholders(letter)` is what stands where the text says `[name]`, Markdown, or why it cannot be said yet.
    `check_ready(letter)` says why it cannot be issued yet. `check_still_true(letter)` says that what it tells of is no longer so:
    nothing overtakes a letter that says how things stood on its day. `on_sent(letter, on, by)` runs when it is marked as sent; it
    counts as received `on` a day. `on_came_back(letter, on, by)` runs when one that counted so was returned.
    `ombudsman_stage(letter)` is what its reader can still do with us, so that what is said of the ombudsman is true.
    A draft is `from_team` where nobody's name should be on it unless its writer wants so; what is `from_panel` was decided by people who
    had no part in it before. A kind that `waits_only_for_limits` waits for a second reader only where words of staff may limit something,
    one that `never_waits` for none: both are read once they are issued.
    `own_words(letter)` is what it tells of that restricts by words of staff alone: a second person reads it with the letter.
    """

    code: str
    title: str
    may_write: Callable[[Any, Any, Any], Refusal | None]
    about: Callable[[Any], Any]
    context: Callable[[Any], dict[str, Any]] = lambda about: {}
    link_records: Callable[[Any, Any, Any], None] = lambda about, letter, by: None
    placeholders: Callable[[Any], dict[str, str | Refusal]] = lambda letter: {}
    check_ready: Callable[[Any], list[Refusal]] = lambda letter: []
    check_still_true: Callable[[Any], list[Refusal]] = lambda letter: []
    on_sent: Callable[[Any, date, Any], None] = lambda letter, on, by: None
    on_came_back: Callable[[Any, date, Any], None] = lambda letter, on, by: None
    own_words: Callable[[Any], str] = lambda letter: ""
    ombudsman_stage: Callable[[Any], OmbudsmanStage] = lambda letter: OmbudsmanStage.NOTHING_TO_APPEAL
    from_team: bool = False
    from_panel: bool = False
    waits_only_for_limits: bool = False
    never_waits: bool = False

    @property
    def template(self) -> str:
        return f"letters/{self.code}.md"


class LetterKinds:
    letter_kinds: Sequence[LetterKind] = ()


def letter_kinds() -> dict[str, LetterKind]:
    """Return every kind of letter by its code."""
    return {kind.code: kind for desk in desks(LetterKinds) for kind in desk.letter_kinds}


@dataclass(frozen=True, slots=True)
class LetterRecord:
    """A record that a letter tells of, for whoever reads the letter as a second person: what staff are told to do, and what it rests on."""

    title: str
    reference: str
    url: str
    facts: list[tuple[str, str]]


class LetterReader:
    """The facts that records of apps above hold about the reader of a letter."""

    def placeholders(self, customer: Customer) -> Mapping[str, str | Refusal]:
        """Return what a record of ours changes in what every letter to this customer says, as the placeholders of a kind: its own go first."""
        return {}

    def contact_plan(self, letter: "Letter") -> ContactPlan | None:
        """Return how its reader can reach us, by what our records say and by what the letter tells of. Beyond the policy: B29."""
        return None

    def closed_channels(self, letter: "Letter", day: date) -> Collection[Channel]:
        """Return the channels that a record of ours closes to its reader on a day, or what the letter tells of does. Policy §21.1."""
        return ()

    def channels_closed_by_decision(self, letter: "Letter") -> Mapping[Channel, date | None] | None:
        """Return the channels that a record of ours closes to its reader now, or by what the letter tells of, with the last day of each.

        None where nothing about them is decided; a day is None where there is no last day.
        """
        return None

    def visit_precautions(self, customer: Customer) -> list[str]:
        """Return what a record of ours tells staff to mind when they visit this customer, in its words."""
        return []

    def withholds_names(self, customer: Customer) -> bool:
        """Return whether a record of ours keeps the names and direct lines of staff from this customer. Policy §21.3.

        Then no letter gives one away, and the team signs.
        """
        return False

    def letter_records(self, letter: "Letter") -> list[LetterRecord]:
        """Return the records that a letter tells of. Empty facts are left out."""
        return []

    def applies_unknown_since(self, letter: "Letter") -> datetime | None:
        """Return since when something that the letter tells of applies at once for safety, though its reader was not told of it; None where nothing does.

        Beyond the policy: B23.
        """
        return None

    def check_signatory(self, customer: Customer, signatory: StaffMember) -> list[Refusal]:
        """Return why this person should not sign a letter to this customer."""
        return []

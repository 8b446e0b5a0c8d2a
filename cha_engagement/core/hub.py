"""What apps feed each other without importing: each registers here, the floors below read from here.

Every app may have a `timeline.py`, `worklist.py`, `card.py`, `lists.py`, `letters.py`, `access.py`, `basis.py` and `daily.py`; they are found
when the project starts.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Generic, NamedTuple, TypeVar

from django.db.models import Q, QuerySet

from .refusals import Refusal

MODULES = ("timeline", "worklist", "card", "lists", "letters", "access", "basis", "daily")

Fed = TypeVar("Fed")


class Feed(Generic[Fed]):
    """Things of one kind, in the order of registration. `add` can decorate a function."""

    def __init__(self) -> None:
        self._things: list[Fed] = []

    def add(self, thing: Fed) -> Fed:
        self._things.append(thing)
        return thing

    def __iter__(self) -> Iterator[Fed]:
        return iter(self._things)


@dataclass(frozen=True, slots=True)
class EventKind:
    """How a timeline names a kind of event, and the URL name of the record's page (taking its reference)."""

    title: str
    url_name: str


timeline: Feed[Callable[[Any, Any], QuerySet]] = Feed()
"""Sources of a customer's timeline: `(customer, user)` to rows as of `event_rows`, already visible to that user."""

event_kinds: dict[str, EventKind] = {}
"""By the row's `kind`, such as `incident.assess`."""


@dataclass(frozen=True, slots=True)
class TaskKind:
    """How the work list names a task, what it asks for, and the URL name of the page where it is done."""

    title: str
    url_name: str
    paragraph: str = ""


worklist: Feed[Callable[[Any, date], QuerySet]] = Feed()
"""Sources of the work list: `(user, today)` to rows as of `task_rows`."""

task_kinds: dict[str, TaskKind] = {}


@dataclass(frozen=True, slots=True)
class CardLine:
    """One line of a customer's card, for whoever picks up the phone.

    `section` is `stop` (before anything else), `do`, `dont`, `who` (what to know), `adjustment` or `open`. `until` is its last day,
    `agreed_by` whoever agreed it with them, where one person did.
    `to_confirm` is the reference of the record that says so, where staff are asked to confirm that they have read it.
    `to_reader` is what it says instead to some, by their key.
    """

    section: str
    text: str
    until: date | None = None
    to_confirm: str = ""
    agreed_by: str = ""
    to_reader: Mapping[int, str] = field(default_factory=dict, compare=False)


card: Feed[Callable[[Any], list[CardLine]]] = Feed()
"""`(customer)` to the lines that a record of ours puts on the card."""

unidentified: Feed[Callable[[str], Iterator[str]]] = Feed()
"""`(text)`, a name or an address, to what whoever looks for somebody should know where nobody is found: of people who are not known yet
and may be meant."""

unread: Feed[Callable[[Any], Q]] = Feed()
"""`(user)`, as a `Q` on customers: whose card says what this user is asked to confirm and has not. Asked with the customer, so
that a card costs no query more."""


def unread_by(user: Any) -> Q:
    """All that `unread` says for this user; nothing when no app says anything."""
    result = Q(pk__in=[])
    for source in unread:
        result |= source(user)
    return result


@dataclass(frozen=True, slots=True)
class Flag:
    """What is said of a customer at once, in a few words, such as "Restrictions in force". `where()` is a `Q` on customers: of whom.

    `whose()` are the keys of these customers, some perhaps several times. It `warns` where it limits or warns of them.
    """

    words: str
    where: Callable[[], Q]
    whose: Callable[[], QuerySet[Any]]
    warns: bool = True


flags: dict[str, Flag] = {}
"""By a code that stays as it is: a look-up says them, and the list of customers is filtered by them."""


def flag(
    code: str, words: str, whose: Callable[[], QuerySet[Any]], *, warns: bool = True
) -> Callable[[Callable[[], Q]], Callable[[], Q]]:
    """Decorate `() -> Q`: of which customers this is said. `whose` are the records for which it is, each with its `customer`."""

    def register(where: Callable[[], Q]) -> Callable[[], Q]:
        flags[code] = Flag(words, where, lambda: whose().values_list("customer", flat=True), warns)
        return where

    return register


@dataclass(frozen=True, slots=True)
class ListDefinition:
    """A list that can be filtered, whose filters can be saved, and which can be taken away as a file.

    `code` is the name of its URL. `may_read(user)` refuses whoever has no business with it. `rows(user)` are those visible to them,
    with the details of a row; `filter_class` is a `lists.forms.ListFilter`. `columns` gives the values of a row by the heading on the
    page, and the file has the same. `ready_filters` are filters that everybody has, by name, as in the list's address. Where a reader
    sees rows for several reasons, `rows_by_reason(user)` are those of each, bare, and `add_details` adds the details of a row.
    """

    code: str
    title: str
    may_read: Callable[[Any], Refusal | None]
    rows: Callable[[Any], QuerySet[Any]]
    ordering: Sequence[str]
    filter_class: type[Any]
    columns: Mapping[str, Callable[[Any], Any]]
    ready_filters: Mapping[str, str] = field(default_factory=dict)
    rows_by_reason: Callable[[Any], Sequence[QuerySet[Any]]] | None = None
    add_details: Callable[[QuerySet[Any]], QuerySet[Any]] | None = None


list_definitions: dict[str, ListDefinition] = {}


def define_list(definition: ListDefinition) -> ListDefinition:
    list_definitions[definition.code] = definition
    return definition


@dataclass(frozen=True, slots=True)
class Action:
    """Something that can be begun from a customer's page. `kind` is a button's: empty, `secondary` or `warning`."""

    title: str
    url: str
    kind: str = "secondary"


customer_actions: Feed[Callable[[Any, Any], list[Action]]] = Feed()
"""`(customer, user)` to what this user may begin."""


@dataclass(frozen=True, slots=True)
class Box:
    """Something shown beside a record: a template, and what it takes as `box.content`."""

    template: str
    content: Mapping[str, Any]


incident_boxes: Feed[Callable[[Any, Any], Box | None]] = Feed()
"""`(incident, user)` to a box beside an incident, for a user who reads the incident."""

incident_actions: Feed[Callable[[Any, Any], Action | None]] = Feed()
"""`(incident, user)` to what this user may begin from an incident: a button where its assessment asks for it next, else a `link`."""

contact_notes: Feed[Callable[[Any], list[str]]] = Feed()
"""`(customer)` to what whoever logs a contact should know meanwhile, such as what is left of an allowance."""


@dataclass(frozen=True, slots=True)
class Question:
    """Something about a contact, and how it can be answered with one button: by what that says, the address it posts to."""

    text: str
    answers: dict[str, str]


contact_questions: Feed[Callable[[Any, Any], list[Question]]] = Feed()
"""`(contact, user)` to what is to be said of a contact, and what was said."""


@dataclass(frozen=True, slots=True)
class SideBoxRow:
    """A record of a customer: what it is, where it is (empty for whoever may not open it), and its status in code and words."""

    text: str
    url: str = ""
    code: str = ""
    status: str = ""


@dataclass(frozen=True, slots=True)
class SideBox:
    """Some records shown beside a customer's card. Shown only when there are any."""

    title: str
    rows: list[SideBoxRow]


customer_side_boxes: Feed[Callable[[Any, Any], SideBox]] = Feed()
"""`(customer, user)` to what this user may know of, each source in one query."""


restriction_side_boxes: Feed[Callable[[Any, Any], SideBox]] = Feed()
"""`(restriction, user)` to the records that stand on a restriction, shown beside it. Each source takes one query."""


@dataclass(frozen=True, slots=True)
class LetterKind:
    """A kind of letter that an app can write, about a record of its own.

    `template` makes the text a person edits, a Markdown file under `templates/letters/`, from `context(about)`, plain data.
    `may_write(user, about, letter)` says who may not draft, issue and send it, and why; before there is one, `letter` is None.
    `link_records(about, letter, by)` makes the records that it tells of point to it; `about(letter)` finds again what it was drafted
    from. `placeholders(letter)` is what stands where the text says `[name]`, Markdown, or why it cannot be said yet.
    `check_ready(letter)` says why it cannot be issued yet. `check_still_true(letter)` says that what it tells of is no longer so:
    nothing overtakes a letter that says how things stood on its day. `on_sent(letter, on, by)` runs when it is marked as sent.
    A draft is `from_team` where nobody's name should be on it unless its writer wants so; what is `from_panel` was decided by people who
    had no part in it before. A kind that `waits_only_for_limits` waits for a second reader only where words of staff may limit something,
    one that `never_waits` for none: both are read once they are issued.
    `own_words(letter)` is what it tells of that restricts by words of staff alone: a second person reads it with the letter.
    """

    code: str
    title: str
    template: str
    may_write: Callable[[Any, Any, Any], Refusal | None]
    about: Callable[[Any], Any]
    context: Callable[[Any], dict[str, Any]] = lambda about: {}
    link_records: Callable[[Any, Any, Any], None] = lambda about, letter, by: None
    placeholders: Callable[[Any], dict[str, str | Refusal]] = lambda letter: {}
    check_ready: Callable[[Any], list[Refusal]] = lambda letter: []
    check_still_true: Callable[[Any], list[Refusal]] = lambda letter: []
    on_sent: Callable[[Any, date, Any], None] = lambda letter, on, by: None
    own_words: Callable[[Any], str] = lambda letter: ""
    from_team: bool = False
    from_panel: bool = False
    waits_only_for_limits: bool = False
    never_waits: bool = False


letter_kinds: dict[str, LetterKind] = {}


def letter_kind(kind: LetterKind) -> LetterKind:
    letter_kinds[kind.code] = kind
    return kind


signatory_checks: Feed[Callable[[Any, Any], Refusal | None]] = Feed()
"""`(customer, signatory)`: why this person should not sign a letter to this customer."""

spared: Feed[Callable[[Any, Mapping[str, Any]], list[Refusal]]] = Feed()
"""`(customer, people)`, these by the name of their field: who of them is not to be put between us and this customer, and why."""

harmed: Feed[Callable[[Any], Q]] = Feed()
"""`(staff member)`, by their key or as an expression, to which rows with a customer are of one with whom they should not have to deal."""

placeholders: Feed[Callable[[Any], dict[str, str | Refusal]]] = Feed()
"""`(customer)` to what a record of ours changes in what every letter to this customer says, as the `placeholders` of a kind: its own
go first."""

closed_channels: Feed[Callable[[Any], set[Any]]] = Feed()
"""`(letter)` to the channels that a record of ours closes to its reader, or will by what the letter tells of (policy §21.1)."""

withholds_names: Feed[Callable[[Any], bool]] = Feed()
"""`(customer)`: whether a record of ours keeps the names and direct lines of staff from this customer (policy §21.3). Then no letter
gives one away, and the team signs."""

under_decision: Feed[Callable[[Any], bool]] = Feed()
"""`(customer)`: whether they are under a decision to manage engagement actively, or an interim measure."""

channels_closed_by_decision: Feed[Callable[[Any], dict[Any, date | None] | None]] = Feed()
"""`(letter)`: the channels that a record of ours closes to its reader now, or by what the letter tells of, none among them, each with the
last day on which it does, if there is one; None where nothing about them is decided."""


class Limit(NamedTuple):
    """What a text of staff limits that it may not: a refusal with where it belongs, whether that is a right, and whether nothing else can be meant."""

    refusal: Refusal
    denies_right: bool
    is_plain: bool


limits: Feed[Callable[[str], Iterator[Limit]]] = Feed()
"""`(text)` to what a text of staff limits that it may not."""


@dataclass(frozen=True, slots=True)
class LetterRecord:
    """A record that a letter tells of, for whoever reads the letter as a second person: what staff are told to do, and what it rests on."""

    title: str
    reference: str
    url: str
    facts: list[tuple[str, str]]


letter_records: Feed[Callable[[Any], list[LetterRecord]]] = Feed()
"""`(letter)` to the records that it tells of. Empty facts are left out."""

merge_checks: Feed[Callable[[Any, Any], Refusal | None]] = Feed()
"""`(kept, other)`: why two records of one customer cannot become one, such as that one goes round what binds the other. Asked of both
as they are before anything is moved, and not when they are parted again."""

contradictions: Feed[Callable[[Any], Refusal | None]] = Feed()
"""`(customer)`: why what is recorded about them cannot stand so. Asked when two records of one customer are merged, or parted
again, once each record is where it would be."""

readers: dict[str, Feed[Callable[[Any], Q]]] = {}
"""By model label: what a user may read through a record of an app above, as a `Q` on that model."""


def readable(label: str) -> Callable[[Callable[[Any], Q]], Callable[[Any], Q]]:
    """Decorate `(user) -> Q`: rows of the model `label` (`letters.Letter`) that the user may read through records of ours."""
    return readers.setdefault(label, Feed()).add


def readable_through_holders(label: str, user: Any) -> Q:
    """All that `readable` says of a model for this user; nothing when no app says anything."""
    result = Q(pk__in=[])
    for reader in readers.get(label, ()):
        result |= reader(user)
    return result


bases: dict[tuple[str, str], Callable[[], Q]] = {}
"""What records of an app above rest on: by the label of a model below and by what rests on it (`decision`), a `Q` on that model."""


def rests(label: str, what: str) -> Callable[[Callable[[], Q]], Callable[[], Q]]:
    """Decorate `() -> Q`: rows of the model `label` (`incidents.Incident`) on which some `what` of ours rests."""

    def register(basis: Callable[[], Q]) -> Callable[[], Q]:
        return bases.setdefault((label, what), basis)

    return register


def rested_on(label: str, what: str = "") -> Q:
    """On which rows of a model some `what` rests, or anything at all; none when no app says so."""
    result = Q(pk__in=[])
    for (model, name), basis in bases.items():
        if model == label and what in ("", name):
            result |= basis()
    return result


naming: Feed[Callable[[Any, Any], Refusal | None]] = Feed()
"""`(user, incident)`: why this user names nobody else as having had a part in it, such as that they would choose who hears of it."""

bindings: Feed[Callable[[Any, Any, Any], Iterator[Refusal]]] = Feed()
"""`(measure, incidents, evidence)` to why a restriction or an interim measure cannot be imposed on these: what an app above has
decided, or is asked to, binds those below."""

holders: Feed[Callable[[Any, Any], QuerySet]] = Feed()
"""`(evidence, user)` to the records that rest on a file, as far as this user sees them."""


tellers: dict[str, Feed[Callable[[], Q]]] = {}
"""By what there is to tell a customer, such as `the end of a restriction`: the rows that a letter of ours tells of, as a `Q`."""


def tells(what: str) -> Callable[[Callable[[], Q]], Callable[[], Q]]:
    """Decorate `() -> Q`: of which rows a letter about a record of ours tells, so that no other has to."""
    return tellers.setdefault(what, Feed()).add


def told_by_holders(what: str) -> Q:
    """All that `tells` says of it; nothing when no app says anything."""
    result = Q(pk__in=[])
    for teller in tellers.get(what, ()):
        result |= teller()
    return result


daily: Feed[Callable[[date], str]] = Feed()
"""Parts of the daily job: `(today)` to a sentence on what was done. Each may run twice, late, or after being killed.

Those of the floors below run first. The sentence names nobody."""

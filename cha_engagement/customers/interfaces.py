"""Interfaces by which apps above speak of a customer: on their page and card, in look-ups, and when their record changes."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from django.apps import apps
from django.db.models import Prefetch, Q, QuerySet, TextField, Value

from cha_engagement.core.interfaces import desks, merge_codes
from cha_engagement.core.refusals import Refusal
from cha_engagement.core.statements import kept_records, kept_rows_of_all
from cha_engagement.staff.models import StaffMember

from .enums import ActionGroup, CardSection, CustomerTab, EventGroup

if TYPE_CHECKING:
    from .models import Customer, Merge


@dataclass(frozen=True, slots=True)
class EventKind:
    """A kind of event: its name on a timeline, and the URL name of the record's page (taking its reference)."""

    title: str
    url_name: str


@dataclass(frozen=True, slots=True)
class EventSource:
    """Records whose events a customer's timeline shows: each event with a title among `event_kinds`, but for those `left_out`.

    `customer` is the path from a record of the `model` to the customer on whose timeline it stands, through one other at most.
    `records` narrows down which records do. `visible_to(user)` are those that a user sees, without it those of the model's own
    `visible_to`. A timeline is filtered by `group`. `words` give, by an event, the words that stand below it, of the record as it was then, for
    whoever the model's own `visible_to` shows it; `related` records are read along for them.
    """

    model: Any
    customer: str = "customer"
    records: Q = field(default_factory=Q)
    left_out: tuple[str, ...] = ()
    visible_to: Callable[[StaffMember], QuerySet[Any]] | None = None
    group: EventGroup = EventGroup.DETAILS
    words: Mapping[str, Callable[[Any], str]] = field(default_factory=dict, compare=False)
    related: tuple[str, ...] = ()

    @property
    def shown_events(self) -> list[str]:
        names = (kind.split(".") for kind in event_kinds())
        model_name = self.model._meta.model_name
        return [event for name, event in names if name == model_name and event not in self.left_out]

    def visible_records(self, user: StaffMember) -> QuerySet[Any]:
        return (self.visible_to or self.model.objects.visible_to)(user)


@dataclass(frozen=True, slots=True)
class CardLine:
    """One line of a customer's card, for whoever picks up the phone.

    `until` is its last day, `agreed_by` whoever agreed it with them, where one person did.
    `to_confirm` is the reference of the record that says so, where staff are asked to confirm that they have read it.
    `to_reader` is what it says instead to some, by their key; nothing where that is empty. `short_summary` is what it says in the line under their name.
    `names_customer` is the key of another customer whom it names: whoever may not read of that one is not told.
    """

    section: CardSection
    text: str
    until: date | None = None
    to_confirm: str = ""
    agreed_by: str = ""
    to_reader: Mapping[int, str] = field(default_factory=dict, compare=False)
    short_summary: str = field(default="", compare=False)
    names_customer: int | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Action:
    """Something that can be begun from a customer's page. `kind` is a button's: empty, `secondary` or `warning`. A menu shows it in its `group`.

    `task` is the code of the kind of task that it does, if of one. `tab` is the tab on which it stands too, among what it adds to.
    """

    title: str
    url: str
    kind: str = "secondary"
    group: ActionGroup = ActionGroup.LOG
    task: str = ""
    tab: CustomerTab | None = None


@dataclass(frozen=True, slots=True)
class SideBoxRow:
    """A record of a customer: what it is, where it is (empty for whoever may not open it), and its status in code and words.

    A `note` stands below it.
    """

    text: str
    url: str = ""
    code: str = ""
    status: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class SideBox:
    """Some records shown beside a customer's card. Shown only when there are any."""

    title: str
    rows: list[SideBoxRow]


@dataclass(frozen=True, slots=True)
class MergeBox:
    """Something shown before two records of a customer become one: a template, and what it takes."""

    template: str
    content: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Relation:
    """Records of a model that lead to those of others, and are shown beside these: by the other model, the path to its records."""

    model: Any
    title: str
    paths: Mapping[Any, str]

    def related_to(self, model: Any, key: int, user: StaffMember) -> QuerySet[Any]:
        """Return the records that lead to one of the other model and that a user may see."""
        leading = self.model.objects.filter(**{self.paths[model]: key})
        return self.model.objects.visible_to(user).filter(pk__in=leading.order_by().values("pk"))


class RelatedRecords:
    relations: Sequence[Relation] = ()
    """Which of its records an app shows beside others."""


MOST_RELATED = 20


def related_boxes(record: Any, user: StaffMember) -> list[SideBox]:
    """Return the records that lead to a record and that a user may see, those of lower apps first.

    One query finds out of which models there are any, and each of these takes one more.
    """
    relations = relations_to(type(record))
    asked = [(record._meta.label, str(number), user, record.pk) for number in range(len(relations))]
    found = {number for (number,) in kept_rows_of_all((numbers_of_related, values) for values in asked)}
    return [
        SideBox(
            relation.title,
            [*map(row_of_record, kept_records(relation.model, newest_related, *values))],
        )
        for number, (relation, values) in enumerate(zip(relations, asked, strict=True))
        if str(number) in found
    ]


def relations_to(model: Any) -> list[Relation]:
    return [
        relation
        for desk in reversed(desks(RelatedRecords))
        for relation in desk.relations
        if model in relation.paths
    ]


def related_records(label: str, number: str, user: StaffMember, key: int) -> QuerySet[Any]:
    """Return the records of one relation, by its number, that lead to one of the model with this label."""
    model = apps.get_model(label)
    return relations_to(model)[int(number)].related_to(model, key, user)


def numbers_of_related(label: str, number: str, user: StaffMember, key: int) -> QuerySet[Any]:
    related = related_records(label, number, user, key)
    return related.order_by().values_list(Value(number, TextField()))


def newest_related(label: str, number: str, user: StaffMember, key: int) -> QuerySet[Any]:
    return related_records(label, number, user, key).order_by("-created_at", "-pk")[:MOST_RELATED]


def row_of_record(record: Any) -> SideBoxRow:
    status = getattr(record, "status", "")
    return SideBoxRow(
        record.full_title, record.get_absolute_url(), status, record.get_status_display() if status else ""
    )


class MergePage:
    """What apps above show before two records of one customer are merged, and before a merge is undone."""

    def merge_boxes(self, kept: "Customer", other: "Customer") -> Sequence[MergeBox]:
        """Return what the merge changes for the customer."""
        return ()

    def unmerge_boxes(self, merge: "Merge") -> Sequence[MergeBox]:
        """Return what undoing a merge changes for each of the two."""
        return ()


class MergeFollowers:
    """What apps above do in the transaction in which two records of one customer become one, or two again."""

    def follow_merge(self, kept: "Customer", other: "Customer", by: StaffMember) -> None:
        """Act once the records of the other are the kept one's."""

    def follow_unmerge(self, kept: "Customer", other: "Customer", by: StaffMember) -> None:
        """Act once each has its own records again."""


class CustomerPage:
    """The parts of a customer's page that an app gives. Where its lines, actions and boxes stand is the desk's to say."""

    rare_records: Mapping[str, Callable[[int], QuerySet[Any]]] = {}
    """Records that few customers have, by a name: each as the query of those of a customer, by key. A page asks for all at once whether there are
    any, and its parts ask no further about what the customer `lacks`."""

    prefetched: Sequence[str | Prefetch] = ()
    """Records of a customer that several of these parts ask for, as `prefetch_related` takes them."""

    event_kinds: Mapping[str, EventKind] = {}
    """By the name of the model and of the event, such as `incident.assess`."""

    event_sources: Sequence[EventSource] = ()
    """Events that the timeline shows. `desk.events` keeps a row for each."""

    def card_lines(self, customer: "Customer") -> Sequence[CardLine]:
        return ()

    def is_card_unread(self, customer: "Customer", user: StaffMember) -> bool:
        """Return whether the card says what this user is asked to confirm and has not. Asked where a line of it is `to_confirm`."""
        return False

    def customer_actions(self, customer: "Customer", user: StaffMember) -> Sequence[Action]:
        """Return what this user may begin."""
        return ()

    def people_at_work_on(self, customer: "Customer") -> Iterable[StaffMember]:
        """Return the colleagues who work on the customer's case now: who looks after them, decides, reviews or hears. Beyond the policy: B33."""
        return ()

    def side_boxes(self, customer: "Customer", user: StaffMember, tab: CustomerTab) -> Sequence[SideBox]:
        """Return what a tab shows and this user may know of, each box in one query."""
        return ()


def event_kinds() -> dict[str, EventKind]:
    """Return every kind of event by its code."""
    return merge_codes([desk.event_kinds for desk in desks(CustomerPage)])


def event_sources() -> list[EventSource]:
    return [source for desk in desks(CustomerPage) for source in desk.event_sources]


@dataclass(frozen=True, slots=True)
class Flag:
    """A mark beside a customer's name, in a few words, such as "Restrictions in force".

    `where(*values())` is a condition on customers: of whom. Its statement is kept: what it asks, and what may change within a day, such as
    a moment that the association's details determine, is among the `values`. `records()` are those for which it is said, each with its
    `customer`. It `warns` where it limits or warns of them. Where it `has_details`, `LookUps.flag_details` says more closely what it says.
    """

    words: str
    where: Callable[..., Q]
    records: Callable[[], QuerySet[Any]]
    warns: bool = True
    has_details: bool = False
    values: Callable[[], tuple[datetime, ...]] = tuple

    def condition(self) -> Q:
        """Return a `Q` on the customers of whom it is said now."""
        return self.where(*self.values())

    def customer_keys(self) -> QuerySet[Any]:
        """Return the keys of the customers of whom it is said, some perhaps several times."""
        return self.records().values_list("customer", flat=True)


@dataclass(frozen=True, slots=True)
class SearchSource:
    """Records that are found by their words, by whoever sees them (`visible_to`).

    `code` is of their page of results, `title` what they are called. `texts` are what a record says, put together from its `fields`.
    A result shows its `heading`, which is whom or what it is about, and some `facts`, for which `related` records are read along.
    """

    code: str
    title: str
    model: Any
    fields: tuple[str, ...]
    texts: Callable[[Any], Iterable[str]]
    heading: Callable[[Any], str]
    facts: Callable[[Any], Iterable[str]]
    related: tuple[str, ...]

    @property
    def label(self) -> str:
        return self.model._meta.label_lower


class Searches:
    """Records of an app that are found by their words."""

    search_sources: Sequence[SearchSource] = ()


def search_sources() -> list[SearchSource]:
    """Return every source in the order of their titles."""
    sources = (source for desk in desks(Searches) for source in desk.search_sources)
    return sorted(sources, key=lambda source: source.title)


class LookUps:
    """The warnings of a look-up, and of the list of customers, about those whom it finds or whom nobody can find yet."""

    flags: Mapping[str, Flag] = {}
    """By a code that stays as it is."""

    def flag_details(
        self, customers: Sequence["Customer"], said: Collection[tuple[str, int]]
    ) -> Mapping[int, Collection[str]]:
        """Return what applies to each of these customers in short, as it stands in the line below their name, by their key.

        `said` are the flags that are said of them, each as its code and their key.
        """
        return {}

    def unidentified_person_warnings(self, text: str) -> Iterable[str]:
        """Return what whoever looks for somebody by a name or an address should know of people who are not known yet and may be meant."""
        return ()

    def customer_notes(self, customers: Collection["Customer"]) -> Mapping[int, Collection[str]]:
        """Return what whoever logs something about one of these customers should know, by their key."""
        return {}


def flags() -> dict[str, Flag]:
    """Return every flag by its code."""
    return merge_codes([desk.flags for desk in desks(LookUps)])


def unidentified_person_warnings(text: str) -> list[str]:
    """Return each warning once of people who are not known yet and may be meant by what somebody looked for."""
    return list(
        dict.fromkeys(
            warning for desk in desks(LookUps) for warning in desk.unidentified_person_warnings(text)
        )
    )


def customer_notes(customers: Collection["Customer"]) -> dict[int, list[str]]:
    """Return what is said of each of these customers to whoever logs something about them, by their key."""
    answers = [desk.customer_notes(customers) for desk in desks(LookUps)] if customers else []
    return {
        customer.pk: [note for notes in answers for note in notes.get(customer.pk, ())]
        for customer in customers
    }


class Limit(NamedTuple):
    """A limit that a text of staff sets and may not: a refusal with its field, whether it denies a right, and whether nothing else can be meant."""

    refusal: Refusal
    denies_right: bool
    is_plain: bool


class CustomerRules:
    """The rules by which records of apps above forbid, or ask for, something when a customer's record changes."""

    def check_merge(self, kept: "Customer", other: "Customer") -> list[Refusal]:
        """Return why two records of one customer cannot become one, such as that one goes round what binds the other.

        Asked of both as they are before anything is moved, and not when the merge is undone.
        """
        return []

    def check_contradictions(self, customer: "Customer") -> list[Refusal]:
        """Return why what is recorded about them cannot stand so.

        Asked when two records of one customer are merged, or their merge is undone, once each record is where it would be.
        """
        return []

    def check_people(
        self, customer: "Customer", people: Mapping[str, Any], by: StaffMember | None
    ) -> list[Refusal]:
        """Return who of these people, by the name of their field, is not to be put between us and this customer, and why.

        `by` chooses them, where that may be somebody who is not to know why.
        """
        return []

    def is_to_be_spared(self, staff_member: Any) -> Q:
        """Return which rows with a customer are of one with whom somebody, by their key or as an expression, should not have to deal."""
        return Q(pk__in=[])

    def was_decided_about(self, customer: "Customer") -> bool:
        """Return whether anything was ever decided or restricted about them, or appealed by them."""
        return False

    def was_decided_since(self, customer: "Customer", moment: datetime) -> bool:
        """Return whether anything was decided, restricted, reviewed or heard about them since a moment."""
        return False

    def is_under_decision(self, customer: "Customer") -> bool:
        """Return whether they are under a decision to manage engagement actively, or an interim measure."""
        return False

    def check_details_kept(self, customer: "Customer", emptied: Collection[str]) -> list[Refusal]:
        """Return why these fields of how we reach them cannot be emptied, such as that it leaves no way between us."""
        return []

    def find_limits(self, text: str) -> Iterator[Limit]:
        """Yield what a text of staff limits that it may not."""
        yield from ()


def check_contradictions(customer: "Customer") -> list[Refusal]:
    return [refusal for desk in desks(CustomerRules) for refusal in desk.check_contradictions(customer)]


def check_people(
    customer: "Customer", people: Mapping[str, Any], *, by: StaffMember | None = None
) -> list[Refusal]:
    return [refusal for desk in desks(CustomerRules) for refusal in desk.check_people(customer, people, by)]

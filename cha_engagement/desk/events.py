"""Keep a row for each event of a timeline, in step with the histories of records, and find those that a user may see.

What stands on a timeline is said by the sources in `event_sources()` alone: `expected_rows` asks them. The rows say where an event is, and what it
says, so that a page reads ten of them and not all histories of a customer.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from itertools import groupby, islice
from operator import itemgetter
from typing import Any

from django.apps import apps
from django.db import transaction
from django.db.models import OuterRef, Q, QuerySet, Subquery, TextField, Value
from django.db.models.functions import Coalesce

from cha_engagement.core.records import RecordChanges, leaves_nothing_out, made_keys
from cha_engagement.core.statements import fill_up, kept_rows_of_all
from cha_engagement.customers.interfaces import EventSource, event_sources
from cha_engagement.staff.models import StaffMember

from .batches import sorted_batches
from .models import Event, FollowingLock

TOGETHER = 1024  # rows written, and records asked about, with one statement: a number to which `fill_up` adds nothing

Row = tuple[Any, ...]
FIELDS = ("customer_id", "at", "model", "record", "history", "event", "reference", "by_id", "text")
MODEL, RECORD = FIELDS.index("model"), FIELDS.index("record")


def sources_of(model: Any) -> list[EventSource]:
    return [source for source in event_sources() if source.model is model]


def timeline_models() -> list[Any]:
    return list(dict.fromkeys(source.model for source in event_sources()))


def expected_rows(keys_by_model: Mapping[Any, Collection[int]]) -> set[Row]:
    """Return what the rows of some records are to be."""
    numbered = [
        (number, key)
        for number, source in enumerate(event_sources())
        for key in keys_by_model.get(source.model, ())
    ]
    rows: list[Row] = []
    for some in sorted_batches(numbered, TOGETHER):
        keys_by_source = groupby(some, itemgetter(0))
        rows += kept_rows_of_all(
            (rows_of_records, (str(number), *fill_up([key for _, key in pairs])))
            for number, pairs in keys_by_source
        )
    return set(filter(is_about_somebody, rows))


def rows_of_records(source: str, *records: int) -> QuerySet[Any]:
    """Return what the rows of those records of a source, given by its number, with these keys are to be."""
    return rows_of_source(event_sources()[int(source)], Q(pk__in=records))


def rows_of_source(source: EventSource, *narrowed: Q) -> QuerySet[Any]:
    model = source.model
    records = model._default_manager.filter(source.records, *narrowed)
    customer = model._default_manager.filter(pk=OuterRef("id")).order_by().values(source.customer)[:1]
    history = model.history.model._default_manager.filter(
        id__in=records.order_by().values("pk"), event__in=source.shown_events
    )
    return history.order_by().values_list(
        Subquery(customer),
        "history_date",
        Value(model._meta.label_lower, TextField()),
        "id",
        "history_id",
        "event",
        "reference",
        "history_user",
        Coalesce("history_change_reason", Value(""), output_field=TextField()),
    )


def is_about_somebody(row: Row) -> bool:
    """Return whether it is known whom a row is about: of some nobody knows yet."""
    return row[0] is not None


def stored_rows(keys_by_model: Mapping[Any, Collection[int]]) -> dict[Row, int]:
    """Return the rows of some records as they are, each with its key."""
    about = Q()
    for model, keys in keys_by_model.items():
        if keys:
            about |= Q(model=model._meta.label_lower, record__in=keys)
    if not about:
        return {}
    rows = Event.objects.filter(about).values_list(*FIELDS, "pk")
    return {row[:-1]: row[-1] for row in rows}


def follow_changes(changes: RecordChanges) -> None:
    """Bring the events in step with records that were written, and with those whose customer they determine."""
    keys_by_model = {
        model: changes.get(model, {}).keys() | dependent_keys(model, changes) for model in timeline_models()
    }
    replace_rows({model: keys for model, keys in keys_by_model.items() if keys}, changes)


def dependent_keys(model: Any, changes: RecordChanges) -> set[int]:
    """Return the keys of records whose customer is found through others that were given another one."""
    keys: set[int] = set()
    for source in sources_of(model):
        name, _, rest = source.customer.partition("__")
        if rest:
            others = changes.get(model._meta.get_field(name).related_model, {})
            moved = [pk for pk, before in others.items() if before and rest in before]
            if moved:
                keys.update(
                    model._default_manager.filter(**{f"{name}__in": moved}).values_list("pk", flat=True)
                )
    return keys


def replace_rows(keys_by_model: Mapping[Any, Collection[int]], changes: RecordChanges | None = None) -> int:
    """Write the rows of some records as they are to be, and return of how many records some were not so.

    Of a record that is made in these `changes` nothing is stored yet.
    """
    made = made_keys(changes or {})
    expected = expected_rows(keys_by_model)
    stored = stored_rows({model: set(keys) - made.get(model, set()) for model, keys in keys_by_model.items()})
    if gone := [pk for row, pk in stored.items() if row not in expected]:
        Event.objects.filter(pk__in=gone).delete()
    insert_rows(iter(expected - stored.keys()))
    return len({(row[MODEL], row[RECORD]) for row in expected ^ stored.keys()})


def insert_rows(rows: Iterator[Row]) -> None:
    while batch := list(islice(rows, TOGETHER)):
        Event.objects.bulk_create(Event(**dict(zip(FIELDS, row, strict=True))) for row in batch)


def rebuild_events() -> None:
    """Make every row anew."""
    Event.objects.all().delete()
    for source in event_sources():
        rows = rows_of_source(source).order_by("history_id").iterator(chunk_size=TOGETHER)
        insert_rows(filter(is_about_somebody, rows))


def find_differing_records(model: Any, keys: Collection[int]) -> set[int]:
    """Return which of some records have rows that are not what the definitions say."""
    differing = expected_rows({model: keys}) ^ stored_rows({model: keys}).keys()
    return {row[RECORD] for row in differing}


def find_suspected_records(model: Any) -> set[int]:
    """Return the keys of records whose rows seem wrong, while others may write: what was written in between seems so too."""
    keys = set(model._base_manager.values_list("pk", flat=True))
    keys.update(Event.objects.filter(model=model._meta.label_lower).values_list("record", flat=True))
    return {key for some in sorted_batches(keys, TOGETHER) for key in find_differing_records(model, some)}


@transaction.atomic
def confirm_wrong_records(model: Any, keys: Collection[int]) -> set[int]:
    """Return which of some records have wrong rows while nobody writes any."""
    FollowingLock.take()
    return {key for some in sorted_batches(keys, TOGETHER) for key in find_differing_records(model, some)}


def find_wrong_records(model: Any) -> set[int]:
    """Return the keys of records whose rows are not what the definitions say."""
    suspected = find_suspected_records(model)
    return confirm_wrong_records(model, suspected) if suspected else set()


def events_of_unknown_models() -> QuerySet[Event]:
    """Return the rows that an older version of this application has left, of records that stand on no timeline any more."""
    return Event.objects.exclude(model__in=[model._meta.label_lower for model in timeline_models()])


def mend_events() -> int:
    """Put the rows right that are not what the definitions say; return of how many records these were."""
    count = events_of_unknown_models().values("model", "record").distinct().count()
    events_of_unknown_models().delete()
    for model in timeline_models():
        for keys in sorted_batches(find_suspected_records(model), TOGETHER):
            # Others write between two of these.
            with transaction.atomic(durable=True):
                FollowingLock.take()
                count += replace_rows({model: keys})
    return count


def keep_visible_events(events: list[Event], user: StaffMember, models: Collection[str]) -> list[Event]:
    """Leave out of a customer's events what a user may not see, in one query. `models` are `models_seen_in_part` by them: no others are asked."""
    records: dict[str, dict[int, None]] = defaultdict(dict)
    for event in events:
        if event.model in models:
            records[event.model][event.record] = None
    asked = [(visible_event_keys, (model, user, *fill_up(list(keys)))) for model, keys in records.items()]
    visible = set(kept_rows_of_all(asked)) if asked else set()
    return [event for event in events if event.model not in models or (event.model, event.record) in visible]


def models_seen_in_part(user: StaffMember) -> frozenset[str]:
    """Return the labels of the models of which a user does not see every record."""
    return frozenset(
        source.model._meta.label_lower
        for source in event_sources()
        if not leaves_nothing_out(source.visible_records(user))
    )


def visible_event_keys(label: str, user: StaffMember, *keys: int) -> QuerySet[Any]:
    """Return which records with these keys a user may see, of the model with this label: each as the label and its key.

    Every source of a model says the same of who sees its records.
    """
    source = sources_of(apps.get_model(label))[0]
    visible = source.visible_records(user).filter(pk__in=keys).order_by()
    return visible.values_list(Value(label, TextField()), "pk")

"""The only way to write records of a case. Actions alone import it; an import-linter contract says so."""

from collections.abc import Collection, Mapping
from typing import Any, TypeVar

from django.db.models import CharField, Field, TextField

from ..reasons import check_answers
from ..refusals import raise_if_incomplete
from .chain import is_empty
from .changes import atomic_action, ensure_action, field_values, note_change, stored_values
from .history import (
    Links,
    append_row,
    changing_links,
    history_link_model,
    link_fields,
    make_links,
    save_without_row,
    stored_links,
)
from .limits import check_limits
from .models import CaseRecord, ChainedRecord
from .references import take_reference
from .transitions import RecordWithStatus, status_changed
from .versions import Stale, has_changed, lock_record

Record = TypeVar("Record", bound=ChainedRecord)
StatusRecord = TypeVar("StatusRecord", bound=RecordWithStatus)


def create_record(
    model: type[Record],
    *,
    by: Any,
    reason: str,
    event: str = "",
    links: Mapping[str, Any] | None = None,
    values: Mapping[str, Any] | None = None,
    unchanged: Collection[str] = (),
    **fields: Any,
) -> Record:
    """Return a new record with the first row of its history, many-to-many `links` included.

    A model with a `PREFIX` gets its reference here. Every other field is given: `values` are fields too, those that share a name
    with an argument of this function, such as a restriction's own `reason`, or who made a decision, its `by`.
    `unchanged` names texts that the version before had already: they were checked when it was written.
    """
    fields |= values or {}
    if issubclass(model, CaseRecord):
        fields["reference"] = take_reference(model.PREFIX)
    return save_record(model(**fields), by=by, reason=reason, event=event, links=links, unchanged=unchanged)


@ensure_action()
def save_record(
    record: Record,
    *,
    by: Any,
    reason: str,
    event: str = "",
    links: Mapping[str, Any] | None = None,
    values: Mapping[str, Any] | None = None,
    unchanged: Collection[str] = (),
    stored: Mapping[str, Any] | None = None,
    **changes: Any,
) -> Record:
    """Save changes to a record and its many-to-many `links` as exactly one row of history.

    The record was locked before, where somebody else may write it. `by` is the member of staff, or None for the calendar. `reason` is
    shown in the timeline and the history, and so is `event`, the name of what happened, unless it is empty. `values` are changes too,
    and `unchanged` is, as in `create_record`. `stored` are the `field_values` of one that was read in this call; of others they are read
    here. Raises `Incomplete` where a reason among what is new says nothing.
    """
    changes |= values or {}
    is_new = record._state.adding
    for name, value in changes.items():
        setattr(record, name, value)
    names = vars(record) if is_new else changes
    asked = {name: value for name, value in names.items() if name not in unchanged}
    raise_if_incomplete(*check_answers(record, asked, may_be_empty=True), *check_limits(record, names))
    before = None if is_new else stored or stored_values(record, links or ())
    if isinstance(record, CaseRecord) and not is_new:
        record.version += 1
    record.history_length += 1
    save_without_row(record)
    written = write_links(record, links or {}, is_new=is_new)
    append_row(record, written, is_new=is_new, by=by, reason=reason, event=event)
    if before is not None:
        after = field_values(record, links or ())
        before = {name: value for name, value in before.items() if value != after[name]}
    note_change(record, before)
    return record


def write_links(record: Any, links: Mapping[str, Any], *, is_new: bool) -> Links:
    """Write some links of a record, and return all that it has."""
    if is_new:
        return {record._meta.get_field(name): make_links(record, name, links[name]) for name in links}
    with changing_links(record):
        for name, linked in links.items():
            getattr(record, name).set(linked)
    return stored_links(record)


@atomic_action()
def edit_record(
    record: Any,
    *,
    by: Any,
    reason: str,
    version: int | None = None,
    links: Mapping[str, Any] | None = None,
    **changes: Any,
) -> Any:
    """Lock a record and change what it says; returns it as it now is. Raises `Stale` when it is no longer this `version`."""
    locked = lock_record(record, version)
    return save_record(
        locked, by=by, reason=reason, links=links, stored=field_values(locked, links or ()), **changes
    )


@atomic_action()
def change_status(
    record: StatusRecord,
    transition: str,
    *,
    by: Any,
    reason: str,
    version: int | None = None,
    links: Mapping[str, Any] | None = None,
    values: Mapping[str, Any] | None = None,
    **changes: Any,
) -> StatusRecord:
    """Lock a record and take it along a transition of its table; returns it as it now is.

    `by` is a member of staff, of whom the action has asked whether they may, or None for the calendar. Raises `Stale` when somebody
    was faster, and `Incomplete` when a reason among the changes has no words. `values` are changes too, as in `create_record`; their
    reasons may be empty.
    """
    locked = record.reload_locked()
    if has_changed(locked, version) or not locked.can(transition):
        raise Stale(locked)
    raise_if_incomplete(*check_answers(locked, changes, may_be_empty=False))
    stored = field_values(locked, links or ())
    changes["status"] = locked.TRANSITIONS[transition].target
    save_record(
        locked,
        by=by,
        reason=reason,
        event=transition,
        links=links,
        values=values,
        stored=stored,
        **changes,
    )
    status_changed.send(sender=type(locked), record=locked, transition=transition, by=by)
    return locked


@ensure_action()
def strike_out_value(row: Any, name: str) -> None:
    """Empty one value of a row of history for good, with the salt by which it could be found out. The chain still holds.

    `name` is a field's, or a many-to-many field's. Raises `ValueError` where the database cannot leave the field empty.
    """
    _, digest = row.seals[name]
    if links := [field for field in link_fields(row.instance_type) if field.name == name]:
        history_link_model(links[0])._base_manager.filter(history=row).delete()
    else:
        setattr(row, name, empty_value(row._meta.get_field(name)))
    row.seals = row.seals | {name: (None, digest)}
    row.save()
    note_change(row.instance, {name: None})


def empty_value(field: Field) -> Any:
    if field.null:
        return None
    value = "" if isinstance(field, CharField | TextField) else field.get_default()
    if value is None or not is_empty(value):
        raise ValueError(f"{field} cannot be left empty")
    return value

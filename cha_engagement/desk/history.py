"""The history of a record, in the words of its questions and answers."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models

from cha_engagement.core.answers import value_in_words
from cha_engagement.core.labels import field_label
from cha_engagement.core.records import CaseRecord

# Every record has these for its own keeping: nobody typed them.
BOOKKEEPING_FIELDS = {"id", *(field.name for field in CaseRecord._meta.fields)}


@dataclass(frozen=True, slots=True)
class ChangedAnswer:
    """One answer that changed: what it was, empty where there was none, and what it is from then on."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Change:
    """One row of a record's history. `who` is empty for the daily job."""

    at: datetime
    who: str
    reason: str
    answers: list[ChangedAnswer]
    is_first: bool


def answer_fields(model: type[models.Model]) -> list[models.Field]:
    """Return the fields that people answer: a file is its own record, and its name on disk says nothing."""
    return [
        field
        for field in model._meta.concrete_fields
        if field.name not in BOOKKEEPING_FIELDS and field.editable and not isinstance(field, models.FileField)
    ]


def history_rows(record: Any) -> models.QuerySet:
    related = [field.name for field in answer_fields(type(record)) if field.is_relation]
    return record.history.select_related("history_user", *related).order_by()


def changes(rows: list[Any]) -> list[Change]:
    """Return the changes of some rows of one record's history, both newest first."""
    if not rows:
        return []
    oldest = rows[-1]
    all_rows = [*rows, *history_rows(oldest.instance).filter(sequence=oldest.sequence - 1)]
    answers = [
        answers_by_label(row, links) for row, links in zip(all_rows, linked_answers(all_rows), strict=True)
    ]
    answers.append(dict.fromkeys(answers[-1], ""))
    return [
        Change(
            at=row.history_date,
            who=str(row.history_user or ""),
            reason=row.history_change_reason or "",
            answers=[
                ChangedAnswer(label, before[label], after[label])
                for label in after
                if before[label] != after[label]
            ],
            is_first=row.sequence == 1,
        )
        for row, after, before in zip(rows, answers, answers[1:], strict=False)
    ]


def answers_by_label(row: Any, links: dict[str, list[str]]) -> dict[str, str]:
    """Return the answers of a row of history by their labels. `links` are those to other records."""
    record = row.instance
    answers: dict[str, str] = {}
    for field in answer_fields(type(record)):
        if field.is_relation:
            value = getattr(row, field.name)
        elif display := getattr(record, f"get_{field.name}_display", None):
            value = display()
        else:
            value = getattr(record, field.name)
        answers[field_label(type(record), field.name)] = describe_value(value)
    return answers | {label: "\n".join(sorted(names)) for label, names in links.items()}


def describe_value(value: Any) -> str:
    if isinstance(value, list):
        return "\n".join(map(str, value))
    return value.full_title if isinstance(value, CaseRecord) else value_in_words(value)


def linked_answers(all_rows: list[Any]) -> list[dict[str, list[str]]]:
    """Return for each row the names of the records that it was linked to, by label. Each many-to-many field takes one query."""
    names: dict[int, dict[str, list[str]]] = {row.pk: {} for row in all_rows}
    for field in all_rows[0]._history_m2m_fields:
        label, linked_field = field_label(field.model, field.name), field.m2m_reverse_field_name()
        for names_of_row in names.values():
            names_of_row[label] = []
        links = getattr(all_rows[0], field.name).model._default_manager.filter(history__in=names)
        for link in links.select_related(linked_field):
            names[link.history_id][label].append(describe_value(getattr(link, linked_field)))
    return list(names.values())

"""What a record said before, in the words of its questions and answers."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from django.apps import apps
from django.db import models
from django.utils.text import capfirst

from cha_engagement.core.records import CaseRecord
from cha_engagement.core.templatetags.ui import uk_date, uk_datetime

# What every record has for its own keeping, and nobody typed.
KEPT = {"id", *(field.name for field in CaseRecord._meta.fields)}


@dataclass(frozen=True, slots=True)
class Said:
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
    said: list[Said]
    is_first: bool


@cache
def models_with_a_page() -> dict[str, Any]:
    """By the letters that their references begin with, the models that say who may see them."""
    return {
        model.PREFIX: model
        for model in apps.get_models()
        if issubclass(model, CaseRecord) and hasattr(model._default_manager, "visible_to")
    }


def fields(model: type[models.Model]) -> list[models.Field]:
    """What people answer: a file is its own record, and its name on disk says nothing."""
    return [
        field
        for field in model._meta.concrete_fields
        if field.name not in KEPT and field.editable and not isinstance(field, models.FileField)
    ]


def rows(record: Any) -> models.QuerySet:
    related = [field.name for field in fields(type(record)) if field.is_relation]
    return record.history.select_related("history_user", *related).order_by()


def changes(page: list[Any]) -> list[Change]:
    """Some rows of one record's history, newest first, each with what it changed."""
    if not page:
        return []
    last = page[-1]
    earlier = rows(last.instance).filter(sequence=last.sequence - 1)
    all_rows = [*page, *earlier]
    texts = [answers(row, links) for row, links in zip(all_rows, linked(all_rows), strict=True)]
    texts.append(dict.fromkeys(texts[-1], ""))
    return [
        Change(
            at=row.history_date,
            who=str(row.history_user or ""),
            reason=row.history_change_reason or "",
            said=[Said(name, before[name], after[name]) for name in after if before[name] != after[name]],
            is_first=row.sequence == 1,
        )
        for row, after, before in zip(page, texts, texts[1:], strict=False)
    ]


def answers(row: Any, links: dict[str, list[str]]) -> dict[str, str]:
    """What a row says, by label."""
    record = row.instance
    found: dict[str, str] = {}
    for field in fields(type(record)):
        if field.is_relation:
            value = getattr(row, field.name)
        elif display := getattr(record, f"get_{field.name}_display", None):
            value = display()
        else:
            value = getattr(record, field.name)
        found[label(field)] = in_words(value)
    return found | {name: "\n".join(sorted(words)) for name, words in links.items()}


def label(field: models.Field) -> str:
    return str(capfirst(field.verbose_name))


def in_words(value: Any) -> str:
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, datetime):
        return uk_datetime(value)
    if isinstance(value, date):
        return uk_date(value)
    if isinstance(value, list):
        return "\n".join(map(str, value))
    return "" if value is None else str(value)


def linked(all_rows: list[Any]) -> list[dict[str, list[str]]]:
    """For each row what its many-to-many facts were, by label: one query for each fact."""
    found: list[dict[str, list[str]]] = [{} for _ in all_rows]
    place = {row.pk: number for number, row in enumerate(all_rows)}
    for field in all_rows[0]._history_m2m_fields:
        name = field.m2m_reverse_field_name()
        for links in found:
            links[label(field)] = []
        links_of_rows = getattr(all_rows[0], field.name).model._default_manager.filter(history__in=place)
        for link in links_of_rows.select_related(name):
            found[place[link.history_id]][label(field)].append(str(getattr(link, name)))
    return found

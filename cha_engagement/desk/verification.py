"""The comparison of all files, records and histories with what was written."""

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db import transaction

from cha_engagement.core.records import ChainedRecord, HistoryFault, find_model_faults
from cha_engagement.customers.interfaces import SearchSource
from cha_engagement.evidence.models import Evidence
from cha_engagement.evidence.storage import Altered, open_verified
from cha_engagement.letters.models import Enclosure, Letter
from cha_engagement.staff.interfaces import TaskSource

from .events import events_of_unknown_models, find_wrong_records
from .search import rows as search_rows
from .tasks import find_wrong_tasks, tasks_of_unknown_kinds

FILE_FIELDS: dict[Any, str] = {Evidence: "file", Enclosure: "file", Letter: "pdf"}
"""Models whose file has its SHA-256 beside it, with the name of the field."""


def record_models() -> list[Any]:
    """Return all models whose records have a chained history."""
    return [model for model in apps.get_models() if issubclass(model, ChainedRecord)]


def find_file_faults(model: Any) -> Iterator[str]:
    """Yield a sentence about each record of a model whose file is gone, or is not what was stored."""
    name = FILE_FIELDS[model]
    for record in model.objects.exclude(**{name: ""}).order_by("pk").iterator():
        try:
            open_verified(getattr(record, name), record.sha256).close()
        except Altered:
            yield f"{record.reference}: its file is gone, or is not what was stored"


def find_record_faults(model: Any) -> Iterator[str]:
    """Yield a sentence about whatever is not as it was written in the records of a model and their histories."""
    seen: set[int] = set()
    for pk, _ in find_model_faults(model):
        if pk not in seen:
            seen.add(pk)
            for fault in confirm_faults(model, pk):
                yield f"{describe_record(model, pk)}: {fault}"


def confirm_faults(model: Any, pk: int) -> list[HistoryFault]:
    """Return the faults of a record that nobody can write meanwhile: one that changed while all were read has none."""
    with transaction.atomic():
        model._base_manager.select_for_update().filter(pk=pk).first()
        return [fault for _, fault in find_model_faults(model, pk)]


def find_timeline_faults(model: Any) -> Iterator[str]:
    """Yield a sentence about each record of a model of which its customer's timeline does not show what its history says."""
    for pk in sorted(find_wrong_records(model)):
        yield f"{describe_record(model, pk)}: the timeline does not show what its history says"


def find_task_faults(source: TaskSource) -> Iterator[str]:
    """Yield a sentence about each task that is not in My work as records ask for it."""
    for kind, reference in sorted({(task.kind, task.reference) for task in find_wrong_tasks(source)}):
        yield f"{reference}: what it asks of staff ({kind}) is not what My work says"


def find_search_faults(source: SearchSource) -> Iterator[str]:
    """Yield a sentence about each record that a search does not find by what it says."""
    for pk in sorted(search_rows.find_wrong_records(source)):
        yield f"{describe_record(source.model, pk)}: a search does not find it by what it says"


def find_unknown_rows() -> Iterator[str]:
    """Yield a sentence about each row that an older version has left, of a kind that this one does not know."""
    for reference, kind in tasks_of_unknown_kinds().order_by("pk").values_list("reference", "kind"):
        yield f"{reference}: it stands in My work as something that does not exist ({kind})"
    unknown = events_of_unknown_models().order_by("model", "reference").values_list("reference", "model")
    for reference, model in unknown.distinct():
        yield f"{reference}: it stands on a timeline as something that does not exist ({model})"
    for model in (
        search_rows.rows_of_unknown_models().order_by("model").values_list("model", flat=True).distinct()
    ):
        yield f"{model}: a search looks for what does not exist"


def describe_record(model: Any, pk: int) -> str:
    """Return the reference of a record, from its history where it is gone, or its model's name and its key where it has none."""
    if hasattr(model, "PREFIX"):
        for manager, key in ((model._base_manager, "pk"), (model.history.model._base_manager, "id")):
            if reference := manager.filter(**{key: pk}).values_list("reference", flat=True).first():
                return reference
    return f"{model._meta.label_lower} {pk}"

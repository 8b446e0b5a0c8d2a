"""Find at the start what apps give twice under one code or prefix, by half or without a title, and pages that do not exist."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib import import_module
from typing import Any, Protocol

from django.apps import apps
from django.core.checks import CheckMessage, Error, register
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils.module_loading import module_has_submodule

from cha_engagement.core.interfaces import desks
from cha_engagement.core.records import CaseRecord
from cha_engagement.customers.interfaces import CustomerPage, LookUps, event_kinds, event_sources
from cha_engagement.letters.interfaces import LetterKinds
from cha_engagement.lists.interfaces import Lists
from cha_engagement.staff.interfaces import Tasks, task_kinds, task_links, task_sources

TABLES = {
    "timeline": ("EVENT_KINDS", "EVENT_SOURCES"),
    "tasks": ("TASK_KINDS", "TASK_SOURCES", "TASK_LINKS"),
}
"""By the name of a room, its tables, which a desk gives under the same names."""


class Linked(Protocol):
    @property
    def title(self) -> str: ...

    @property
    def url_name(self) -> str: ...


@register
def report_desk_faults(app_configs: Sequence[Any] | None = None, **kwargs: Any) -> list[CheckMessage]:
    return [Error(fault, id="engagement.E002") for fault in find_desk_faults()]


def find_desk_faults() -> Iterator[str]:
    tasks = [desk.task_kinds for desk in desks(Tasks)]
    events = [desk.event_kinds for desk in desks(CustomerPage)]
    lists = [definition for desk in desks(Lists) for definition in desk.lists]
    letters = [kind for desk in desks(LetterKinds) for kind in desk.letter_kinds]
    flags = [item for desk in desks(LookUps) for item in desk.flags.items()]
    yield from find_faulty_links("task", tasks)
    yield from find_faulty_links("event", events)
    yield from find_faulty_titles("list", [(definition.code, definition.title) for definition in lists])
    yield from find_faulty_titles("kind of letter", [(kind.code, kind.title) for kind in letters])
    yield from find_faulty_titles("flag", [(code, flag.words) for code, flag in flags])
    yield from find_tables_left_out()
    yield from find_unmatched_kinds()
    yield from find_long_paths_to_customers()
    yield from find_tasks_left_behind()
    yield from find_shared_prefixes([model for model in apps.get_models() if issubclass(model, CaseRecord)])


def find_faulty_links(what: str, given: Iterable[Mapping[str, Linked]]) -> Iterator[str]:
    kinds = [item for mapping in given for item in mapping.items()]
    yield from find_faulty_titles(what, [(code, kind.title) for code, kind in kinds])
    names = url_names()
    for code, kind in kinds:
        if kind.url_name and kind.url_name not in names:
            yield f"The {what} '{code}' leads to the page {kind.url_name!r}, which does not exist."


def find_faulty_titles(what: str, titles: Sequence[tuple[str, str]]) -> Iterator[str]:
    for code, count in Counter(code for code, _ in titles).items():
        if count > 1:
            yield f"The {what} '{code}' is given {count} times: give one of them another code."
    for code, title in titles:
        if not title.strip():
            yield f"The {what} '{code}' has no title."


def find_tables_left_out() -> Iterator[str]:
    """Yield which tables stand in no desk, so that no page shows anything of them."""
    for desk in desks(object):
        app = type(desk).__module__.removesuffix(".desk")
        for room in TABLES:
            module = (
                import_module(f"{app}.{room}") if module_has_submodule(import_module(app), room) else None
            )
            for table in TABLES[room]:
                if hasattr(module, table) and getattr(desk, table.lower(), None) is not getattr(
                    module, table
                ):
                    yield f"Name {table} of {app.replace('.', '/')}/{room}.py in its Desk."


def find_unmatched_kinds() -> Iterator[str]:
    models = {source.model._meta.model_name for source in event_sources()}
    for code in event_kinds():
        if code.partition(".")[0] not in models:
            yield f"The event '{code}' has no EventSource: name one of its model in event_sources."
    waiting = {code for source in task_sources() for code in source.kinds}
    for code in task_kinds():
        if code not in waiting:
            yield f"The task '{code}' has no TaskSource: put it among the kinds of one in task_sources."
    for code in waiting - task_kinds().keys():
        yield f"The task '{code}' has no TaskKind: put it into task_kinds of its Desk."


def find_long_paths_to_customers() -> Iterator[str]:
    """Yield what is wrong where events would stay behind: `desk.events` looks one record far for what moves to another customer."""
    for source in event_sources():
        if source.customer.count("__") > 1:
            yield (
                f"The events of {source.model.__name__} would not follow to another customer: "
                f"'{source.customer}' goes through more than one record."
            )


def find_tasks_left_behind() -> Iterator[str]:
    """Yield what is wrong where tasks about a record would go on naming the customer of one that it belongs to, when that gets another."""
    waiting = {source.model for source in task_sources()}
    linked = {(link.written, link.model) for link in task_links()}
    for source in event_sources():
        owner, _, path = source.customer.partition("__")
        if path and source.model in waiting:
            written = source.model._meta.get_field(owner).related_model
            if (written, source.model) not in linked:
                yield (
                    f"Tasks about {source.model.__name__} would keep their old customer: "
                    f"give a TaskLink from {written.__name__}."
                )


def find_shared_prefixes(models: Iterable[type[CaseRecord]]) -> Iterator[str]:
    """Yield what is wrong where a reference would not say which record it names."""
    first: dict[str, type[CaseRecord]] = {}
    for model in models:
        other = first.setdefault(model.PREFIX, model)
        if other is not model:
            yield (
                f"{model.__name__} and {other.__name__} share the prefix '{model.PREFIX}': give one of them another."
            )


def url_names(resolver: URLResolver | None = None, namespaces: tuple[str, ...] = ()) -> set[str]:
    """Return the names of all addresses, each with its namespaces."""
    names = set()
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            inner = (*namespaces, pattern.namespace) if pattern.namespace else namespaces
            names |= url_names(pattern, inner)
        elif isinstance(pattern, URLPattern) and pattern.name:
            names.add(":".join((*namespaces, pattern.name)))
    return names

"""Tasks that apps give: what waits for a member of staff."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.db.models import QuerySet

from cha_engagement.core.interfaces import desks, merge_codes

if TYPE_CHECKING:
    from .models import StaffMember


@dataclass(frozen=True, slots=True)
class TaskKind:
    """A kind of task: its name on the work list, the URL name of the page where it is done, and the paragraph that asks for it."""

    title: str
    url_name: str
    paragraph: str = ""


class Tasks:
    task_kinds: Mapping[str, TaskKind] = {}
    """By a code of its own, which the rows carry."""

    def tasks(self, user: "StaffMember", today: date) -> Iterable[QuerySet]:
        """Return what waits for this user, as rows of `core.records.task_rows`."""
        return ()


def task_kinds() -> dict[str, TaskKind]:
    """Return every kind of task by its code."""
    return merge_codes([desk.task_kinds for desk in desks(Tasks)])

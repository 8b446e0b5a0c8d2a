"""Records with a status, which changes along a table of transitions alone."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from django.dispatch import Signal

from .models import CaseRecord

status_changed = Signal()
"""Sent inside the transaction of each transition, by the record's class: `record`, `transition` (its name), `by`."""


@dataclass(frozen=True, slots=True)
class Transition:
    """From which statuses a transition may start, and the status it leads to."""

    sources: tuple[str, ...]
    target: str


class RecordWithStatus(CaseRecord):
    """A record with a `status` that changes only through `writing.change_status`, along its `TRANSITIONS`."""

    TRANSITIONS: ClassVar[Mapping[str, Transition]]

    class Meta:
        abstract = True

    def can(self, transition: str) -> bool:
        """Return whether the table allows this transition from the record's present status, whoever asks."""
        return self.status in self.TRANSITIONS[transition].sources  # type: ignore[attr-defined]

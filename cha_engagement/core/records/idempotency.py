"""A form that is sent twice makes one record."""

import functools
import uuid
from collections.abc import Callable
from typing import Any

from django.db import IntegrityError

from .changes import atomic_action
from .models import CaseRecord


def idempotent(model: type[CaseRecord]) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Make an action that creates a record safe to repeat: the second time its `submission` leads to the first record."""

    def decorate(action: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(action)
        def create_or_find(*, submission: uuid.UUID, **kwargs: Any) -> Any:
            try:
                with atomic_action():
                    return find_repeated(model, submission) or action(submission=submission, **kwargs)
            except IntegrityError:
                if record := find_repeated(model, submission):
                    return record
                raise

        return create_or_find

    return decorate


def find_repeated(model: type[CaseRecord], submission: uuid.UUID) -> Any:
    """Return the record that a form with this number has made, marked as a repeat; None when there is none."""
    record = model._default_manager.filter(submission=submission).first()
    if record:
        record.is_repeat = True
    return record

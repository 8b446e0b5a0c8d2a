"""Base classes of the records of a case: with a history, and for those with a page of their own a reference and a version."""

import uuid
from collections.abc import Callable
from functools import cache
from typing import Any, ClassVar, Self

from django.apps import apps
from django.db import models
from django.utils import timezone
from django.utils.text import capfirst

from .history import ChainedHistory, Links


class ChainedRecord(models.Model):
    """A model whose every change is kept: who, when, why, and what it said before.

    `history_length` is the number of rows its history must have, so that a cut end shows.
    Models with many-to-many facts name them in `_history_m2m_fields`.
    """

    history_length = models.PositiveIntegerField(default=0, editable=False)
    history_writer: ClassVar[ChainedHistory]
    # What django-simple-history adds, and what it reads while a row is written.
    save_without_historical_record: Callable[[], None]
    skip_history_when_saving: bool
    _history_user: Any
    _change_reason: str
    _event: str
    _links: Links
    history = ChainedHistory()

    class Meta:
        abstract = True


class DerivedRow(models.Model):
    """A row that follows from records by itself, such as the key by which a customer is found. It can be made anew at any time."""

    class Meta:
        abstract = True


class CaseRecord(ChainedRecord):
    """A record of a case that has a page of its own.

    `reference` begins with the model's `PREFIX`; it is unique and never reused. `version` goes up with each change: a form that shows
    an older one is stale. `submission` is the form's own number, so that a form sent twice makes one record; `is_repeat` is whether
    `idempotent` has found this one rather than made it.
    """

    PREFIX: ClassVar[str]
    is_repeat = False

    reference = models.CharField(max_length=20, unique=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    submission = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.reference

    @property
    def title(self) -> str:
        """Return what it is in a few words, such as "Phone closed" or "Incident of 3 March 2026"."""
        return capfirst(str(self._meta.verbose_name))

    @property
    def full_title(self) -> str:
        """Return its title before its reference, as lists and links name it."""
        return f"{self.title} ({self.reference})"

    @property
    def page_title(self) -> str:
        """Return its title and reference for the title of a page, which stays in the browser's history: it names nobody."""
        return self.full_title

    def reload_locked(self) -> Self:
        """Return the record as it is now, its row locked until the transaction ends.

        Its key is not: others may go on to make records that point to it, and two who do so at once never wait for each other.
        """
        return type(self)._default_manager.select_for_update(no_key=True).get(pk=self.pk)


@cache
def models_by_prefix() -> dict[str, Any]:
    """Return the models that say who may see their records, by the letters that their references begin with."""
    return {
        model.PREFIX: model
        for model in apps.get_models()
        if issubclass(model, CaseRecord) and hasattr(model._default_manager, "visible_to")
    }

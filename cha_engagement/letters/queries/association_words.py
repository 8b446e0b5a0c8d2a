"""What an Administrator has changed in the words of letters, for those who write them and for the Management Team."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from operator import attrgetter
from typing import Any, NamedTuple

from django.db.models import Value
from django.utils import timezone

from cha_engagement.core.answers import value_in_words
from cha_engagement.core.labels import field_label
from cha_engagement.letters.models import Letter
from cha_engagement.letters.queries.second_reader import WRITING_EVENTS
from cha_engagement.letters.rendering.markdown import placeholder_names
from cha_engagement.organisation.models import AdviceOrganisation, Organisation, StandardText, Wording

SHOWN_FOR = timedelta(days=365)
MODELS = (StandardText, Organisation, AdviceOrganisation, Wording)


class ChangedWords(NamedTuple):
    """One answer before and after a change, in words."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class WordChange:
    """A change of what letters say: `answers` are those that changed; none where it was added."""

    title: str
    at: datetime
    who: str
    is_first: bool
    answers: list[ChangedWords]


def word_changes() -> list[WordChange]:
    """Return what was changed in the last year, the latest first. What we begin with, and was never changed, is none."""
    since = timezone.now() - SHOWN_FOR
    changes = [change for model in MODELS for change in changes_of(model, since)]
    return sorted(changes, key=attrgetter("at"), reverse=True)


def changes_of(model: Any, since: datetime) -> Iterator[WordChange]:
    changed = model.history.filter(history_date__gte=since, history_user__isnull=False).values("id")
    rows = model.history.filter(id__in=changed).select_related("history_user")
    for before, row in pairwise([None, *rows.order_by("id", "history_date", "history_id")]):
        is_first = before is None or before.id != row.id
        if row.history_user and row.history_date >= since:
            delta = [] if is_first else row.diff_against(before).changes
            yield WordChange(
                title=str(row.instance),
                at=row.history_date,
                who=str(row.history_user),
                is_first=is_first,
                answers=[
                    ChangedWords(
                        field_label(model, change.field),
                        value_in_words(change.old),
                        value_in_words(change.new),
                    )
                    for change in delta
                ],
            )


def changed_since_saved(letter: Letter) -> list[str]:
    """Return what an Administrator has changed of the words of a draft since it was saved last: it reads otherwise than its writer knew."""
    saved_at = letter.history.filter(event__in=WRITING_EVENTS).latest().history_date
    names = placeholder_names(letter.body)
    changed = {"history_date__gt": saved_at, "history_user__isnull": False}
    paragraphs = StandardText.history.filter(name__in=names, **changed).order_by().values_list("name")
    advisers = (
        AdviceOrganisation.history.filter(id__in=letter.advice.values("pk"), **changed)
        .order_by()
        .values_list("name")
    )
    details = (
        Organisation.history.filter(**changed).order_by().values_list(Value("the association’s details"))
    )
    return sorted(name for (name,) in paragraphs.union(advisers, details))

"""Forms to filter a list, and to save a filter."""

from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from typing import Any, ClassVar

from django import forms
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.http import urlencode

from cha_engagement.core.answers import answer_in_words
from cha_engagement.core.dates import AnyDateField
from cha_engagement.core.formpack import form_helper
from cha_engagement.core.forms import CaseModelForm, WordedForm
from cha_engagement.staff.models import StaffMember

from .interfaces import FewKeys
from .models import SavedFilter

Choices = Iterable[tuple[Any, Any]]


class ListFilter(WordedForm):
    """The questions by which a list is filtered, answered in its address. An answer that makes no sense is refused and filters nothing.

    `conditions` gives by the name of a question the condition on a row, from its answer and its reader.
    """

    conditions: ClassVar[Mapping[str, Callable[[Any, StaffMember], Q]]]

    def __init__(self, query: QueryDict, *, user: StaffMember):
        super().__init__(query)
        self.user = user
        # None of them needs an answer, and to say so of each would be noise.
        self.optional_notes = dict.fromkeys(self.fields, "")

    @cached_property
    def answers(self) -> dict[str, Any]:
        """Return the answers that make sense, by the name of their question."""
        self.full_clean()
        return {name: value for name, value in self.cleaned_data.items() if value}

    @cached_property
    def active_conditions(self) -> list[Q]:
        return [self.conditions[name](value, self.user) for name, value in self.answers.items()]

    @property
    def is_small(self) -> bool:
        """Return whether so few rows fit that they can be put into any order."""
        return any(isinstance(condition, FewKeys) for condition in self.active_conditions)

    def filter_rows(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        for condition in self.active_conditions:
            rows = rows.filter(condition)
        return rows

    def query_string(self, *, without: str = "") -> str:
        """Return all answers as an address has them, always in one form; all but one where it is left out."""
        return urlencode({name: form_value(value) for name, value in self.answers.items() if name != without})

    def describe(self, name: str) -> str:
        """Return an answer with its question, such as "Status: Logged", or the label of a box that is ticked."""
        bound, value = self[name], self.answers[name]
        return (
            str(bound.label)
            if value is True
            else f"{bound.label}: {answer_in_words(bound, form_value(value))}"
        )

    @property
    def descriptions(self) -> list[str]:
        return [self.describe(name) for name in self.answers]


def form_value(value: Any) -> str:
    """Return an answer as a form would send it."""
    return "on" if value is True else str(value)


def choice_field(label: str, choices: Choices | Callable[[], Choices], **kwargs: Any) -> forms.ChoiceField:
    """Return a question with one answer, or any."""

    def choices_with_any() -> Choices:
        return [("", "Any"), *(choices() if callable(choices) else choices)]

    return forms.ChoiceField(label=label, choices=choices_with_any, required=False, **kwargs)


def tick_field(label: str) -> forms.BooleanField:
    return forms.BooleanField(label=label, required=False)


def date_field(label: str) -> forms.DateField:
    return AnyDateField(label=label, required=False)


class SaveFilterForm(CaseModelForm):
    class Meta:
        model = SavedFilter
        fields = ["name"]
        help_texts = {"name": "In a few words, such as ‘Threats this year’. Only you will see it."}

    def __init__(self, *args: Any, cancel_url: str, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.helper = form_helper("name", submit="Save the filter", cancel_url=cancel_url)

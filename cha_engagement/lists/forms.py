"""What a list is narrowed by, and naming it."""

from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from typing import Any, ClassVar

from django import forms
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.http import urlencode

from cha_engagement.core.dates import AnyDateField
from cha_engagement.core.formpack import form_helper
from cha_engagement.core.forms import CaseModelForm, WordedForm, answer_in_words
from cha_engagement.staff.models import StaffMember

from .models import KeptFilter

Choices = Iterable[tuple[Any, Any]]


class ListFilter(WordedForm):
    """The questions that narrow a list, asked in its address. What makes no sense is said beside its question and narrows nothing.

    `conditions` says by the name of a question what its answer asks of a row, for this reader.
    """

    conditions: ClassVar[Mapping[str, Callable[[Any, StaffMember], Q]]]

    def __init__(self, asked: QueryDict, *, user: StaffMember):
        super().__init__(asked)
        self.user = user
        # None of them needs an answer, and to say so of each would be noise.
        self.optional_notes = dict.fromkeys(self.fields, "")

    @cached_property
    def answers(self) -> dict[str, Any]:
        """What is asked and makes sense, by the name of its question."""
        self.full_clean()
        return {name: value for name, value in self.cleaned_data.items() if value}

    @cached_property
    def asks(self) -> list[Q]:
        return [self.conditions[name](value, self.user) for name, value in self.answers.items()]

    def narrow(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        for condition in self.asks:
            rows = rows.filter(condition)
        return rows

    def query(self, *, without: str = "") -> str:
        """All that is asked, written as an address has it, always alike; all but one question of it."""
        return urlencode({name: written(value) for name, value in self.answers.items() if name != without})

    def in_words(self, name: str) -> str:
        """An answer with its question: "Status: Logged", or what is ticked."""
        bound, value = self[name], self.answers[name]
        return (
            str(bound.label) if value is True else f"{bound.label}: {answer_in_words(bound, written(value))}"
        )

    @property
    def said(self) -> list[str]:
        return [self.in_words(name) for name in self.answers]


def written(value: Any) -> str:
    """An answer as a form would send it."""
    return "on" if value is True else str(value)


def one_of(label: str, choices: Choices | Callable[[], Choices], **kwargs: Any) -> forms.ChoiceField:
    """A question with one answer, or any."""

    def answers() -> Choices:
        return [("", "Any"), *(choices() if callable(choices) else choices)]

    return forms.ChoiceField(label=label, choices=answers, required=False, **kwargs)


def ticked(label: str) -> forms.BooleanField:
    return forms.BooleanField(label=label, required=False)


def day(label: str) -> forms.DateField:
    return AnyDateField(label=label, required=False)


class KeepForm(CaseModelForm):
    """The name of a filter."""

    class Meta:
        model = KeptFilter
        fields = ["name"]
        help_texts = {"name": "In a few words, such as ‘Threats this year’. Only you will see it."}

    def __init__(self, *args: Any, cancel_url: str, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.helper = form_helper("name", submit="Keep the filter", cancel_url=cancel_url)

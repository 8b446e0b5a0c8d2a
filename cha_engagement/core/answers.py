"""Answers in words: what was typed into a form, beside what the record says now."""

from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from datetime import date, datetime
from typing import Any, NamedTuple

from django import forms
from django.core.exceptions import ValidationError

from .templatetags.ui import uk_date, uk_datetime


def differing_answers(form: forms.BaseForm, record: Any) -> list[tuple[str, str, str | None]]:
    """Return each visible field in which what was typed differs, with what the record says now where it has such a field."""
    own = {field.name for field in (*record._meta.fields, *record._meta.many_to_many)}
    rows = []
    for bound in form.visible_fields():
        is_file = isinstance(bound.field, forms.FileField)
        typed = answer_in_words(bound, bound.data if is_file else bound.value())
        known = bound.name in own and not is_file
        shown = recorded_answer(record, bound) if known else bound.field.prepare_value(bound.initial)
        # What was left blank in a new record may have been filled in for it; no page can give a file back.
        has_gone = is_file or getattr(record, "is_repeat", False)
        if typed != (now := answer_in_words(bound, shown)) and (typed or not has_gone):
            rows.append((str(bound.label), typed, now if known else None))
    return rows


class Answer(NamedTuple):
    """A question that was answered, in words; a text of some lines is a reason."""

    label: str
    value: str
    is_reason: bool


def answers_in_words(form: forms.BaseForm, names: Iterable[str]) -> list[Answer]:
    """Return each of these questions that was answered, or ticked."""
    answered = (form[name] for name in names if form[name].value() and not form[name].is_hidden)
    return [
        Answer(
            str(bound.label),
            answer_in_words(bound, bound.value()),
            isinstance(bound.field.widget, forms.Textarea),
        )
        for bound in answered
    ]


def repeated_reasons(answers: Iterable[Answer]) -> list[tuple[str, int]]:
    """Return each reason that was given more than once, with how often: the same words seldom answer different questions."""
    texts = [answer.value for answer in answers if answer.is_reason]
    counts = Counter(" ".join(text.casefold().split()) for text in texts)
    by_words = {" ".join(text.casefold().split()): text for text in texts}
    return [(by_words[words], count) for words, count in counts.items() if count > 1]


def recorded_answer(record: Any, bound: forms.BoundField) -> Any:
    """Return what a record answers to a question now, as the form would show it."""
    answer = getattr(record, bound.name)
    return bound.field.prepare_value(list(answer.all()) if hasattr(answer, "all") else answer)


def answer_in_words(bound: forms.BoundField, value: Any) -> str:
    """Return an answer in the words of the form."""
    field = bound.field
    if isinstance(field, forms.BooleanField):
        return "Yes" if value else "No"
    if value in (None, "", []):
        return ""
    with suppress(ValidationError):  # what makes no sense as a day is shown as it was typed
        if isinstance(field, forms.DateTimeField):
            return uk_datetime(field.to_python(value))
        if isinstance(field, forms.DateField):
            return uk_date(field.to_python(value))
    values = value if isinstance(value, list | tuple | set) else [value]
    choices = getattr(field, "choices", None)
    if choices is None:
        return "\n".join("\n".join(map(str, values)).strip().splitlines())
    chosen = {str(getattr(value, "pk", value)) for value in values}
    return ", ".join(str(label) for code, label in flatten_choices(choices) if str(code) in chosen)


def value_in_words(value: Any) -> str:
    """Return a value of a record as people write it."""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, datetime):
        return uk_datetime(value)
    if isinstance(value, date):
        return uk_date(value)
    return ", ".join(map(str, value)) if isinstance(value, list) else "" if value is None else str(value)


def flatten_choices(choices: Any) -> list[tuple[Any, Any]]:
    """Return choices without their groups."""
    result: list[tuple[Any, Any]] = []
    for code, label in choices:
        result.extend(label if isinstance(label, list | tuple) else [(code, label)])
    return result

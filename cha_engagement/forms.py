"""Forms that carry out a verb: what was typed goes to `workflow`, and what it says comes back beside the fields."""

import uuid
from collections.abc import Callable
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render

from .moves import Stale
from .policy import Incomplete


class Conflict(Exception):
    """Somebody was faster. Answered with 409: who did what and when, and all that was typed.

    `typed` holds (label, what was typed, what the record says now or None) for each field filled in.
    """

    def __init__(self, record: Any, typed: list[tuple[str, str, str | None]]):
        super().__init__(f"{record.reference} has changed")
        self.record = record
        self.typed = typed


class CaseForm(forms.Form):
    """A form whose cleaned data are the keyword arguments of a verb."""

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            if field.error_messages["required"] == forms.Field.default_error_messages["required"]:
                label = field.label or forms.utils.pretty_name(name)
                field.error_messages["required"] = f"“{label}” needs an answer."

    def carry_out(self, verb: Callable[..., Any], **kwargs: Any) -> Any:
        """What the verb returns, or None when the form is not sent yet or has something to put right.

        Raises `Conflict` when the record changed since the form was opened, and `Refused` as the verb does.
        """
        if not self.is_valid():
            return None
        try:
            return verb(**self.cleaned_data, **kwargs)
        except Incomplete as incomplete:
            for refusal in incomplete.refusals:
                self.add_error(refusal.field if refusal.field in self.fields else None, str(refusal))
        except Stale as stale:
            raise Conflict(stale.record, self.typed(stale.record)) from stale
        return None

    def typed(self, record: Any) -> list[tuple[str, str, str | None]]:
        """Each visible field with what was typed, and what the record says now where that differs."""
        rows = []
        for bound in self.visible_fields():
            typed = readable(bound, bound.value())
            now = None
            if bound.name in {field.name for field in record._meta.get_fields()}:
                said = getattr(record, bound.name)
                now = readable(
                    bound, bound.field.prepare_value(list(said.all()) if hasattr(said, "all") else said)
                )
            if typed:
                rows.append((str(bound.label), typed, now if now != typed else None))
        return rows


def readable(bound: forms.BoundField, value: Any) -> str:
    """A field's value in the words of its choices."""
    if value in (None, "", []):
        return ""
    values = value if isinstance(value, list | tuple | set) else [value]
    choices = getattr(bound.field, "choices", None)
    if choices is None:
        return "\n".join(map(str, values))
    chosen = {str(getattr(one, "pk", one)) for one in values}
    return ", ".join(str(label) for code, label in flat(choices) if str(code) in chosen)


def flat(choices: Any) -> list[tuple[Any, Any]]:
    """Choices without their groups."""
    result: list[tuple[Any, Any]] = []
    for code, label in choices:
        result.extend(label if isinstance(label, list | tuple) else [(code, label)])
    return result


class CreateForm(CaseForm):
    """Makes a record: sent twice, it makes one."""

    submission = forms.UUIDField(
        widget=forms.HiddenInput, initial=uuid.uuid4, error_messages={"required": "Open the form again."}
    )


class ChangeForm(CaseForm):
    """Changes a record, as it was read at `version`."""

    version = forms.IntegerField(
        widget=forms.HiddenInput, error_messages={"required": "Open the page again."}
    )

    def __init__(self, *args: Any, record: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.record = record
        self.fields["version"].initial = record.version


class CaseModelForm(CaseForm, forms.ModelForm):
    """Takes labels, hints, lengths and choices from the model. Saving is the verb's: constraints are its business too."""

    def _post_clean(self) -> None:
        """A model form would write what was typed onto the record before the verb has agreed."""

    def save(self, commit: bool = True) -> Any:
        raise NotImplementedError("use carry_out")


def posted(request: HttpRequest) -> QueryDict | None:
    """What was sent, even where that is nothing; None while the form is only looked at."""
    return request.POST if request.method == "POST" else None


def form_page(request: HttpRequest, template: str, form: forms.Form, **context: Any) -> HttpResponse:
    """A page with its form: 200 while it is being filled in, 422 when there is something to put right."""
    return render(request, template, {"form": form, **context}, status=422 if form.errors else 200)

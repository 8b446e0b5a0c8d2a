"""Tags of the form pack in `templates/govuk/`: which control a field is, its choices, where an error links to."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms, template
from django.forms.boundfield import BoundField, BoundWidget
from django.forms.formsets import BaseFormSet
from django.utils.safestring import SafeString

from cha_engagement.core.formpack import ChoiceTable
from cha_engagement.core.records import SHORT

register = template.Library()

# The first that a widget is an instance of.
CLASSES: tuple[tuple[type[forms.Widget], str], ...] = (
    (forms.Textarea, "govuk-textarea"),
    (forms.Select, "govuk-select"),
    (forms.FileInput, "govuk-file-upload"),
    (forms.PasswordInput, "govuk-input govuk-password-input__input govuk-js-password-input-input"),
    (forms.DateTimeInput, "govuk-input app-input--moment"),
    (forms.DateInput, "govuk-input app-input--day"),
    (forms.TimeInput, "govuk-input app-input--day"),
    (forms.NumberInput, "govuk-input govuk-input--width-5"),
    (forms.Widget, "govuk-input"),
)


@dataclass(frozen=True)
class Option:
    """An answer to a question: its input, and what it opens."""

    id: str
    name: str
    value: str
    label: str
    checked: bool
    disabled: bool
    hint: str
    hint_id: str
    described_by: str
    revealed: str


@register.simple_tag
def control_kind(field: BoundField) -> str:
    """Return the name of the pack's control that draws the field: table, choices, checkbox, password, counted or input."""
    widget = field.field.widget
    if isinstance(widget, ChoiceTable):
        return "table"
    if isinstance(widget, forms.CheckboxInput):
        return "checkbox"
    if isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
        return "choices"
    if isinstance(widget, forms.PasswordInput):
        return "password"
    max_length = getattr(field.field, "max_length", None) or 0
    if max_length and isinstance(widget, forms.Textarea):
        return "counted"
    if max_length >= SHORT and type(widget) is forms.TextInput:
        return "counted"
    return "input"


@register.simple_tag
def is_line(field: BoundField) -> bool:
    """Return whether a counted field is a line: its length is told once it nears its end, and not before."""
    return not isinstance(field.field.widget, forms.Textarea)


@register.simple_tag
def choice_type(field: BoundField) -> str:
    """Return the name in class names of a question with several answers: radios or checkboxes."""
    return "checkboxes" if isinstance(field.field.widget, forms.CheckboxSelectMultiple) else "radios"


@register.simple_tag
def optional_note(field: BoundField, opened: bool = False) -> str:
    """Return the note on the label of a question that may stay blank: none where another answer has opened it."""
    if field.field.required or isinstance(field.field.widget, forms.CheckboxInput):
        return ""
    return getattr(field.form, "optional_notes", {}).get(field.name, "" if opened else "(optional)")


@register.simple_tag
def describers(field: BoundField, counted: bool = False) -> str:
    """Return the ids of what describes the field, in the order in which it is read out."""
    ids = [f"{field.auto_id}_helptext"] if field.help_text else []
    ids += [f"{field.auto_id}_error"] if field.errors else []
    ids += [f"{field.auto_id}-info"] if counted and not is_line(field) else []
    return " ".join(ids)


@register.simple_tag
def control(field: BoundField, counted: bool = False) -> SafeString:
    """Return the field's widget, in the pack's classes and its own, described by its hint and its error."""
    widget = field.field.widget
    pack_classes = next(classes for kind, classes in CLASSES if isinstance(widget, kind))
    stem = pack_classes.split()[0]
    classes = [pack_classes, widget.attrs.get("class", "")]
    classes += [f"{stem}--error"] if field.errors else []
    classes += ["govuk-js-character-count"] if counted else []
    # A placeholder goes as soon as somebody types; what it says belongs in the hint.
    # A maximum length would let the browser cut what is pasted without a word; the server says so and loses nothing.
    attrs: dict[str, Any] = {
        "class": " ".join(filter(None, classes)),
        "placeholder": False,
        "maxlength": False,
    }
    if describedby := describers(field, counted):
        attrs["aria-describedby"] = describedby
    return field.as_widget(attrs=attrs)


@register.simple_tag
def options(field: BoundField, revealed: dict[str, str] | None = None) -> list[Option]:
    """Return the field's answers, without the empty one, which radio buttons have no need of."""
    return [_option(field, answer, revealed or {}) for answer in _answers(field)]


@register.simple_tag
def choice_rows(field: BoundField) -> list[tuple[Any, str, list[Option]]]:
    """Return the rows of a table of choices: what each is about, the id of its heading, and its answers."""
    widget: ChoiceTable = field.field.widget
    chosen = widget.chosen_by_row(field.value())
    return [
        (
            row,
            f"{field.auto_id}-{row.code}",
            [
                Option(
                    id=f"{field.auto_id}-{row.code}_{place}",
                    name=f"{field.html_name}-{row.code}",
                    value=answer,
                    label=label,
                    checked=chosen.get(row.code, "") == answer,
                    disabled=field.field.disabled,
                    hint="",
                    hint_id="",
                    described_by="",
                    revealed="",
                )
                for place, (answer, label) in enumerate(row.answers)
            ],
        )
        for row in widget.rows
    ]


@register.simple_tag
def checkbox_option(field: BoundField, revealed: dict[str, str] | None = None) -> Option:
    """Return the only answer of a field that is ticked or not."""
    return Option(
        id=field.id_for_label,
        name=field.html_name,
        value="on",
        label=str(field.label),
        checked=bool(field.value()),
        disabled=field.field.disabled,
        hint=str(field.help_text),
        hint_id=f"{field.auto_id}_helptext",
        described_by=describers(field),
        revealed=(revealed or {}).get("True", ""),
    )


@register.simple_tag
def error_links(form: forms.BaseForm | BaseFormSet) -> list[tuple[str, str]]:
    """Return every error of a form, in the order of the page, as (id of the control to go to, sentence).

    No id where it belongs to no one field.
    """
    if isinstance(form, BaseFormSet):
        whole = [("", str(error)) for error in form.non_form_errors()]
        return whole + [link for inner in form.forms for link in error_links(inner)]
    whole = [("", str(error)) for error in form.non_field_errors()]
    return whole + [
        (_control_id(field), str(error)) for field in _fields_in_page_order(form) for error in field.errors
    ]


def _fields_in_page_order(form: forms.BaseForm) -> list[BoundField]:
    """Return the fields in the order in which the page asks them; those that its layout does not name come last."""
    helper = getattr(form, "helper", None)
    names = [pointer.name for pointer in helper.layout.get_field_names()] if helper else []
    places = {name: place for place, name in enumerate(names)}
    return sorted(form, key=lambda field: places.get(field.name, len(places)))


def _option(field: BoundField, answer: BoundWidget, revealed: dict[str, str]) -> Option:
    value = str(answer.data["value"])
    hint = getattr(field.field, "choice_hints", {}).get(value, "")
    hint_id = f"{answer.id_for_label}_hint"
    return Option(
        id=answer.id_for_label,
        name=answer.data["name"],
        value=value,
        label=answer.choice_label,
        checked=answer.data["selected"],
        disabled=bool(answer.data["attrs"].get("disabled")),
        hint=hint,
        hint_id=hint_id,
        described_by=hint_id if hint else "",
        revealed=revealed.get(value, ""),
    )


def _answers(field: BoundField) -> Iterator[BoundWidget]:
    return (subwidget for subwidget in field.subwidgets if str(subwidget.data["value"]) != "")


def _control_id(field: BoundField) -> str:
    if field.is_hidden:
        return ""
    if control_kind(field) == "table":
        return next((answers[0].id for _, _, answers in choice_rows(field)), "")
    if control_kind(field) == "choices":
        return next((answer.id_for_label for answer in _answers(field)), "")
    return field.id_for_label

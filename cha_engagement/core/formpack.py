"""Parts of a form's layout: sections, questions that reveal others, buttons, and inputs for days, moments and times.

    self.helper = form_helper(
        Section("What happened", "occurred_at", "channel"),
        Reveal("warning", {"not_given": ["no_warning_reason"]}),
        submit="Save the incident",
        cancel_url=reverse("incidents"),
    )

A form field may carry `choice_hints`: a hint for each choice, by its code. A form may carry `optional_notes`: by the
name of a field, what its label says in place of "(optional)". A question that another answer opens never says it:
whether it is needed depends on that answer.
"""

from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout, LayoutObject
from crispy_forms.utils import TEMPLATE_PACK, render_field
from django import forms
from django.template.loader import render_to_string
from django.utils.safestring import SafeString


class DateInput(forms.DateInput):
    """A day, in one input."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        # Without an end, browsers take years of six digits.
        super().__init__({"max": "2999-12-31", **(attrs or {})}, format="%Y-%m-%d")


class DateTimeInput(forms.DateTimeInput):
    """A moment to the minute, in one input: 2026-11-22T14:30."""

    input_type = "datetime-local"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"max": "2999-12-31T23:59", **(attrs or {})}, format="%Y-%m-%dT%H:%M")


class TimeInput(forms.TimeInput):
    """A time of the day to the minute, in one input: 14:30."""

    input_type = "time"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%H:%M")


@dataclass(frozen=True)
class ChoiceRow:
    """A row of a table of choices: its code, its heading, what it is `about` and its answers. The first leaves things as they are."""

    code: str
    label: str
    about: Any
    answers: Sequence[tuple[str, str]]


class ChoiceTable(forms.CheckboxSelectMultiple):
    """A table with a choice in each row, by radios. Its field gets the codes of those that change something: `phone-close`.

    `row_template` draws what a row is about.
    """

    rows: Sequence[ChoiceRow] = ()

    def __init__(self, *, headings: Sequence[str], row_template: str, attrs: dict[str, Any] | None = None):
        super().__init__(attrs)
        self.headings = headings
        self.row_template = row_template

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[str]:
        chosen = ((row, data.get(f"{name}-{row.code}", "")) for row in self.rows)
        return [f"{row.code}-{answer}" for row, answer in chosen if answer not in ("", row.answers[0][0])]

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return not any(f"{name}-{row.code}" in data for row in self.rows)

    def chosen_by_row(self, codes: Any) -> dict[str, str]:
        """Return the answer in each row, by its code, for what the field holds."""
        held = {str(code) for code in codes or ()}
        return {
            row.code: next(
                (answer for answer, _ in row.answers if f"{row.code}-{answer}" in held), row.answers[0][0]
            )
            for row in self.rows
        }


class Section(LayoutObject):
    """A group of questions under a legend, with a sentence below it where one helps.

    `css_class` marks one that styles show or hide by what is answered before it.
    """

    template = "%s/layout/section.html"

    def __init__(self, legend: str, *fields: Any, hint: str = "", css_class: str = "") -> None:
        self.legend = legend
        self.hint = hint
        self.css_class = css_class
        self.fields = list(fields)

    def render(
        self, form: forms.BaseForm, context: Any, template_pack: str = TEMPLATE_PACK, **kwargs: Any
    ) -> str:
        content = self.get_rendered_fields(form, context, template_pack, **kwargs)
        return render_to_string(self.get_template_name(template_pack), {"section": self, "content": content})


class SideBySide(LayoutObject):
    """Short questions beside each other where there is room, below each other on a phone."""

    template = "%s/layout/side_by_side.html"

    def __init__(self, *fields: str) -> None:
        self.fields = list(fields)

    def render(
        self, form: forms.BaseForm, context: Any, template_pack: str = TEMPLATE_PACK, **kwargs: Any
    ) -> str:
        content = self.get_rendered_fields(form, context, template_pack, **kwargs)
        return render_to_string(self.get_template_name(template_pack), {"content": content})


class FoldedSection(LayoutObject):
    """Questions that can wait, folded away under a line that says so; open where one has an error, or an answer.

    `starts_folded` keeps them away though they have answers: where those are known and seldom corrected. Those in `opens_with` open
    them all the same. `css_class` is as of a `Section`.
    """

    template = "%s/layout/folded_section.html"

    def __init__(
        self,
        summary: str,
        *fields: Any,
        starts_folded: bool = False,
        opens_with: Sequence[str] = (),
        css_class: str = "",
    ) -> None:
        self.summary = summary
        self.css_class = css_class
        self.starts_folded = starts_folded
        self.opens_with = opens_with
        self.fields = list(fields)

    def render(
        self, form: forms.BaseForm, context: Any, template_pack: str = TEMPLATE_PACK, **kwargs: Any
    ) -> str:
        content = self.get_rendered_fields(form, context, template_pack, **kwargs)
        names = [pointer.name for pointer in self.get_field_names()]
        answered = any(form[name].value() for name in (self.opens_with if self.starts_folded else names))
        is_open = answered or any(form[name].errors for name in names)
        return render_to_string(
            self.get_template_name(template_pack), {"section": self, "content": content, "is_open": is_open}
        )


WITH_REVEALED = (forms.RadioSelect, forms.CheckboxSelectMultiple, forms.CheckboxInput)
"""Widgets below whose answers other questions stand: any other would leave them out without a word."""


class Reveal(LayoutObject):
    """A choice of which some answers open further questions: `{code: [fields or layout objects]}`.

    For a single checkbox the code is `True`. Without JavaScript all of them are there, below their answer.
    """

    def __init__(self, field: str, revealed: Mapping[Any, Sequence[Any]]) -> None:
        self.field = field
        self.revealed = revealed
        self.fields = [field, *(inner for fields in revealed.values() for inner in fields)]

    def render(
        self, form: forms.BaseForm, context: Any, template_pack: str = TEMPLATE_PACK, **kwargs: Any
    ) -> str:
        if not isinstance(form.fields[self.field].widget, WITH_REVEALED):
            raise TypeError(
                f"Ask {self.field} by radios, checkboxes or a tick, below which other questions can open."
            )
        inside = copy(context)
        inside.update({"opened": True})
        revealed = {
            str(code): SafeString(
                "".join(render_field(inner, form, inside, template_pack=template_pack) for inner in fields)
            )
            for code, fields in self.revealed.items()
        }
        return render_field(
            self.field, form, context, template_pack=template_pack, extra_context={"revealed": revealed}
        )


class SentenceButtons(LayoutObject):
    """Sentences that are known already, each put into a field by a button. Without JavaScript they are there to be copied."""

    template = "%s/layout/sentence_buttons.html"

    def __init__(self, source: str, sentences: Sequence[str], *, into: str) -> None:
        self.source = source
        self.sentences = sentences
        self.into = into
        self.fields: list[Any] = []

    def render(
        self, form: forms.BaseForm, context: Any, template_pack: str = TEMPLATE_PACK, **kwargs: Any
    ) -> str:
        return render_to_string(
            self.get_template_name(template_pack), {"sentences": self, "field": form[self.into]}
        )


class Buttons(LayoutObject):
    """The end of a form: a button that says what it does and, where there is one, a link away: `(text, url)`. Above it stands what it `does`."""

    template = "%s/layout/buttons.html"

    def __init__(self, label: str, link: tuple[str, str] | None = None, does: str = "") -> None:
        self.label = label
        self.link = link
        self.does = does
        self.fields: list[Any] = []

    def render(
        self, form: forms.BaseForm, context: Any, template_pack: str = TEMPLATE_PACK, **kwargs: Any
    ) -> str:
        return render_to_string(self.get_template_name(template_pack), {"buttons": self})


def form_helper(*parts: Any, submit: str, cancel_url: str, does: str = "") -> FormHelper:
    """Return a form's layout, ended by a button that says what it does and the way back.

    What the button `does` that its words do not say, such as whom it writes to, stands above it.
    """
    helper = FormHelper()
    helper.layout = Layout(*parts, Buttons(submit, link=("Cancel", cancel_url), does=does))
    return helper

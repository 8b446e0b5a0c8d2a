"""The standard paragraphs of letters, as an Administrator keeps them."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest

from cha_engagement.core.refusals import Refusal
from cha_engagement.letters import rules
from cha_engagement.letters.rendering.markdown import normalise, placeholder_names
from cha_engagement.letters.rendering.standard_paragraphs import (
    fill_standard_paragraph,
    is_filled_by_a_kind,
    usable_placeholders,
)
from cha_engagement.organisation.models import Organisation, StandardText
from cha_engagement.organisation.standard_texts import INITIAL_TEXTS
from cha_engagement.staff.admin import site

from .seen import WordsAdmin, WordsForm


class StandardTextForm(WordsForm):
    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        usable = ", ".join(f"[{placeholder}]" for placeholder in usable_placeholders(self.instance.name))
        self.fields["text"].help_text = (
            f"Leave an empty line between paragraphs, and begin each item of a list with “- ”. Placeholders to use: {usable}. Ways to reach "
            "you belong in no paragraph: [how to contact us] names those that are open to whoever reads the letter."
        )
        if "name" in self.fields:
            self.fields[
                "name"
            ].help_text = (
                "Whoever writes a letter puts this name in square brackets, where the paragraph should go."
            )

    def clean_name(self) -> str:
        name = normalise(self.cleaned_data["name"])
        if placeholder_names(f"[{name}]") != [name]:
            raise forms.ValidationError("Use words without square brackets or backslashes.")
        if is_filled_by_a_kind(name) and name not in INITIAL_TEXTS:
            raise forms.ValidationError(
                "Letters use this name for something else already. Choose another name."
            )
        return name

    def check_words(self, answers: dict[str, Any]) -> Iterator[tuple[str, Refusal]]:
        yield from super().check_words(answers)
        if "text" in answers:
            name = answers.get("name", self.instance.name)
            yield from (
                ("text", refusal) for refusal in rules.check_standard_paragraph(name, answers["text"])
            )

    def sample(self) -> str | Refusal:
        if not self.instance.is_active:
            return ""
        return fill_standard_paragraph(self.instance.text, Organisation.current())

    def consequence(self) -> str:
        if self.instance.is_active:
            return ""
        return f"Letters no longer say {self.instance}. Drafts that do cannot be issued until they say something else."


@admin.register(StandardText, site=site)
class StandardTextAdmin(WordsAdmin):
    form = StandardTextForm
    one_of_them = "a standard paragraph of letters"
    hint = "What letters say to everybody, such as how to ask for an adjustment."
    list_display = ["name", "text", "is_active"]
    search_fields = ["name", "text"]

    def get_exclude(self, request: HttpRequest, obj: StandardText | None = None) -> list[str]:
        """Drafts know a paragraph by its name, and the texts of our letters need those that we begin with."""
        if obj is None:
            return []
        return ["name", "is_active"] if obj.name in INITIAL_TEXTS else ["name"]

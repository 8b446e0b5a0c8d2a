"""The standard paragraphs of letters, as an Administrator keeps them."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest

from cha_engagement.organisation.admin import AdminForm, PermanentAdmin
from cha_engagement.organisation.models import StandardText
from cha_engagement.organisation.standard_texts import INITIAL_TEXTS
from cha_engagement.staff.admin import site

from . import rules
from .rendering.markdown import normalise, placeholder_names
from .rendering.standard_paragraphs import is_filled_by_a_kind, usable_placeholders

__all__ = ["site"]  # with the paragraphs registered


class StandardTextForm(AdminForm):
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

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or self.cleaned_data
        name = answers.get("name", self.instance.name)
        if "text" in answers:
            for refusal in rules.check_standard_paragraph(name, answers["text"]):
                self.add_error("text", str(refusal))
        return answers


@admin.register(StandardText, site=site)
class StandardTextAdmin(PermanentAdmin):
    form = StandardTextForm
    hint = "What letters say to everybody, such as how to ask for an adjustment."
    list_display = ["name", "text", "is_active"]
    search_fields = ["name", "text"]

    def get_exclude(self, request: HttpRequest, obj: StandardText | None = None) -> list[str]:
        """Drafts know a paragraph by its name, and the texts of our letters need those that we begin with."""
        if obj is None:
            return []
        return ["name", "is_active"] if obj.name in INITIAL_TEXTS else ["name"]

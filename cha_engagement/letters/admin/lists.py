"""The lists from which letters take advice and wording, as an Administrator keeps them."""

from collections.abc import Iterator
from typing import Any

from django.contrib import admin

from cha_engagement.core.refusals import Refusal
from cha_engagement.letters import rules
from cha_engagement.letters.rendering.placeholders import describe_advisers
from cha_engagement.organisation.models import AdviceOrganisation, Wording
from cha_engagement.staff.admin import site

from .seen import WordsAdmin, WordsForm


class AdviceOrganisationForm(WordsForm):
    def check_words(self, answers: dict[str, Any]) -> Iterator[tuple[str, Refusal]]:
        yield from super().check_words(answers)
        yield from (("contact", refusal) for refusal in rules.check_adviser(answers.get("contact", "")))

    def sample(self) -> str | Refusal:
        return describe_advisers([self.instance]) if self.instance.is_active else ""

    def consequence(self) -> str:
        if self.instance.is_active:
            return ""
        return f"Letters no longer name {self.instance}. Drafts that do cannot be issued until they name somebody else."


class WordingForm(WordsForm):
    def sample(self) -> str:
        return ""

    def consequence(self) -> str:
        if self.instance.is_active:
            return f"Whoever writes a letter with “{self.instance.words}” is told: {self.instance.suggestion}"
        return f"“{self.instance.words}” is no longer pointed out in letters."


@admin.register(AdviceOrganisation, site=site)
class AdviceOrganisationAdmin(WordsAdmin):
    form = AdviceOrganisationForm
    one_of_them = "an advice organisation"
    hint = "Whom letters name to customers for independent advice."
    list_display = ["name", "helps_with", "is_active"]
    search_fields = ["name", "helps_with"]


@admin.register(Wording, site=site)
class WordingAdmin(WordsAdmin):
    form = WordingForm
    hint = "Words that letters should not use, and what to write instead."
    list_display = ["words", "suggestion", "is_active"]
    search_fields = ["words", "suggestion"]

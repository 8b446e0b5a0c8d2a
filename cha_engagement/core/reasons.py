"""Reasons: texts that the policy asks for, and what counts as one.

    effect = ReasonField("effect on staff", max_length=LONG, missing="Say what effect it has on staff.", paragraph="10")

A model declares each such text as a `ReasonField` or, in a line, a `ReasonLine`. Its form refuses what says nothing, and so
does `records.writing`, whoever calls it. A form asks for a text that is no field of a model with a `ReasonFormField`. Rules that
look before anything is written ask `check_reason`, `check_reasons` or `check_words`.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models

from .lookalikes import latin_readings
from .refusals import Refusal

THIN_BELOW = 40
"""Fewer letters than this are shown as thin to whoever looks at a reason later."""

FILLERS = """
    n/a, not applicable, none, nil, null, nothing, nothing known, nothing to add, none known, no, nope, yes, yep, ok, okay,
    as above, see above, same as above, as before, as stated, as discussed, ditto, same, see notes, see note, see file, see record,
    see records, see system, see incident, see attached, see email, on file, as per file, as per notes, refer to notes,
    to be confirmed, tbc, to be advised, tba, to be decided, tbd, to follow, pending, not needed, not required, not necessary,
    no need, no comment, no comments, no reason, no reasons, not known, unknown, don't know, dunno, idk, unsure, because,
    reason, reasons, test, testing, text, blah, asdf, asdfg, asdfgh, asdfghj, asdfghjk, asdfghjkl, sdf, dfg, fgh, ghj, hjk, jkl,
    qwe, qwer, qwert, qwerty, qwertyuiop, zxc, zxcv, zxcvbn, zxcvbnm, abc, xyz, lorem ipsum
"""
"""Texts that people type where they do not want to say anything."""

INVISIBLE = {"\u115f", "\u1160"}
"""Letters to Unicode that nobody can see; all others that cannot be seen are no letters."""


def only_letters(text: str) -> str:
    """Return the letters of a text, of any script, without case, accents, width or anything between them."""
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    return "".join(
        letter for letter in plain if unicodedata.category(letter)[0] == "L" and letter not in INVISIBLE
    )


FILLER_LETTERS = sorted({only_letters(filler) for filler in FILLERS.split(",")}, key=len, reverse=True)
ONLY_FILLERS = re.compile(f"(?>{'|'.join(FILLER_LETTERS)})++")


def has_words(text: str | None) -> bool:
    """Return whether a text says anything, however short it is: at least two different letters, and not a filler."""
    letters = only_letters(text or "")
    return len(set(letters)) > 1 and not any(map(ONLY_FILLERS.fullmatch, latin_readings(letters)))


def is_thin(text: str) -> bool:
    """Return whether a reason is so short that it is pointed out.

    A Chinese, Japanese or Korean character says as much as three letters.
    """
    normal = unicodedata.normalize("NFKC", text)
    counted = [letter for letter in normal if unicodedata.category(letter)[0] == "L"]
    return sum(3 if unicodedata.east_asian_width(letter) in "FW" else 1 for letter in counted) < THIN_BELOW


def check_words(text: str | None, sentence: str, paragraph: str = "", field: str = "") -> list[Refusal]:
    """Refuse a text that says nothing."""
    return [] if has_words(text) else [Refusal(sentence, paragraph, field)]


def check_reason(model: Any, name: str, text: str | None) -> list[Refusal]:
    """Refuse a text that says nothing, as the reason `name` of a model or of a record."""
    field = model._meta.get_field(name)
    return check_words(text, field.missing, field.paragraph, name)


def check_reasons(record: Any, names: Iterable[str]) -> list[Refusal]:
    """Refuse those of a record's reasons that say nothing."""
    return [refusal for name in names for refusal in check_reason(record, name, getattr(record, name))]


def check_answers(model: Any, answers: Mapping[str, Any], *, may_be_empty: bool) -> list[Refusal]:
    """Return the refusals of reasons that say nothing, among answers by the names of a model's fields.

    `may_be_empty` takes no answer at all where the model asks for none.
    """
    refusals: list[Refusal] = []
    for field in model._meta.concrete_fields:
        if isinstance(field, ReasonField | ReasonLine) and field.name in answers:
            answer = answers[field.name]
            is_needed = answer or not (may_be_empty and field.blank)
            if is_needed:
                refusals += check_reason(model, field.name, answer)
    return refusals


class HasWords:
    """Validates that a text says something, where there is one."""

    def __init__(self, missing: str) -> None:
        self.missing = missing

    def __call__(self, text: str) -> None:
        if not has_words(text):
            raise ValidationError(self.missing, code="no_words")


class ReasonFormField(forms.CharField):
    """Asks for a reason. `missing` says what to write, in the question's words, where it is left empty or says nothing."""

    def __init__(self, *, missing: str, rows: int = 4, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.Textarea(attrs={"rows": rows}) if rows > 1 else forms.TextInput)
        super().__init__(**kwargs)
        self.missing = missing
        self.error_messages["required"] = missing
        self.validators.append(HasWords(missing))


class ReasonMixin:
    """A model field whose text, where it has any, says something. Policy, where it asks for it: `paragraph`.

    A migration knows it as the plain field of Django that it is in the database.
    """

    def __init__(self, *args: Any, missing: str = "", paragraph: str = "", **kwargs: Any) -> None:
        self.missing = missing
        self.paragraph = paragraph
        super().__init__(*args, **kwargs)

    def formfield(self, **kwargs: Any) -> Any:
        return super().formfield(**{"form_class": ReasonFormField, "missing": self.missing, **kwargs})  # type: ignore[misc]


class ReasonField(ReasonMixin, models.TextField):
    """A reason of one or several paragraphs."""

    def deconstruct(self) -> Any:
        name, _, args, kwargs = super().deconstruct()
        return name, "django.db.models.TextField", args, kwargs


class ReasonLine(ReasonMixin, models.CharField):
    """A reason in a line."""

    def formfield(self, **kwargs: Any) -> Any:
        return super().formfield(**{"widget": forms.TextInput, **kwargs})

    def deconstruct(self) -> Any:
        name, _, args, kwargs = super().deconstruct()
        return name, "django.db.models.CharField", args, kwargs

"""Forms that carry out an action: what was typed goes to it, and what it refuses comes back beside the fields."""

import hashlib
import json
import uuid
from collections.abc import Callable, Collection, Iterable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.crypto import salted_hmac
from django.utils.html import format_html

from .answers import differing_answers
from .invisible import strip_invisible, validate_reading_order
from .records import Stale
from .refusals import Incomplete, Refusal, raise_if_incomplete

REPEAT_SECONDS = 24 * 60 * 60  # for which it is known what a form said when it made its record


class Conflict(Exception):
    """Somebody was faster, or this form has made its record. Answered with 409: who did what and when, and what was typed.

    `typed` holds (label, what was typed, what the record says now or None where it does not say) for each field that differs; None for a form
    that asks nothing.
    """

    def __init__(self, record: Any, typed: list[tuple[str, str, str | None]] | None):
        super().__init__(f"{record.reference} has changed")
        self.record = record
        self.typed = typed


SENTENCES = {
    "required": "“{label}” needs an answer.",
    "max_length": "“{label}” has %(show_value)d characters. Shorten it to %(limit_value)d.",
    "min_value": "“{label}” must be %(limit_value)s or more.",
    "max_value": "“{label}” must be %(limit_value)s or less.",
    "invalid_choice": "“{label}”: “%(value)s” is not one of the answers. Choose one of those shown.",
    "invalid_pk_value": "“{label}”: “%(pk)s” is not one of the answers. Choose one of those shown.",
    "invalid_list": "“{label}”: choose from the answers shown.",
    "null_characters_not_allowed": "“{label}” has a character that cannot be kept. Type it again.",
    "ambiguous_timezone": "“{label}” falls in an hour in which the clocks changed. Give a time before or after it.",
    "early": "“{label}”: check the year. Give a day from %(limit)s on.",
    "late": "“{label}”: check the year. Give a day up to %(limit)s.",
    "ahead": "“{label}” must be in the past.",
}
"""Sentences that say what to do, in place of Django's own, by the code of the error."""

INVALID: tuple[tuple[type[forms.Field], str], ...] = (
    (forms.DateTimeField, "“{label}” is not a date and time. Give both, such as 22/11/2026 14:30."),
    (forms.DateField, "“{label}” is not a date. Give day, month and year, such as 22/11/2026."),
    (forms.IntegerField, "“{label}” is not a whole number. Give it in figures, such as 3."),
    (forms.FileField, "“{label}” has not arrived. Choose it again."),
)
"""Sentences for an answer that makes no sense, by the kind of field: the first that the field is an instance of."""


def has_default_message(field: forms.Field, code: str | None) -> bool:
    """Return whether the field has no sentence of its own for an error."""
    defaults: dict[str, Any] = {}
    for base in reversed(type(field).__mro__):
        defaults |= getattr(base, "default_error_messages", {})
    return field.error_messages.get(code) == defaults.get(code)  # type: ignore[arg-type]


def reword_error(bound: forms.BoundField, error: ValidationError) -> None:
    """Let Django's own errors say what to do, and name their question."""
    if not has_default_message(bound.field, error.code):
        return
    sentences = dict(SENTENCES)
    for kind, sentence in INVALID:
        if isinstance(bound.field, kind):
            sentences.setdefault("invalid", sentence)
    if bound.is_hidden and error.code in {"required", "invalid"}:
        error.message = "Open the page again."
    elif error.code in sentences:
        error.message = sentences[error.code].format(label=bound.label)


class WordedForm(forms.Form):
    """A form whose every error says what to do. It takes what was typed as it is seen, and counts characters as the page does."""

    def __init__(self, data: Any = None, *args: Any, **kwargs: Any):
        super().__init__(normalize_posted_data(data), *args, **kwargs)

    def _clean_fields(self) -> None:
        """Refuse a text whose order is turned round, whatever field takes it and whenever that came into the form, and say only that."""
        super()._clean_fields()  # type: ignore[misc]  # which the stubs do not know
        for bound in self:
            try:
                for text in bound.data if isinstance(bound.data, list) else [bound.data]:
                    validate_reading_order(text)
            except ValidationError as error:
                self.errors.pop(bound.name, None)
                self.add_error(bound.name, error)

    def add_error(self, field: str | None, error: Any) -> None:
        if field and isinstance(error, ValidationError):
            for field_error in error.error_list:
                reword_error(self[field], field_error)
        super().add_error(field, error)


def normalize_posted_data(data: Any) -> Any:
    """Return what was sent without invisible characters, and with one character for the end of a line.

    Browsers send two, which pages count as one.
    """
    if not isinstance(data, QueryDict):
        return data
    plain = data.copy()
    for name, values in data.lists():
        lines = (value.replace("\r\n", "\n").replace("\r", "\n") for value in values)
        plain.setlist(name, [strip_invisible(line) for line in lines])
    return plain


class CaseForm(WordedForm):
    """A form whose cleaned data are the keyword arguments of an action."""

    tries_unfinished = (
        False  # whether an action that is only tried out is asked too where an answer makes no sense
    )

    def carry_out(self, action: Callable[..., Any], /, **kwargs: Any) -> Any:
        """Return what the action returns, or None when the form is not sent yet or has something to put right.

        Raises `Conflict` when the record changed since the form was opened, and `Refused` as the action does.
        """
        refused_already = {*self.errors}
        try:
            if self.is_valid():
                return action(**self.cleaned_data, **kwargs)
            if self.is_bound and self.tries_unfinished:
                action(**self.answers_so_far, **kwargs)
        except Incomplete as incomplete:
            refused = ((self.field_about(refusal), shown_refusal(refusal)) for refusal in incomplete.refusals)
            for field, sentence in dict.fromkeys(refused):
                if field not in refused_already:
                    self.add_error(field, sentence)
        except Stale as stale:
            typed = self.answers_beside(stale.record)
            asks_nothing = not typed and not self.visible_fields()
            raise Conflict(stale.record, None if asks_nothing else typed) from stale
        self.ask_for_files_again()
        return None

    def answers_beside(self, record: Any) -> list[tuple[str, str, str | None]]:
        """Return what was typed, for whoever came second: label, words, and what the record says now or None where it does not say."""
        return differing_answers(self, record)

    def field_about(self, refusal: Refusal) -> str | None:
        """Return the field beside which a refusal of the action stands; None where it stands above all."""
        return refusal.field if refusal.field in self.fields else None

    def try_out(
        self, action: Callable[..., Any], /, *, asked_later: Collection[str] = (), **about: Any
    ) -> bool:
        """Return whether an action would take what this form says, and write nothing.

        What the action refuses of the fields that are `asked_later` is left to the form that asks for them.
        """

        @transaction.atomic
        def try_once(**answers: Any) -> bool:
            try:
                action(**answers)
            except Incomplete as incomplete:
                refusals = [refusal for refusal in incomplete.refusals if refusal.field not in asked_later]
                raise_if_incomplete(*refusals)
            transaction.set_rollback(True)
            return True

        return bool(self.carry_out(try_once, **about))

    @property
    def answers_so_far(self) -> dict[str, Any]:
        """Return what was answered, with no answer in the place of those that make no sense."""
        unanswered = {name: self.fields[name].clean(None) for name in self.errors if name in self.fields}
        return unanswered | self.cleaned_data

    def ask_for_files_again(self) -> None:
        """No page can give a file back to its question, so whoever has something else to put right is told to choose it again."""
        for bound in self.visible_fields():
            if self.files.get(bound.html_name) and bound.name not in self.errors:
                self.add_error(bound.name, f"“{bound.label}” is not saved yet. Choose it again.")


def shown_refusal(refusal: Refusal) -> str:
    """Return a refusal as a form shows it, with the link that it leads to."""
    if refusal.link is None:
        return str(refusal)
    label, url = refusal.link
    return format_html('{} <a class="govuk-link" href="{}">{}</a>', refusal, url, label)


class CreateForm(CaseForm):
    """Makes one record, even if it is sent twice. Sent again with something else in it, it loses nothing either."""

    submission = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)

    def carry_out(self, action: Callable[..., Any], /, **about: Any) -> Any:
        """Return what the action returns, as every form does.

        A record that this form has made already is returned again only to whoever made it, and for the same answers.
        """
        if self.is_valid():
            self.look_into_files()

        @transaction.atomic
        def carry_out_once(**answers: Any) -> Any:
            key, digest = submission_key(answers["submission"]), self.answers_digest(about)
            record = action(**answers)
            if not record.is_repeat:
                cache.set(key, digest, REPEAT_SECONDS)
            elif record.history.earliest("sequence").history_user != about["by"]:
                sentence = "This form can no longer be sent. Copy what you typed, and open the form again."
                raise Incomplete(Refusal(sentence, field="submission"))
            elif cache.get(key) != digest:
                raise Stale(record)
            return record

        return super().carry_out(carry_out_once, **about)

    def look_into_files(self) -> None:
        """Look into what was sent before the transaction begins: it takes long, and SQLite lets nobody else write meanwhile."""

    def answers_digest(self, about: dict[str, Any]) -> str:
        """Return a digest by which the same answers about the same things are known again. It tells nothing of them."""
        answers = {bound.name: bound.data for bound in self if bound.name != "submission"}
        things = {name: getattr(thing, "pk", thing) for name, thing in about.items()}
        text = json.dumps([answers, things], sort_keys=True, default=file_digest)
        return salted_hmac("submission", text, algorithm="sha256").hexdigest()


def submission_key(submission: Any) -> str:
    return f"submission:{submission}"


def has_made_record(submission: str) -> bool:
    """Return whether the form with this number has made its record, in the last days: what it said is saved."""
    try:
        return cache.get(submission_key(uuid.UUID(submission))) is not None
    except ValueError:
        return False


def file_digest(file: UploadedFile) -> str:
    """Return the digest of a file that was sent, and leave the file at its beginning."""
    file.seek(0)
    digest = hashlib.file_digest(file, "sha256").hexdigest()
    file.seek(0)
    return digest


class ChangeForm(CaseForm):
    """A form that changes a record, as it was read at `version`.

    One of a model's fields opens with what the record says: otherwise to save would wipe it.
    """

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, record: Any, **kwargs: Any):
        if isinstance(self, forms.ModelForm):
            kwargs.setdefault("instance", record)
        super().__init__(*args, **kwargs)
        self.record = record
        self.fields["version"].initial = record.version


class CaseModelForm(CaseForm, forms.ModelForm):
    """A form that takes labels, hints, lengths and choices from a model. The action saves, and meets the constraints too."""

    def __init__(self, *args: Any, **kwargs: Any):
        # A model form would also take arguments by their place.
        super().__init__(*args, **kwargs)

    def _post_clean(self) -> None:
        """Do nothing: a model form would write what was typed onto the record before the action has agreed."""

    def save(self, commit: bool = True) -> Any:
        raise NotImplementedError("use carry_out")


class RecordChoicesField(forms.ModelMultipleChoiceField):
    """A choice of records by their keys. A number larger than any key is refused: SQLite cannot even be asked for it."""

    def clean(self, value: Any) -> Any:
        try:
            return super().clean(value)
        except OverflowError:
            raise ValidationError(
                self.error_messages["invalid_choice"], code="invalid_choice", params={"value": "…"}
            ) from None


def posted_data(request: HttpRequest) -> QueryDict | None:
    """Return what was sent, even where that is nothing; None while the form is only looked at."""
    return request.POST if request.method == "POST" else None


def redirect_if_over(
    request: HttpRequest, record: Any, *, can: bool, sentence: str = ""
) -> HttpResponse | None:
    """Redirect to a record, saying how it stands, where somebody opens the page of a step that it `can` not take now.

    A `sentence` says so where its status does not: a letter that was sent is still issued.

    Return None where it can, and where something is kept that they had typed into the form of that page, which is shown with it. A form that
    is sent meets the action, which refuses by itself.
    """
    if can or request.method == "POST":
        return None
    messages.info(
        request, sentence or f"{record.full_title} has moved on already: {record.get_status_display()}."
    )
    typed_drafts = getattr(request, "typed_drafts", None)
    return None if typed_drafts and typed_drafts.is_waiting() else redirect(record)


def redirect_if_missing(
    request: HttpRequest, record: Any, refusals: Iterable[Refusal]
) -> HttpResponse | None:
    """Redirect to a record, as `redirect_if_over` does, where `refusals` say what has to be so of it before anybody can take a step."""
    sentences = [refusal.sentence for refusal in refusals]
    return redirect_if_over(request, record, can=not sentences, sentence=" ".join(sentences))


def form_page(request: HttpRequest, template: str, form: forms.Form, **context: Any) -> HttpResponse:
    """A page with its form: 200 while it is being filled in, 422 when there is something to put right.

    What this person typed into it before, and could not save, is in it. What is sent back to them is kept, should they not come to it.
    """
    typed_drafts = getattr(request, "typed_drafts", None)
    if typed_drafts and form.errors:
        typed_drafts.keep()
    kept = typed_drafts.restore(form) if typed_drafts and not form.is_bound else {}
    return render(request, template, {"form": form, **kept, **context}, status=422 if form.errors else 200)

"""Forms to merge two records of one customer, and to undo that."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from cha_engagement.core.answers import answer_in_words
from cha_engagement.core.formpack import Section, form_helper
from cha_engagement.core.forms import CaseModelForm, ChangeForm, CreateForm, WordedForm
from cha_engagement.core.reasons import ReasonFormField
from cha_engagement.core.records import SHORT

from .. import queries
from ..fields import CustomerField
from ..models import Customer, Merge
from .details import ChangeCustomerForm


class ChooseOtherRecordForm(WordedForm):
    """Asks which other record is of the same customer, typed as a reference."""

    other = CustomerField(
        label="The other record",
        help_text="Its reference, such as CUS-2026-0042. You can also type a name or a phone number to find it.",
    )

    def __init__(self, *args: Any, customer: Customer, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.customer = customer
        self.fields["other"].error_messages["required"] = "Give the reference of the other record."
        self.helper = form_helper("other", submit="Compare the two", cancel_url=customer.get_absolute_url())

    def clean_other(self) -> Customer:
        other = self.cleaned_data["other"]
        if other == self.customer:
            raise ValidationError(
                "This is the record that you came from. Give the reference of the other one."
            )
        return other


class MergeForm(CreateForm):
    """Asks for each field in which two records of one customer differ which of them is right. Everything else stays. B16.

    `rows` are the answers of both, in the words of their own form: label, the kept one's answer, the other's.
    """

    why = ReasonFormField(
        label="How you know that they are the same",
        missing="Say how you know that they are the same.",
        help_text="Such as: the same phone, and they confirmed it.",
        max_length=SHORT,
        rows=1,
    )
    kept_version = forms.IntegerField(widget=forms.HiddenInput)
    other_version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, kept: Customer, other: Customer, asks_second: bool = False, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["kept_version"].initial = kept.version
        self.fields["other_version"].initial = other.version
        answers = {customer: customer_answers(customer) for customer in (kept, other)}
        self.rows = [
            (label, answer, answers[other][name][1])
            for name, (label, answer) in answers[kept].items()
            if answer or answers[other][name][1]
        ]
        self.other = other
        self.choices = {f"take_{names[0]}": names for names in queries.fields_to_choose(kept, other)}
        for field, names in self.choices.items():
            self.fields[field] = forms.ChoiceField(
                label=answers[kept][names[0]][0],
                choices=[
                    (customer.reference, join_lines(answers[customer][name][1] for name in names))
                    for customer in (kept, other)
                ],
                initial=kept.reference,
                widget=forms.RadioSelect,
            )
        if kept.merge_asked_id == other.pk and not asks_second:
            self.fields["are_same"] = forms.ChoiceField(
                label="Are they one customer?",
                choices=[("yes", "Yes, merge them"), ("no", "No, they are two")],
                widget=forms.RadioSelect,
                error_messages={"required": "Say whether they are one customer."},
            )
        sections = [Section("Which of the two is right?", *self.choices)] if self.choices else []
        self.helper = form_helper(
            *sections,
            *(name for name in ("are_same", "why") if name in self.fields),
            submit="Ask another manager"
            if asks_second
            else "Save"
            if "are_same" in self.fields
            else "Merge them",
            cancel_url=kept.get_absolute_url(),
        )

    @property
    def says_no(self) -> bool:
        """Return whether a second manager says that they are two."""
        return "are_same" in self.fields and self.data.get("are_same") == "no"

    def clean(self) -> dict[str, Any]:
        super().clean()
        answers = self.cleaned_data
        answers.pop("are_same", None)
        chosen = {names[0]: answers.pop(field, None) for field, names in self.choices.items()}
        taken = [name for name, reference in chosen.items() if reference == self.other.reference]
        return answers | {"taken_from_other": taken}


def customer_answers(customer: Customer) -> dict[str, tuple[str, str]]:
    """Return label and answer by the name of the question, for all that is recorded about a customer."""
    form = ChangeCustomerForm(record=customer)
    assigned_to = str(customer.assigned_to or "")
    return {"assigned_to": ("Assigned to", assigned_to)} | {
        bound.name: (str(bound.label), answer_in_words(bound, bound.field.prepare_value(bound.initial)))
        for bound in form.visible_fields()
    }


def join_lines(answers: Iterable[str]) -> str:
    return ", ".join(line for answer in answers for line in answer.splitlines())


class AskUnmergeForm(CaseModelForm, ChangeForm):
    """Asks a second manager to undo a merge that was more than a day ago."""

    class Meta:
        model = Merge
        fields = ["undo_why"]

    def __init__(self, *args: Any, record: Merge, **kwargs: Any):
        super().__init__(*args, record=record, **kwargs)
        self.fields["undo_why"].required = True
        self.helper = form_helper(
            "undo_why",
            submit="Ask another manager",
            does="The other managers are asked at once.",
            cancel_url=record.get_absolute_url(),
        )


class UnmergeForm(ChangeForm):
    def __init__(self, *args: Any, record: Merge, **kwargs: Any):
        super().__init__(*args, record=record, **kwargs)
        self.helper = form_helper(
            submit="Undo the merge",
            does="The two stand apart again at once.",
            cancel_url=record.get_absolute_url(),
        )

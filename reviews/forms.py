from typing import Any

from django import forms

from cha_engagement.customers.models import Customer
from cha_engagement.evidence.workflow import refusal_of
from cha_engagement.formpack import DateInput, Reveal, Section, form_helper
from cha_engagement.forms import CaseModelForm, ChangeForm, CreateForm
from cha_engagement.organisation.calendar import add_months, today
from cha_engagement.records import LONG, SHORT
from cha_engagement.staff.fields import StaffMultipleChoiceField
from cha_engagement.staff.models import StaffMember
from cha_engagement.templatetags.ui import uk_date
from restrictions.enums import STANDING
from restrictions.models import Restriction

from . import completeness, queries
from .enums import AppealOutcome, ReviewOutcome
from .hearing import Hearing
from .models import Appeal, Review

TO_THE_CUSTOMER = (
    "This goes into the letter: write it to the customer, neutrally and without blame. (policy §61)"
)


def words(label: str, *, help_text: str = "", required: bool = True, rows: int = 4) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=required,
        max_length=LONG,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


def day(label: str, *, initial: Any = None, help_text: str = "", required: bool = True) -> forms.DateField:
    return forms.DateField(
        label=label, initial=initial, help_text=help_text, required=required, widget=DateInput
    )


def version_fields(restriction: Restriction) -> dict[str, forms.Field]:
    """What a new version of a restriction can say in another way, as it says it now."""
    fields = restriction.measure.fields() | {
        "ends_on": day("Last day", required=False, help_text="Leave it empty where it has none."),
        "easing_conditions": words(
            "What would lead to its being eased, and whom to ask", required=False, rows=3
        ),
        "staff_instruction": forms.CharField(label="What staff should do", required=False, max_length=SHORT),
    }
    said = {name: getattr(restriction, name, None) for name in fields} | restriction.measure.answers(
        restriction
    )
    for name, field in fields.items():
        field.initial = said[name]
    return fields


def changes(restriction: Restriction, answers: dict[str, Any]) -> dict[str, Any]:
    """Those answers as the fields of a new version."""
    said = {name: answers.get(name) for name in ("ends_on", "easing_conditions", "staff_instruction")}
    return restriction.measure.facts(answers) | said


class HoldForm(ChangeForm):
    """What the reviewer found, and what follows; the terms of the restriction where they are varied."""

    optional_notes = {"next_review_on": ""}

    findings = words(
        "What you found",
        help_text="For colleagues: what has happened since, what has helped, what it means for the customer.",
    )
    outcome = forms.ChoiceField(
        choices=ReviewOutcome.choices, widget=forms.RadioSelect, label="What follows?"
    )
    reasons = words("Reasons", help_text=TO_THE_CUSTOMER)
    next_review_on = day(
        "Next review", required=False, help_text="Leave it as it is where the restriction is lifted."
    )

    def __init__(self, *args: Any, record: Review, **kwargs: Any):
        super().__init__(*args, record=record, **kwargs)
        self.restriction = record.restriction
        months = self.restriction.review_months
        self.fields["next_review_on"].initial = add_months(today(), months) if months else None
        terms = version_fields(self.restriction)
        self.fields |= terms
        self.helper = form_helper(
            "findings",
            Reveal("outcome", {ReviewOutcome.VARY: list(terms)}),
            "reasons",
            "next_review_on",
            submit="Save the review",
            cancel_url=record.get_absolute_url(),
        )

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or self.cleaned_data
        kept = {
            name: answers.get(name)
            for name in ("version", "findings", "outcome", "reasons", "next_review_on")
        }
        return kept | {
            "changes": changes(self.restriction, answers) if kept["outcome"] == ReviewOutcome.VARY else None
        }


class RestrictionsField(forms.ModelMultipleChoiceField):
    """Some of these restrictions of a customer, posted as their references."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, restrictions: list[Restriction]):
        super().__init__(
            Restriction.objects.filter(pk__in=[one.pk for one in restrictions]).order_by("starts_on", "pk"),
            to_field_name="reference",
            label="Which restrictions is it against?",
            help_text=(
                "The decision to manage contact actively is final. Where the customer writes against that decision, "
                "log it here as an appeal against the restrictions made under it. (policy §22)"
            ),
        )
        self.choice_hints = {one.reference: late for one in restrictions if (late := lateness(one))}

    def label_from_instance(self, restriction: Restriction) -> str:
        return queries.named(restriction)


class FilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Any number of files."""

    widget = FilesInput

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        files = [super(FilesField, self).clean(file, initial) for file in data or []]
        for file in files:
            if refusal := refusal_of(file):
                raise forms.ValidationError(refusal.sentence)
        return files


class LogForm(CreateForm, CaseModelForm):
    """An appeal as it came. `restrictions` are those that it may be against."""

    documents = FilesField(
        label="Documents that came with it",
        required=False,
        allow_empty_file=True,
        help_text="You can choose several.",
    )

    class Meta:
        model = Appeal
        fields = ["received_on", "channel", "lodged_by", "grounds"]
        widgets = {"received_on": DateInput, "grounds": forms.Textarea(attrs={"rows": 8})}
        help_texts = {
            "lodged_by": "The customer, or whoever they have asked to speak for them.",
            "grounds": "Write down what they say; do not judge it. If it came on the phone, read it back to them.",
        }

    def __init__(self, *args: Any, customer: Customer, restrictions: list[Restriction], **kwargs: Any):
        super().__init__(*args, initial={"lodged_by": customer.name, "received_on": today()}, **kwargs)
        self.fields["restrictions"] = RestrictionsField(restrictions)
        self.helper = form_helper(
            Section("How it came", "received_on", "channel", "lodged_by"),
            Section("What it is about", "restrictions", "grounds", "documents"),
            submit="Log the appeal",
            cancel_url=customer.get_absolute_url(),
        )


def lateness(restriction: Restriction) -> str:
    """What to say of the time to appeal. Late is logged like any other; the panel sees it."""
    if restriction.told_on is None:
        return "The customer has not been told of it yet."
    last_day = queries.last_day_to_appeal(restriction)
    if last_day and last_day < today():
        return f"The time to appeal ended on {uk_date(last_day)}. Log it all the same."
    return ""


class AcknowledgeForm(ChangeForm):
    acknowledged_on = day("When is it acknowledged?", help_text="You can draft the letter in the next step.")

    def __init__(self, *args: Any, record: Appeal, **kwargs: Any):
        super().__init__(*args, record=record, **kwargs)
        self.fields["acknowledged_on"].initial = today()
        self.helper = form_helper(
            "acknowledged_on", submit="Acknowledge the appeal", cancel_url=record.get_absolute_url()
        )


class DecideForm(ChangeForm):
    """When and by whom it was heard, and an outcome with reasons for each restriction."""

    optional_notes = {"substitute_reason": ""}

    heard_on = day("When was it heard?")
    substitute_reason = words("Why does a substitute hear it?", required=False, rows=2)

    def __init__(self, *args: Any, record: Appeal, user: StaffMember, hearing: Hearing, **kwargs: Any):
        super().__init__(*args, record=record, **kwargs)
        self.restrictions = [one.restriction for one in record.appealed.all()]
        self.fields["heard_on"].initial = today()
        self.ask_who_else(hearing, user)
        if not hearing.substitutes:
            del self.fields["substitute_reason"]
        verdicts = [self.ask_about(restriction) for restriction in self.restrictions]
        asked = [name for name in ("heard_on", "panel", "substitute_reason") if name in self.fields]
        self.helper = form_helper(
            Section("The hearing", *asked),
            *verdicts,
            submit="Decide the appeal",
            cancel_url=record.get_absolute_url(),
        )

    def ask_who_else(self, hearing: Hearing, user: StaffMember) -> None:
        others = StaffMember.objects.filter(
            pk__in=[person.pk for person in hearing.hearers if person != user]
        )
        if others:
            panel = StaffMultipleChoiceField(others, label="Who heard it with you?", required=False)
            panel.offer(others)
            self.fields["panel"] = panel

    def ask_about(self, restriction: Restriction) -> Section:
        """The questions about one restriction; its terms only while it stands and can be eased."""

        def name(field: str) -> str:
            return completeness.field_of(restriction.reference, field)

        terms = {}
        if restriction.status in STANDING:
            terms = version_fields(restriction)
            if latest := queries.latest_next_review(restriction):
                terms["first_review_on"] = day(
                    "Next review", initial=latest, required=False, help_text="Not later than now."
                )
        self.fields |= {
            name("outcome"): forms.ChoiceField(
                choices=AppealOutcome.choices, widget=forms.RadioSelect, label="Outcome"
            ),
            **{name(field): question for field, question in terms.items()},
            name("reasons"): words("Reasons", help_text=TO_THE_CUSTOMER),
        }
        revealed = {AppealOutcome.PARTLY_UPHELD: [name(field) for field in terms]} if terms else {}
        hint = (
            ""
            if terms
            else f"It has ended meanwhile ({restriction.get_status_display().lower()}). The outcome is recorded; nothing else changes."
        )
        return Section(
            queries.named(restriction), Reveal(name("outcome"), revealed), name("reasons"), hint=hint
        )

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or self.cleaned_data
        asked = {
            name: value
            for name, value in answers.items()
            if name in ("version", "heard_on", "panel", "substitute_reason")
        }
        return asked | {"verdicts": {one.reference: self.verdict(one, answers) for one in self.restrictions}}

    def verdict(self, restriction: Restriction, answers: dict[str, Any]) -> dict[str, Any]:
        prefix = completeness.field_of(restriction.reference, "")
        said = {
            name.removeprefix(prefix): value for name, value in answers.items() if name.startswith(prefix)
        }
        verdict = {"outcome": said.get("outcome"), "reasons": said.get("reasons")}
        if verdict["outcome"] == AppealOutcome.PARTLY_UPHELD and restriction.status in STANDING:
            first = {
                "first_review_on": said.get("first_review_on"),
                "review_months": restriction.review_months,
            }
            verdict["changes"] = changes(restriction, said) | first
        return verdict

"""Forms that log an incident and change it."""

from collections.abc import Iterable, Mapping
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q

from cha_engagement.core.dates import PastDateField, PastDateTimeField
from cha_engagement.core.formpack import FoldedSection, Reveal, Section, form_helper
from cha_engagement.core.forms import CaseModelForm, ChangeForm
from cha_engagement.core.invisible import validate_reading_order
from cha_engagement.core.labels import field_label
from cha_engagement.core.permissions import Permission
from cha_engagement.core.reasons import ReasonFormField
from cha_engagement.core.records import SHORT
from cha_engagement.core.refusals import Refusal
from cha_engagement.customers.enums import Channel
from cha_engagement.customers.fields import CustomerField
from cha_engagement.customers.rules import may_act_on_case
from cha_engagement.staff.fields import StaffChoiceField, StaffMultipleChoiceField, active_staff
from cha_engagement.staff.models import StaffMember
from incidents import rules
from incidents.enums import GUIDANCE, Category, Warning, YesNo
from incidents.interfaces import category_notes
from incidents.models import Incident

RADIOS = (
    "harm",
    "contact_ended",
    "how_ended",
    "warning",
    "no_warning_reason",
    "recording_warning",
    "aimed_at",
)
"""Questions whose answers are all shown, none of them for an answer that is not given yet."""


ASKED_BY_CATEGORY = Reveal(
    "categories",
    {
        Category.ABUSE: ["aimed_at"],
        Category.UNREASONABLE_DEMANDS: ["demand"],
        Category.REFUSAL: ["request_made", "request_made_on", "request_difficulty", "no_difficulty"],
        Category.OTHER: ["other_category"],
    },
)
ASKED_OF_ENDING = (
    Reveal("contact_ended", {YesNo.YES: ["how_ended"]}),
    Reveal("warning", {Warning.NOT_GIVEN: ["no_warning_reason"]}),
)
ASKED_OF_RESPONSE = ("action_taken", "action_not_taken", "nothing_left")

ASKED_OF_PEOPLE = ("affected_staff", "affected_how", "affected_others", "witnesses")
ASKED_OF_EFFECT = ("effect_on_staff", "effect_on_service", "needs_known")


class CategoriesField(forms.MultipleChoiceField):
    """Takes one or several codes of `enums.Category`, each shown with its guidance."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, **kwargs: Any):
        super().__init__(choices=Category.choices, **kwargs)
        self.choice_hints = GUIDANCE

    def prepare_value(self, value: Any) -> Any:
        return [getattr(category, "pk", category) for category in value or []]

    def add_notes(self, notes: Mapping[str, str]) -> None:
        """Say first of a category what makes this incident one of it, by the code of the category."""
        self.choice_hints = self.choice_hints | {
            code: f"{note} {GUIDANCE[code]}" for code, note in notes.items()
        }


class FactsForm(CaseModelForm):
    """Asks a `user` all that is recorded of an incident at once: only when, how and what happened cannot wait."""

    customer = CustomerField(
        offers=True,
        required=False,
        label=field_label(Incident, "customer"),
        help_text="Their reference, such as CUS-2026-0042. If you type a name or a phone number, you choose from those that fit once you save.",
    )
    reported_by = StaffChoiceField(label="Who it happened to, or who saw it", required=False)
    categories = CategoriesField(
        label="What kind of thing was it?",
        required=False,
        help_text="As far as you can tell. A manager confirms it. If you choose none, colleagues are told to speak to a manager first until one has decided.",
    )
    affected_staff = StaffMultipleChoiceField(
        candidates=active_staff, label=field_label(Incident, "affected_staff"), required=False
    )
    witnesses = StaffMultipleChoiceField(
        candidates=active_staff, label=field_label(Incident, "witnesses"), required=False
    )

    class Meta:
        model = Incident
        fields = [
            "customer",
            "unidentified_person",
            "reported_by",
            "occurred_at",
            "channel",
            "location",
            "categories",
            "other_category",
            "facts",
            "harm",
            "expected_contact",
            "aimed_at",
            "affected_staff",
            "affected_how",
            "affected_others",
            "witnesses",
            "contact_ended",
            "how_ended",
            "warning",
            "no_warning_reason",
            "recording_warning",
            "action_taken",
            "action_not_taken",
            "nothing_left",
            "demand",
            "request_made",
            "request_made_on",
            "request_difficulty",
            "no_difficulty",
            "needs_known",
            "effect_on_staff",
            "effect_on_service",
        ]
        field_classes = {"occurred_at": PastDateTimeField, "request_made_on": PastDateField}
        widgets = {
            "facts": forms.Textarea(attrs={"rows": 6}),
            **dict.fromkeys(RADIOS, forms.RadioSelect),
            "harm": forms.RadioSelect(attrs={"class": "govuk-radios--inline"}),
            **dict.fromkeys(
                [
                    "affected_how",
                    "action_taken",
                    "action_not_taken",
                    "demand",
                    "request_made",
                    "request_difficulty",
                    "needs_known",
                    "effect_on_staff",
                    "effect_on_service",
                ],
                forms.Textarea(attrs={"rows": 3}),
            ),
        }
        help_texts = {
            "facts": "What was said and done, in order, and nothing that you cannot know. Use their words where they matter.",
            "unidentified_person": "A name they gave, what they looked like, the number they rang from.",
            "contact_ended": "Anybody may end a contact they find distressing. It is never held against you.",
            "recording_warning": "Only after a phone call.",
            "affected_how": "By name, where “What happened” does not say it. Each is told that you named them. Being sent a copy does not make somebody affected.",
            "needs_known": "Ask a manager for advice where a disability may explain what happened.",
        }

    optional_notes = {
        "customer": "(or say below who it was)",
        "unidentified_person": "(where there is no reference)",
        **dict.fromkeys(
            [
                "categories",
                "contact_ended",
                "warning",
                "recording_warning",
                "action_taken",
                "action_not_taken",
                "effect_on_service",
            ],
            "(can wait)",
        ),
    }

    def __init__(self, *args: Any, user: StaffMember, cancel_url: str, submit: str, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.user = user
        cast(CustomerField, self.fields["customer"]).closed_customers = user.closed_customers
        for name in RADIOS:
            field: Any = self.fields[name]
            field.choices = [choice for choice in field.choices if choice[0]]
        self.helper = form_helper(*self.layout(), submit=submit, cancel_url=cancel_url)

    def layout(self) -> list[Any]:
        return [
            Section("Who and when", "customer", "unidentified_person", "occurred_at", "channel", "location"),
            Section("The facts", "facts", "harm", "expected_contact", ASKED_BY_CATEGORY),
            Section("How the contact went", *ASKED_OF_ENDING, "recording_warning"),
            Section("Our response", *ASKED_OF_RESPONSE),
            Section(
                "What can wait",
                FoldedSection("Whom it affected, and who saw it", *ASKED_OF_PEOPLE),
                FoldedSection("Its effect, and needs that may have played a part", *ASKED_OF_EFFECT),
                "reported_by",
            ),
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if "customer" in self.fields:
            self.require_person(cleaned)
        self.clear_obsolete_answers(cleaned)
        return cleaned

    def require_person(self, cleaned: dict[str, Any]) -> None:
        self.describe_unmatched_person(cleaned)
        is_anybody = cleaned.get("customer") or cleaned.get("unidentified_person")
        if not is_anybody and "customer" not in self.errors:
            self.add_error(
                "customer", "Say who it was, as far as you know: a name, or what they looked like."
            )

    def describe_unmatched_person(self, cleaned: dict[str, Any]) -> None:
        """Add what is none of our customers' to the description of an unidentified person: a name, or what they looked like."""
        name = cast(CustomerField, self.fields["customer"]).unmatched
        description = cleaned.get("unidentified_person", "")
        if not name:
            return
        self.errors.pop("customer", None)
        if name not in description:
            description = ", ".join(filter(None, [name, description]))
        try:
            validate_reading_order(name)
            description = self.fields["unidentified_person"].clean(description)
        except ValidationError as error:
            self.add_error("customer", error)
            return
        data: Any = self.data
        for field, answer in (("customer", ""), ("unidentified_person", description)):
            data[self.add_prefix(field)] = answer  # shown so where something else has to be put right
        cleaned |= {"customer": None, "unidentified_person": description}

    def clear_obsolete_answers(self, cleaned: dict[str, Any]) -> None:
        """Empty the answers to questions that another answer has taken away."""
        for question, answer, opened in (
            ("contact_ended", YesNo.YES, "how_ended"),
            ("channel", Channel.PHONE, "recording_warning"),
            ("warning", Warning.NOT_GIVEN, "no_warning_reason"),
        ):
            if question in self.fields and cleaned.get(question) != answer:
                cleaned[opened] = ""


def raised_reason_field() -> ReasonFormField:
    """Return the question why an incident is called worse than it was reported, of which the action knows whether it needs an answer."""
    field: Any = Incident._meta.get_field("raised_reason")
    return ReasonFormField(
        label=field_label(Incident, "raised_reason"),
        help_text="Only where you choose violence, a threat, abuse or harassment. It stands wherever something rests on this.",
        missing=field.missing,
        required=False,
        max_length=SHORT,
        rows=2,
    )


class EditForm(ChangeForm, FactsForm):
    sections_up_to_kinds = 2  # of its layout, the one that asks of what kind it was included

    def __init__(self, *args: Any, record: Incident, user: StaffMember, **kwargs: Any):
        super().__init__(
            *args,
            record=record,
            user=user,
            cancel_url=record.get_absolute_url(),
            submit="Save the changes",
            **kwargs,
        )
        if not may_act_on_case(user, record):
            notes = category_notes(record.customer, record)
            cast(CategoriesField, self.fields["categories"]).add_notes(notes)
        self.offer_also("reported_by", [record.reported_by])
        self.initial["reported_by"] = record.reported_by.username
        for name in ("affected_staff", "witnesses"):
            people = getattr(record, name).all()
            self.offer_also(name, people)
            self.initial[name] = [person.username for person in people]
        if user not in (record.reported_by, record.entered_by):
            self.address_somebody_else(record.reported_by.first_name or str(record.reported_by))
        is_decided = rules.is_decided_on(record)
        if is_decided:
            self.fields[
                "facts"
            ].help_text = "A manager has decided on this: leave these words, and write below them what is known since. It is kept with your name and the day."
        if not rules.is_own_account(record, user) or (
            is_decided and user.has_perm(Permission.ASSESS_INCIDENTS)
        ):
            self.ask_why_changed()
        elif rules.can_be_raised(record):
            self.fields["raised_reason"] = raised_reason_field()
            self.helper.layout.insert(self.sections_up_to_kinds, "raised_reason")
        for refusal in rules.check_categories_kept(user, record, []):
            self.fields["categories"].help_text = f"{refusal.sentence} What you add goes back to a manager."

    def ask_why_changed(self) -> None:
        """Ask for the reason of whoever changes what another reported, or a manager decided on. Policy §62."""
        self.fields["correction_reason"] = ReasonFormField(
            label="Why you change what was reported",
            help_text="Only where you change an answer. What it said first is kept with it, with your name and why. What you add below the words of a colleague is kept with your name, and needs no reason.",
            missing=rules.CORRECTION_REASON_MISSING,
            required=False,
            max_length=SHORT,
            rows=2,
        )
        self.helper.layout.insert(-1, "correction_reason")

    def field_about(self, refusal: Refusal) -> str | None:
        """Return where a refusal stands: one reason serves whoever changes what another reported and calls it worse."""
        asked = "correction_reason" if "correction_reason" in self.fields else None
        return super().field_about(refusal) or (asked if refusal.field == "raised_reason" else None)

    def address_somebody_else(self, reporter: str) -> None:
        """Ask about the reporter by name where somebody else, such as a manager, fills this in."""
        for name, label in (
            ("contact_ended", f"Did {reporter} end the contact?"),
            ("how_ended", f"How {reporter} ended it"),
            ("warning", f"Did {reporter} warn them?"),
        ):
            self.fields[name].label = label

    def describe_unmatched_person(self, cleaned: dict[str, Any]) -> None:
        """Ask again about a name that is nobody's: a slip takes no incident off its customer.

        To say that it is none of those offered does.
        """
        if not self.has_error("customer"):
            super().describe_unmatched_person(cleaned)

    def offer_also(self, name: str, people: Iterable[StaffMember]) -> None:
        """Keep people among those offered though they have left: to save a change takes nobody away."""
        field = cast(StaffChoiceField, self.fields[name])
        is_named = Q(pk__in=[person.pk for person in people])
        field.offer(StaffMember.objects.filter(is_named | Q(pk__in=field.queryset.values("pk"))))

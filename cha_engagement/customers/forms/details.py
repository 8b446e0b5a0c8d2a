"""Forms of a customer's details, and of who looks after them."""

from collections.abc import Callable
from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.urls import reverse

from cha_engagement.core.dates import LongPastDateField
from cha_engagement.core.formpack import Reveal, Section, form_helper
from cha_engagement.core.forms import CaseModelForm, ChangeForm, CreateForm
from cha_engagement.core.labels import field_label
from cha_engagement.core.reasons import ReasonFormField
from cha_engagement.core.records import SHORT
from cha_engagement.staff.fields import StaffChoiceField
from cha_engagement.staff.forms import AssignmentForm
from cha_engagement.staff.models import StaffMember

from .. import queries, rules
from ..contact_details import normalise_phone, normalise_postcode, read_email, split_addresses
from ..enums import HOW_CONFIRMED, NEED_EFFECTS, ConfirmedWith, NeedCode, Relationship
from ..fields import CustomerField, LinesField, RuledOutField
from ..models import Customer
from .confirmation import confirmation_fields, drop_how_unconfirmed


def note_name(code: str) -> str:
    """Return the name of the question for the words beside a need."""
    return f"needs_note_{code}"


class NeedsField(forms.MultipleChoiceField):
    """Asks by ticks what somebody needs, with what follows from each below it."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, **kwargs: Any):
        super().__init__(choices=NeedCode.choices, required=False, **kwargs)
        self.choice_hints = {code.value: describe_effect(code) for code in NeedCode}


def describe_effect(code: NeedCode) -> str:
    """Return what follows from a need, such as: They cannot use phone. No letters in standard print."""
    effect = NEED_EFFECTS[code]
    channels, formats, doubtful = (
        " or ".join(str(choice.label).lower() for choice in choices)
        for choices in (effect.channels, effect.formats, effect.doubtful_channels)
    )
    sentences = (
        channels and f"Rules out: {channels}.",
        formats and f"No letters in: {formats}.",
        doubtful and f"Ask how they will use: {doubtful}.",
    )
    return " ".join(filter(None, sentences))


class CustomerForm(CaseModelForm):
    phones = LinesField(
        label="Phone numbers",
        help_text="One on each line. A note goes behind it, such as 0141 496 0000 (daughter, evenings).",
        read=normalise_phone,
    )
    emails = LinesField(
        label="Email addresses",
        help_text="One on each line. A name pasted with an address is left out.",
        read=read_email,
        split=split_addresses,
    )
    online_handles = LinesField(
        label="Online names", help_text="The names they post under, such as @name. One on each line."
    )
    needs = NeedsField(
        label="Which of these apply to them?", help_text="As they tell us. Choose all that apply."
    )
    needs_confirmed_with = forms.ChoiceField(
        label="Did you check with them what they need?",
        help_text="Where you could not ask, post and one more way of contact stay open to them until somebody has.",
        choices=ConfirmedWith.choices,
        widget=forms.RadioSelect,
        required=False,
    )
    household_of = CustomerField(
        offers=True,
        label="Lives in the household of",
        help_text="The reference of another customer, such as CUS-2026-0042. Nothing decided about one touches the other.",
        required=False,
    )
    speaks_for = CustomerField(
        offers=True,
        label=field_label(Customer, "speaks_for"),
        help_text="The reference of the customer they act for, such as CUS-2026-0042.",
        required=False,
    )

    class Meta:
        model = Customer
        fields = [
            "name",
            "known_as",
            "is_organisation",
            "relationship",
            "under_contract",
            "tenancy_reference",
            "tenancy_ended_on",
            "speaks_for",
            "phones",
            "emails",
            "online_handles",
            "address",
            "postcode",
            "preferred_language",
            "preferred_format",
            "accessibility_needs",
            "emergency_route",
            "vulnerability",
            "under_18",
            "household_of",
            "deceased_on",
            "death_source",
        ]
        help_texts = {
            "death_source": "Who said so, and when. A manager who takes the day away says here how they know that it is wrong.",
            "under_contract": "Contract terms may then apply too.",
            "accessibility_needs": "What else helps them to deal with us: how they understand, remember, stay calm or get about.",
            "preferred_language": "If it is not English.",
            "emergency_route": (
                "Only where they can use none of our emergency lines. Letters add it to those, after “on”, such as: 07700 900123 (by text to the "
                "duty officer)."
            ),
            "vulnerability": "Only what somebody dealing with them needs to know.",
        }
        field_classes = dict.fromkeys(["tenancy_ended_on", "deceased_on"], LongPastDateField)
        widgets = {
            "relationship": forms.RadioSelect,
            "preferred_format": forms.RadioSelect,
            "address": forms.Textarea(attrs={"rows": 3}),
            "accessibility_needs": forms.Textarea(attrs={"rows": 3}),
            "vulnerability": forms.Textarea(attrs={"rows": 3}),
        }

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        for code in NeedCode:
            self.fields[note_name(code)] = forms.CharField(
                label=f"In words: {code.label.lower()}", max_length=SHORT, required=False
            )
        self.fields |= confirmation_fields()
        self.fields["accessibility_needs"].label = "Anything else about what they need, in words"
        if self.instance.pk:
            notes = queries.notes_by_need(self.instance)
            self.initial["needs"] = list(notes)
            self.initial.update({note_name(code): note for code, note in notes.items()})
        self.helper = self.build_helper()

    def build_helper(self) -> FormHelper:
        is_change = bool(self.instance.pk)
        return form_helper(
            Section(
                "Who they are",
                "name",
                "known_as",
                "is_organisation",
                Reveal(
                    "relationship",
                    {
                        Relationship.TENANT.value: ["tenancy_reference", "tenancy_ended_on"],
                        Relationship.CONTRACTOR.value: ["under_contract"],
                    },
                ),
            ),
            Section(
                "Whom they speak for",
                "speaks_for",
                hint="For an advocate, an elected representative, or somebody from an organisation.",
            ),
            Section(
                "How to reach them",
                *("phones", "emails", "address", "postcode"),
                *(name for name in ["details_reason"] if name in self.fields),
                "online_handles",
            ),
            Section(
                "What they need",
                Reveal("needs", {code.value: [note_name(code)] for code in NeedCode}),
                "accessibility_needs",
                "needs_confirmed_with",
                *HOW_CONFIRMED,
                "preferred_format",
                "preferred_language",
                "emergency_route",
                "vulnerability",
                "under_18",
            ),
            Section("With us", "household_of", "deceased_on", "death_source"),
            submit="Save the changes" if is_change else "Add the customer",
            cancel_url=self.instance.get_absolute_url() if is_change else reverse("customers"),
        )

    def clean_postcode(self) -> str:
        return normalise_postcode(self.cleaned_data["postcode"])

    def clean(self) -> dict[str, Any]:
        """Put the words of each need to it; those of a need that is not chosen are dropped."""
        cleaned = super().clean() or self.cleaned_data
        notes = {code.value: cleaned.pop(note_name(code), "") for code in NeedCode}
        needs = {code: notes[code] for code in cleaned.get("needs") or []}
        return drop_how_unconfirmed(cleaned) | {"needs": needs}


class AddCustomerForm(CreateForm, CustomerForm):
    """Asks about likely duplicates, once there are answers to know them by. Beyond the policy: B16.

    `duplicates` are those, once they are asked about.
    """

    ruled_out = RuledOutField(label="Is it one of these?")
    optional_notes = {"ruled_out": ""}

    def __init__(self, *args: Any, user: StaffMember, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.user = user
        self.duplicates: list[queries.LikelyDuplicate] = []

    def carry_out(self, action: Callable[..., Any], /, **about: Any) -> Any:
        customer = super().carry_out(action, **about)
        if "ruled_out" in self.errors:
            typed = {name: self.cleaned_data[name] for name in self.Meta.fields}
            self.duplicates = queries.likely_duplicates(Customer(**typed), self.user)
            self.fields["ruled_out"].choices = [  # type: ignore[attr-defined]
                (
                    " ".join(duplicate.customer.reference for duplicate in self.duplicates),
                    "It is none of these",
                )
            ]
            self.helper.layout.insert(0, "ruled_out")
        return customer


class ChangeCustomerForm(ChangeForm, CustomerForm):
    """Asks what is to be put right of what is recorded about a customer; of one under a decision (`asks_why`), why a way to reach them goes."""

    def __init__(self, *args: Any, asks_why: bool = False, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if asks_why:
            self.fields["details_reason"] = ReasonFormField(
                label="Why you take away or replace how we reach them",
                help_text="They are under a decision. Leave this empty where you only add something.",
                missing=rules.DETAILS_REASON_MISSING,
                required=False,
                max_length=SHORT,
                rows=1,
            )
            self.helper = self.build_helper()


class AssignForm(AssignmentForm):
    assigned_to = StaffChoiceField(
        label="Who looks after them?",
        help_text="They read the incidents and letters about this customer from then on.",
        required=False,
    )
    missing = "Choose who looks after them."

from collections.abc import Callable, Iterable
from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse

from cha_engagement.core.dates import LongPastDateField, PastDateField, PlannedDateField
from cha_engagement.core.formpack import Reveal, Section, form_helper
from cha_engagement.core.forms import CaseModelForm, ChangeForm, CreateForm, WordedForm, answer_in_words
from cha_engagement.core.reasons import ReasonFormField
from cha_engagement.core.records import SHORT
from cha_engagement.organisation import calendar
from cha_engagement.organisation.models import AdviceOrganisation
from cha_engagement.staff.fields import StaffChoiceField
from cha_engagement.staff.models import StaffMember

from . import queries
from .contact_details import normalise_phone, normalise_postcode, read_email, split_addresses
from .enums import INBOUND_CHANNELS, Relationship
from .fields import CustomerField, LinesField, RuledOutField
from .models import Adjustment, Customer, Merge, Signposting


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
    cannot_use = forms.MultipleChoiceField(
        label="Ways of contact they cannot use",
        help_text="Given their needs. No set of restrictions may leave them only these.",
        choices=[(channel.value, channel.label) for channel in INBOUND_CHANNELS],
        widget=forms.CheckboxSelectMultiple,
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
        label="Speaks for",
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
            "cannot_use",
            "emergency_route",
            "vulnerability",
            "under_18",
            "household_of",
            "deceased_on",
        ]
        labels = {"address": "Address", "postcode": "Postcode"}
        help_texts = {
            "under_contract": "Contract terms may then apply too.",
            "accessibility_needs": "What helps them to deal with us: how they read, hear, understand or get about.",
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
            Section("How to reach them", "phones", "emails", "address", "postcode", "online_handles"),
            Section(
                "What they need",
                "accessibility_needs",
                "cannot_use",
                "emergency_route",
                "preferred_format",
                "preferred_language",
                "vulnerability",
                "under_18",
            ),
            Section("With us", "household_of", "deceased_on"),
            submit="Save the changes" if is_change else "Add the customer",
            cancel_url=self.instance.get_absolute_url() if is_change else reverse("customers"),
        )

    def clean_postcode(self) -> str:
        return normalise_postcode(self.cleaned_data["postcode"])

    def clean_cannot_use(self) -> list[str]:
        channels = self.cleaned_data["cannot_use"]
        if len(channels) == len(INBOUND_CHANNELS):
            raise ValidationError("Leave at least one way that they can reach us by.")
        return channels


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
    def __init__(self, *args: Any, record: Customer, **kwargs: Any):
        super().__init__(*args, record=record, instance=record, **kwargs)


class AssignForm(ChangeForm):
    assigned_to = StaffChoiceField(
        label="Who looks after them?",
        help_text="They read the incidents and letters about this customer from then on. Leave it empty for nobody.",
        required=False,
    )

    def __init__(self, *args: Any, record: Customer, **kwargs: Any):
        super().__init__(*args, record=record, **kwargs)
        self.initial["assigned_to"] = record.assigned_to
        self.helper = form_helper("assigned_to", submit="Save", cancel_url=record.get_absolute_url())


class AgreeAdjustmentForm(CreateForm, CaseModelForm):
    """Policy §9, 18."""

    class Meta:
        model = Adjustment
        fields = ["what", "asked_on", "agreed_on", "ends_on"]
        labels = {"ends_on": "Last day, if it is only for a time"}
        help_texts = {
            "what": "In words that tell a colleague what to do, such as: read letters out over the phone."
        }
        field_classes = {
            "asked_on": PastDateField,
            "agreed_on": PastDateField,
            "ends_on": PlannedDateField,
        }

    def __init__(self, *args: Any, customer: Customer, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.helper = form_helper(
            *self.Meta.fields, submit="Record the adjustment", cancel_url=customer.get_absolute_url()
        )

    def clean(self) -> dict[str, Any]:
        super().clean()
        answers = self.cleaned_data
        asked, agreed, ends = (answers.get(name) for name in ("asked_on", "agreed_on", "ends_on"))
        if asked and agreed and asked > agreed:
            self.add_error("asked_on", "They cannot have asked after it was agreed.")
        if ends and agreed and ends < agreed:
            self.add_error("ends_on", "The last day cannot be before it was agreed.")
        return answers


class EndAdjustmentForm(ChangeForm):
    ends_on = PlannedDateField(label="Last day", initial=calendar.today)

    def __init__(self, *args: Any, record: Adjustment, **kwargs: Any):
        super().__init__(*args, record=record, **kwargs)
        self.helper = form_helper(
            "ends_on", submit="End the adjustment", cancel_url=record.get_absolute_url()
        )


class SignpostForm(CreateForm, CaseModelForm):
    """Policy §8."""

    organisation = forms.ModelChoiceField(
        label="Whom you told them of",
        queryset=AdviceOrganisation.objects.filter(is_active=True),
        empty_label="Choose an organisation",
    )

    class Meta:
        model = Signposting
        fields = ["organisation", "on"]
        field_classes = {"on": PastDateField}

    def __init__(self, *args: Any, customer: Customer, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.helper = form_helper(
            *self.Meta.fields, submit="Record it", cancel_url=customer.get_absolute_url()
        )


class ChooseOtherRecordForm(WordedForm):
    """Asks which other record is of the same customer, typed as a reference."""

    other = CustomerField(
        label="The other record",
        help_text="Its reference, such as CUS-2026-0042. If you type a name or a phone number, you are told the references that fit.",
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

    def __init__(self, *args: Any, kept: Customer, other: Customer, **kwargs: Any):
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
        sections = [Section("Which of the two is right?", *self.choices)] if self.choices else []
        self.helper = form_helper(*sections, "why", submit="Merge them", cancel_url=kept.get_absolute_url())

    def clean(self) -> dict[str, Any]:
        super().clean()
        answers = self.cleaned_data
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


class UnmergeForm(ChangeForm):
    def __init__(self, *args: Any, record: Merge, **kwargs: Any):
        super().__init__(*args, record=record, **kwargs)
        self.helper = form_helper(submit="Part them again", cancel_url=record.get_absolute_url())

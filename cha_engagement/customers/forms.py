from collections.abc import Callable
from datetime import date
from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse

from cha_engagement.formpack import DateInput, Reveal, Section, form_helper
from cha_engagement.forms import CaseModelForm, ChangeForm, CreateForm
from cha_engagement.organisation import calendar
from cha_engagement.organisation.models import AdviceOrganisation
from cha_engagement.staff.fields import StaffChoiceField
from cha_engagement.staff.models import StaffMember

from . import queries
from .enums import WAYS_IN, Relationship
from .fields import CustomerField, LinesField, RuledOutField, email, phone, postcode
from .models import Adjustment, Customer, Signposting


def not_ahead(day: date | None) -> date | None:
    """Refuses a day that has not come yet."""
    if day and day > calendar.today():
        raise ValidationError("This day is still ahead. Give the day it was, or leave it empty.")
    return day


class CustomerForm(CaseModelForm):
    """What is recorded about a customer."""

    phones = LinesField(label="Phone numbers", help_text="One on each line.", read=phone)
    emails = LinesField(label="Email addresses", help_text="One on each line.", read=email)
    online_handles = LinesField(
        label="Online names", help_text="The names they post under, such as @name. One on each line."
    )
    cannot_use = forms.MultipleChoiceField(
        label="Ways of contact they cannot use",
        help_text="Given their needs. No set of restrictions may leave them only these.",
        choices=[(way.value, way.label) for way in WAYS_IN],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    assigned_to = StaffChoiceField(
        label="Assigned to", help_text="The colleague who knows them best.", required=False
    )
    household_of = CustomerField(
        label="Lives in the household of",
        help_text="The reference of another customer, such as CUS-2026-0042. Nothing decided about one touches the other.",
        required=False,
    )
    speaks_for = CustomerField(
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
            "vulnerability",
            "under_18",
            "assigned_to",
            "household_of",
            "deceased_on",
        ]
        labels = {"address": "Address", "postcode": "Postcode"}
        help_texts = {
            "under_contract": "Contract terms may then apply too.",
            "accessibility_needs": "What helps them to deal with us: how they read, hear, understand or get about.",
            "preferred_language": "If it is not English.",
            "vulnerability": "Only what somebody dealing with them needs to know.",
        }
        widgets = {
            "relationship": forms.RadioSelect,
            "preferred_format": forms.RadioSelect,
            "address": forms.Textarea(attrs={"rows": 3}),
            "accessibility_needs": forms.Textarea(attrs={"rows": 3}),
            "vulnerability": forms.Textarea(attrs={"rows": 3}),
            "tenancy_ended_on": DateInput,
            "deceased_on": DateInput,
        }

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.initial["assigned_to"] = self.instance.assigned_to
        self.helper = self.laid_out()

    def laid_out(self) -> FormHelper:
        kept = self.instance.pk
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
                "preferred_format",
                "preferred_language",
                "vulnerability",
                "under_18",
            ),
            Section("With us", "assigned_to", "household_of", "deceased_on"),
            submit="Save the changes" if kept else "Add the customer",
            cancel_url=self.instance.get_absolute_url() if kept else reverse("customers"),
        )

    def clean_postcode(self) -> str:
        return postcode(self.cleaned_data["postcode"])

    def clean_tenancy_ended_on(self) -> date | None:
        return not_ahead(self.cleaned_data["tenancy_ended_on"])

    def clean_deceased_on(self) -> date | None:
        return not_ahead(self.cleaned_data["deceased_on"])

    def clean_cannot_use(self) -> list[str]:
        ways = self.cleaned_data["cannot_use"]
        if len(ways) == len(WAYS_IN):
            raise ValidationError("Leave at least one way that they can reach us by.")
        return ways


class AddCustomerForm(CreateForm, CustomerForm):
    """Asks about those who may be the same, once there are answers to know them by. Beyond the policy: B16.

    `alike` are those, once they are asked about.
    """

    ruled_out = RuledOutField(label="Is it one of these?")

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.alike: list[queries.Likeness] = []

    def carry_out(self, verb: Callable[..., Any], *, by: StaffMember, **about: Any) -> Any:
        made = super().carry_out(verb, by=by, **about)
        if "ruled_out" in self.errors:
            known = {name: self.cleaned_data[name] for name in self._meta.fields if name in self.cleaned_data}
            self.alike = queries.alike(Customer(**known), by)
            self.fields["ruled_out"].choices = [  # type: ignore[attr-defined]
                (" ".join(one.customer.reference for one in self.alike), "It is none of these")
            ]
            self.helper.layout.insert(0, "ruled_out")
        return made


class ChangeCustomerForm(ChangeForm, CustomerForm):
    def __init__(self, *args: Any, record: Customer, **kwargs: Any):
        super().__init__(*args, record=record, instance=record, **kwargs)


class AgreeAdjustmentForm(CreateForm, CaseModelForm):
    """Policy §9, 18."""

    class Meta:
        model = Adjustment
        fields = ["what", "asked_on", "agreed_on", "ends_on"]
        labels = {"ends_on": "Last day, if it is only for a time"}
        help_texts = {
            "what": "In words that tell a colleague what to do, such as: read letters out over the phone."
        }
        widgets = {"asked_on": DateInput, "agreed_on": DateInput, "ends_on": DateInput}

    def __init__(self, *args: Any, customer: Customer, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.helper = form_helper(
            *self.Meta.fields, submit="Record the adjustment", cancel_url=customer.get_absolute_url()
        )

    def clean_agreed_on(self) -> date | None:
        return not_ahead(self.cleaned_data["agreed_on"])

    def clean(self) -> dict[str, Any]:
        super().clean()
        given = self.cleaned_data
        asked, agreed, ends = (given.get(name) for name in ("asked_on", "agreed_on", "ends_on"))
        if asked and agreed and asked > agreed:
            self.add_error("asked_on", "They cannot have asked after it was agreed.")
        if ends and agreed and ends < agreed:
            self.add_error("ends_on", "The last day cannot be before it was agreed.")
        return given


class EndAdjustmentForm(ChangeForm):
    ends_on = forms.DateField(label="Last day", widget=DateInput, initial=calendar.today)

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
        widgets = {"on": DateInput}

    def __init__(self, *args: Any, customer: Customer, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.helper = form_helper(
            *self.Meta.fields, submit="Record it", cancel_url=customer.get_absolute_url()
        )

    def clean_on(self) -> date | None:
        return not_ahead(self.cleaned_data["on"])

"""Forms of adjustments, and of advice organisations that we suggest."""

from typing import Any

from django import forms

from cha_engagement.core.dates import PastDateField, PlannedDateField
from cha_engagement.core.formpack import form_helper
from cha_engagement.core.forms import CaseModelForm, ChangeForm, CreateForm
from cha_engagement.core.labels import field_label
from cha_engagement.organisation import calendar
from cha_engagement.organisation.models import AdviceOrganisation

from ..models import Adjustment, Customer, Signposting


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
            *self.Meta.fields,
            submit="Record the adjustment",
            does="It stands on the card at once.",
            cancel_url=customer.get_absolute_url(),
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
    ends_on = PlannedDateField(label=field_label(Adjustment, "ends_on"), initial=calendar.today)

    def __init__(self, *args: Any, record: Adjustment, **kwargs: Any):
        super().__init__(*args, record=record, **kwargs)
        self.helper = form_helper(
            "ends_on",
            submit="End the adjustment",
            does="It leaves the card after that day.",
            cancel_url=record.get_absolute_url(),
        )


class SignpostForm(CreateForm, CaseModelForm):
    """Policy §8."""

    organisation = forms.ModelChoiceField(
        label=field_label(Signposting, "organisation"),
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

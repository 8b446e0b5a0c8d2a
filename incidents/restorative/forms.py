"""Forms of steps to recover the relationship, and of the end of a pause."""

from typing import Any, cast

from django import forms
from django.utils import timezone

from cha_engagement.core.dates import NearDateField, PastDateField
from cha_engagement.core.formpack import Reveal, form_helper
from cha_engagement.core.forms import CaseModelForm, ChangeForm, CreateForm
from cha_engagement.core.labels import field_label
from cha_engagement.core.reasons import ReasonFormField
from cha_engagement.core.records import LONG
from cha_engagement.customers.models import Customer
from cha_engagement.organisation.models import AdviceOrganisation
from cha_engagement.staff.fields import StaffChoiceField
from cha_engagement.staff.models import StaffMember
from incidents.agreements.queries import WHY_LEFT_OUT, colleagues_to_spare

from .enums import RestorativeKind, RestorativeOutcome
from .models import RestorativeAction


class RestorativeActionForm(CreateForm, CaseModelForm):
    owner = StaffChoiceField(label="Who takes it up again", required=False)
    organisation = forms.ModelChoiceField(
        AdviceOrganisation.objects.filter(is_active=True),
        required=False,
        label=field_label(RestorativeAction, "organisation"),
        empty_label="Choose an organisation",
    )

    class Meta:
        model = RestorativeAction
        fields = ["kind", "on", "what", "organisation", "reengage_on", "owner", "outcome"]
        field_classes = {"on": PastDateField, "reengage_on": NearDateField}
        widgets = {
            "kind": forms.RadioSelect,
            "what": forms.Textarea(attrs={"rows": 4}),
            "outcome": forms.RadioSelect,
        }

    def __init__(self, *args: Any, user: StaffMember, customer: Customer, **kwargs: Any):
        initial = {
            "on": timezone.localdate(),
            "owner": user.username,
            "outcome": RestorativeOutcome.TOO_EARLY,
        }
        super().__init__(*args, initial=initial, **kwargs)
        cast(forms.ChoiceField, self.fields["kind"]).choices = RestorativeKind.choices
        cast(forms.ChoiceField, self.fields["outcome"]).choices = RestorativeOutcome.choices
        to_spare = [person for person in colleagues_to_spare(customer, by=user) if person != user]
        cast(StaffChoiceField, self.fields["owner"]).leave_out(to_spare, WHY_LEFT_OUT)
        questions = {
            RestorativeKind.SIGNPOSTED: ["organisation"],
            RestorativeKind.CONTACT_PAUSED: ["reengage_on", "owner"],
        }
        self.helper = form_helper(
            Reveal("kind", questions),
            "on",
            "what",
            "outcome",
            submit="Save this step",
            cancel_url=customer.get_absolute_url(),
        )


class CompletePauseForm(ChangeForm):
    outcome = forms.ChoiceField(
        choices=RestorativeOutcome.choices, widget=forms.RadioSelect, label="How did it go?"
    )

    def __init__(self, *args: Any, record: RestorativeAction, **kwargs: Any):
        super().__init__(*args, record=record, **kwargs)
        self.helper = form_helper(
            "outcome",
            submit="Contact is taken up again",
            does="The pause is then over, and nothing takes that back. This writes to nobody.",
            cancel_url=record.get_absolute_url(),
        )


class DropPauseForm(ChangeForm):
    dropped_reason = ReasonFormField(
        label="Why will contact not be taken up again?",
        missing="Say why contact will not be taken up again.",
        max_length=LONG,
        rows=3,
    )

    def __init__(self, *args: Any, record: RestorativeAction, **kwargs: Any):
        super().__init__(*args, record=record, **kwargs)
        self.helper = form_helper(
            "dropped_reason",
            submit="End the pause",
            does="The pause is then over, and nothing takes that back. This writes to nobody.",
            cancel_url=record.get_absolute_url(),
        )

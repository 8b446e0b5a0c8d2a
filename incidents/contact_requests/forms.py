"""Forms to record that a customer was asked not to contact a colleague, and to take that back."""

from typing import Any, cast

from django import forms
from django.utils import timezone

from cha_engagement.core.dates import PastDateField
from cha_engagement.core.formpack import form_helper
from cha_engagement.core.forms import CaseModelForm, ChangeForm, CreateForm
from cha_engagement.core.labels import field_label
from cha_engagement.core.reasons import ReasonFormField
from cha_engagement.core.records import LONG
from cha_engagement.customers.contact_plan import channel_addresses
from cha_engagement.customers.models import Customer
from cha_engagement.organisation.models import Organisation
from cha_engagement.staff.fields import StaffChoiceField, active_staff
from cha_engagement.staff.models import StaffMember

from .enums import ASKED_HOW_CHOICES
from .models import ContactRequest
from .queries import channels_to_offer


class ContactRequestForm(CreateForm, CaseModelForm):
    colleague = StaffChoiceField(candidates=active_staff, label=field_label(ContactRequest, "colleague"))
    asked_by = StaffChoiceField(candidates=active_staff, label=field_label(ContactRequest, "asked_by"))

    class Meta:
        model = ContactRequest
        fields = ["colleague", "asked_by", "on", "how", "why", "open_channel"]
        field_classes = {"on": PastDateField}
        widgets = {
            "how": forms.RadioSelect,
            "why": forms.Textarea(attrs={"rows": 3}),
            "open_channel": forms.RadioSelect,
        }
        help_texts = {
            "why": "In a sentence or two. This asks, and closes nothing: only a restriction does.",
            "open_channel": "Where somebody else takes what they bring.",
        }

    def __init__(self, *args: Any, user: StaffMember, customer: Customer, **kwargs: Any):
        initial = {"on": timezone.localdate(), "asked_by": user.username}
        super().__init__(*args, initial=initial, **kwargs)
        channels = channels_to_offer(customer)
        addresses = channel_addresses(Organisation.current())
        cast(forms.ChoiceField, self.fields["how"]).choices = ASKED_HOW_CHOICES
        open_channel: Any = self.fields["open_channel"]
        open_channel.choices = [(channel.value, channel.label) for channel in channels]
        open_channel.choice_hints = {channel.value: addresses.get(channel, "") for channel in channels}
        self.helper = form_helper(
            *self.Meta.fields,
            submit="Save that they were asked",
            does="Your colleague is told at once. This does not write to the customer.",
            cancel_url=customer.get_absolute_url(),
        )


class TakeBackForm(ChangeForm):
    taken_back_reason = ReasonFormField(
        label="Why is it taken back?",
        help_text="They may contact this colleague again. That they were asked stays recorded.",
        missing="Say why it is taken back.",
        max_length=LONG,
        rows=3,
    )

    def __init__(self, *args: Any, record: ContactRequest, **kwargs: Any):
        super().__init__(*args, record=record, **kwargs)
        self.helper = form_helper(
            "taken_back_reason",
            submit="Take it back",
            does="Your colleague is told at once. This does not write to the customer: tell them yourself.",
            cancel_url=record.get_absolute_url(),
        )

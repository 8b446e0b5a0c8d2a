"""Forms to log a contact in seconds: that it was just now goes without saying."""

from typing import Any, cast

from django import forms
from django.utils import timezone

from cha_engagement.core.dates import PastDateTimeField
from cha_engagement.core.formpack import FoldedSection, form_helper
from cha_engagement.core.forms import CaseModelForm, ChangeForm, CreateForm
from cha_engagement.core.labels import field_label
from cha_engagement.customers.enums import AlwaysOpen, Channel
from cha_engagement.customers.models import Customer
from incidents.enums import YesNo

from .models import Contact
from .queries import channels_closed_to

MINUTES_OF_DAY = 24 * 60
CHOOSE_ONE = ("", "Choose one")


class ContactForm(CaseModelForm):
    minutes = forms.IntegerField(
        label=field_label(Contact, "minutes"),
        min_value=1,
        max_value=MINUTES_OF_DAY,
        help_text="Reading and answering it included.",
    )

    class Meta:
        model = Contact
        fields = ["channel", "minutes", "subject", "same_issue", "about", "occurred_at"]
        field_classes = {"occurred_at": PastDateTimeField}
        widgets = {"same_issue": forms.RadioSelect}
        help_texts = {
            "subject": "A few neutral words. Everybody who deals with this customer can read them.",
            "about": "What is not ordinary never counts against the customer, nor uses up what they are allowed.",
        }

    def __init__(self, *args: Any, submit: str, cancel_url: str, **kwargs: Any):
        super().__init__(*args, **kwargs)
        choices_by_field = {
            "channel": [CHOOSE_ONE, *Channel.choices],
            "same_issue": YesNo.choices,
            "about": [("", "Something ordinary"), *AlwaysOpen.choices],
        }
        for name, choices in choices_by_field.items():
            cast(forms.ChoiceField, self.fields[name]).choices = choices
        self.fields["channel"].widget.attrs["autofocus"] = True
        self.optional_notes = {"about": ""}
        self.helper = form_helper(
            "channel",
            "minutes",
            "subject",
            "same_issue",
            "about",
            FoldedSection("It was not just now", "occurred_at", starts_folded=True),
            submit=submit,
            cancel_url=cancel_url,
        )


class LogContactForm(CreateForm, ContactForm):
    def __init__(self, *args: Any, customer: Customer, **kwargs: Any):
        initial = {"occurred_at": timezone.localtime().replace(second=0, microsecond=0)}
        super().__init__(
            *args,
            initial=initial,
            submit="Log the contact",
            cancel_url=customer.get_absolute_url(),
            **kwargs,
        )
        closed = channels_closed_to(customer)
        labels = [
            (code, f"{label} (closed to them)" if code in closed else label)
            for code, label in Channel.choices
        ]
        cast(forms.ChoiceField, self.fields["channel"]).choices = [CHOOSE_ONE, *labels]


class CorrectContactForm(ChangeForm, ContactForm):
    def __init__(self, *args: Any, record: Contact, **kwargs: Any):
        super().__init__(
            *args,
            record=record,
            submit="Save the correction",
            cancel_url=record.get_absolute_url(),
            **kwargs,
        )

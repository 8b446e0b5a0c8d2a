from typing import Any, cast

from django import forms

from cha_engagement.core.dates import PastDateField
from cha_engagement.core.formpack import form_helper
from cha_engagement.core.forms import CaseModelForm, ChangeForm, CreateForm
from cha_engagement.customers.models import Customer
from cha_engagement.organisation.calendar import today
from restrictions.fields import text_areas

from .enums import ObjectedTo, ObjectionOutcome
from .models import Objection


class ObjectionForm(CreateForm, CaseModelForm):
    """Asks what a customer objects to, when they told us and what they say."""

    class Meta:
        model = Objection
        fields = ["about", "received_on", "objection"]
        field_classes = {"received_on": PastDateField}
        widgets = {"about": forms.RadioSelect, **text_areas("objection")}
        help_texts = {"objection": "In their words, as they told us. An appeal is logged as an appeal."}

    def __init__(self, *args: Any, customer: Customer, **kwargs: Any):
        super().__init__(*args, initial={"received_on": today()}, **kwargs)
        cast(forms.ChoiceField, self.fields["about"]).choices = ObjectedTo.choices
        self.helper = form_helper(
            *self.Meta.fields, submit="Record it", cancel_url=customer.get_absolute_url()
        )


class AnswerForm(ChangeForm, CaseModelForm):
    """Asks what was found, and how the customer was told."""

    class Meta:
        model = Objection
        fields = ["outcome", "answer"]
        widgets = {"outcome": forms.RadioSelect, **text_areas("answer")}
        help_texts = {
            "answer": "Such as: the note said more than staff need, so it is shorter now; we wrote to them on 3 November."
        }

    def __init__(self, *args: Any, record: Objection, **kwargs: Any):
        super().__init__(*args, record=record, **kwargs)
        cast(forms.ChoiceField, self.fields["outcome"]).choices = ObjectionOutcome.choices
        self.fields["outcome"].required = self.fields["answer"].required = True
        self.helper = form_helper(
            "outcome", "answer", submit="Save the answer", cancel_url=record.get_absolute_url()
        )

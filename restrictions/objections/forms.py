from typing import Any, cast

from django import forms

from cha_engagement.core.dates import PastDateField
from cha_engagement.core.formpack import form_helper
from cha_engagement.core.forms import CaseModelForm, ChangeForm, CreateForm
from cha_engagement.core.labels import field_label
from cha_engagement.core.records import CaseRecord
from cha_engagement.customers.models import Customer
from cha_engagement.organisation.calendar import today
from restrictions.breaches.models import Breach
from restrictions.fields import RecordsField, text_areas

from .enums import ObjectedTo, ObjectionOutcome
from .models import Objection
from .queries import counted_contacts, describe_counted


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
            *self.Meta.fields,
            submit="Record it",
            does="A manager is asked for the answer.",
            cancel_url=customer.get_absolute_url(),
        )


class CountedContactsField(RecordsField):
    def label_from_instance(self, record: CaseRecord) -> str:
        return describe_counted(cast(Breach, record))


class AnswerForm(ChangeForm, CaseModelForm):
    """Asks what was found, which contacts do not count any more where some do, and how the customer was told."""

    not_counted = CountedContactsField(Breach.objects, label=field_label(Objection, "not_counted"))

    class Meta:
        model = Objection
        fields = ["outcome", "not_counted", "answer"]
        widgets = {"outcome": forms.RadioSelect, **text_areas("answer")}
        help_texts = {
            "not_counted": "Where they are right: choose each that is not held against them any more.",
            "answer": "Such as: the note said more than staff need, so it is shorter now; we wrote to them on 3 November.",
        }

    def __init__(self, *args: Any, record: Objection, **kwargs: Any):
        super().__init__(*args, record=record, **kwargs)
        cast(forms.ChoiceField, self.fields["outcome"]).choices = ObjectionOutcome.choices
        self.fields["outcome"].required = self.fields["answer"].required = True
        counted = counted_contacts(record.customer)
        which = []
        if record.about == ObjectedTo.COUNTED and counted:
            cast(CountedContactsField, self.fields["not_counted"]).queryset = counted
            which = ["not_counted"]
        else:
            del self.fields["not_counted"]
        self.helper = form_helper(
            "outcome",
            *which,
            "answer",
            submit="Save the answer",
            does="Whoever recorded it is told at once. It is answered once. This does not write to the customer.",
            cancel_url=record.get_absolute_url(),
        )

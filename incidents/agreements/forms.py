"""Forms to ask colleagues whom a customer's conduct affected whether they agree to deal with them, and to answer."""

from typing import Any

from django import forms
from django.db.models import QuerySet

from cha_engagement.core.formpack import form_helper
from cha_engagement.core.forms import ChangeForm, CreateForm
from cha_engagement.customers.models import Customer
from cha_engagement.staff.fields import StaffChoiceField
from cha_engagement.staff.models import StaffMember

from .enums import AgreementStatus
from .models import Agreement


class AskAgreementForm(CreateForm):
    def __init__(self, *args: Any, customer: Customer, people: QuerySet[StaffMember], **kwargs: Any):
        super().__init__(*args, **kwargs)
        person = StaffChoiceField(
            people,
            label="Who do you want to ask?",
            help_text="They find the question in My work, and answer it themselves.",
        )
        person.offer(people)
        self.fields["person"] = person
        self.helper = form_helper(
            "person",
            submit="Ask them",
            does="They are asked at once. The customer hears nothing of it.",
            cancel_url=customer.get_absolute_url(),
        )


class AnswerAgreementForm(ChangeForm):
    agrees = forms.TypedChoiceField(
        choices=[("yes", "Yes, I agree"), ("no", "No")],
        coerce=lambda answer: answer == "yes",
        widget=forms.RadioSelect,
        label="Do you agree to deal with them, and to be named to them?",
        help_text="Nobody minds if you do not. You can change your answer at any time.",
        error_messages={"required": "Choose whether you agree."},
    )

    def __init__(self, *args: Any, record: Agreement, **kwargs: Any):
        super().__init__(*args, record=record, **kwargs)
        if record.answered_at:
            self.fields["agrees"].initial = "yes" if record.status == AgreementStatus.AGREED else "no"
        self.helper = form_helper(
            "agrees", submit="Save my answer", cancel_url=record.customer.get_absolute_url()
        )

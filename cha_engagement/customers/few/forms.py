from typing import Any

from cha_engagement.core.formpack import form_helper
from cha_engagement.core.forms import CaseModelForm, ChangeForm, CreateForm
from cha_engagement.core.labels import field_label
from cha_engagement.core.reasons import ReasonFormField
from cha_engagement.core.records import SHORT
from cha_engagement.customers.models import Customer
from cha_engagement.staff.fields import StaffMultipleChoiceField
from cha_engagement.staff.models import StaffMember

from .actions import CHANGE_MISSING
from .models import CaseForFew, CaseOpening
from .queries import possible_readers, proposed_readers


class ReadersField(StaffMultipleChoiceField):
    """Who reads a case: each with what they are here, as two of them have to be managers."""

    def label_from_instance(self, person: StaffMember) -> str:
        return ", ".join(filter(None, [str(person), person.job_title]))


def readers_field() -> ReadersField:
    return ReadersField(
        candidates=possible_readers,
        label="Who can read it?",
        help_text="Two managers or more. Everybody else sees what to do and what not to do, and nothing of what happened.",
    )


class LimitReadersForm(CreateForm, CaseModelForm):
    """Asks who reads a case from now on, and why nobody else does; those who work on it are ticked."""

    readers = readers_field()

    class Meta:
        model = CaseForFew
        fields = ["readers", "why"]

    def __init__(self, *args: Any, customer: Customer, **kwargs: Any):
        super().__init__(*args, initial={"readers": proposed_readers(customer)}, **kwargs)
        for name in self.Meta.fields:
            self.fields[name].required = False  # what is missing, the action says with all else
        self.helper = form_helper(
            *self.Meta.fields,
            submit="Limit who can read it",
            does="Its readers and Data Protection are told at once. From then on nobody else can read what happened.",
            cancel_url=customer.get_absolute_url(),
        )


class ChangeReadersForm(ChangeForm):
    """Asks who reads a case from now on, and why that changes."""

    readers = readers_field()
    why = ReasonFormField(label="Why do you change it?", missing=CHANGE_MISSING, max_length=SHORT, rows=2)

    def __init__(self, *args: Any, record: CaseForFew, **kwargs: Any):
        super().__init__(*args, record=record, initial={"readers": list(record.readers.all())}, **kwargs)
        self.helper = form_helper(
            "readers",
            "why",
            submit="Save who can read it",
            does="Whoever comes to it, and whoever leaves it, is told at once.",
            cancel_url=record.get_absolute_url(),
        )


class LetEverybodyReadForm(ChangeForm, CaseModelForm):
    class Meta:
        model = CaseForFew
        fields = ["ended_why"]

    def __init__(self, *args: Any, record: CaseForFew, **kwargs: Any):
        super().__init__(*args, record=record, **kwargs)
        self.fields["ended_why"].required = True
        self.fields["ended_why"].label = field_label(CaseForFew, "ended_why")
        self.helper = form_helper(
            "ended_why",
            submit="Let everybody read it again",
            does="All who read other cases can read this one again at once. Its readers are told.",
            cancel_url=record.get_absolute_url(),
        )


class OpenInDangerForm(CreateForm, CaseModelForm):
    class Meta:
        model = CaseOpening
        fields = ["why"]

    def __init__(self, *args: Any, customer: Customer, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.helper = form_helper("why", submit="Open it now", cancel_url=customer.get_absolute_url())

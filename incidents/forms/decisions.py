"""Forms of the steps that follow once an incident is logged."""

from collections.abc import Iterable
from typing import Any, cast

from django import forms

from cha_engagement.core.formpack import form_helper
from cha_engagement.core.forms import ChangeForm
from cha_engagement.core.reasons import ReasonFormField
from cha_engagement.core.records import SHORT
from cha_engagement.evidence.forms import EvidenceForm
from cha_engagement.staff.fields import StaffChoiceField
from cha_engagement.staff.forms import AssignmentForm
from cha_engagement.staff.models import StaffMember
from incidents import rules
from incidents.models import Incident


def ask_why_involved(form: forms.BaseForm, user: StaffMember, incidents: Iterable[Incident]) -> bool:
    """Leave the question why somebody decides on what they had a part in where they may, or have answered it, and return whether it is asked. Policy §13."""
    is_asked = bool(form.data.get("involvement_reason")) or rules.is_asked_why(user, incidents)
    if not is_asked:
        del form.fields["involvement_reason"]
    return is_asked


class AssignForm(AssignmentForm):
    assigned_to = StaffChoiceField(
        label="Who deals with it?", help_text="They read this incident from then on.", required=False
    )
    missing = "Choose who deals with it."


class StepForm(ChangeForm):
    """Asks all its questions in a row, with a button that says what is done."""

    submit: str
    does = ""

    def __init__(self, *args: Any, record: Incident, **kwargs: Any):
        super().__init__(*args, record=record, **kwargs)
        names = [field.name for field in self.visible_fields()]
        self.helper = form_helper(
            *names, submit=self.submit, cancel_url=record.get_absolute_url(), does=self.does
        )


class CloseForm(StepForm):
    """Asks nothing: closing only waits for what is still needed."""

    submit = "Close the incident"
    does = "This writes to nobody. What comes to light later reopens it."


class ReopenForm(StepForm):
    submit = "Reopen the incident"
    does = "The managers who decide what follows are told at once."
    reason = ReasonFormField(
        label="What has come to light?", missing=rules.REOPEN_REASON_MISSING, max_length=SHORT, rows=1
    )


class ConfirmDangerForm(StepForm):
    submit = "Confirm it"
    does = "What rests on it can apply at once from then on, and nothing takes that back."
    reason = ReasonFormField(
        label="What makes it violence, a threat or harassment?",
        help_text="Where it was none of these, go back and reopen the incident instead.",
        missing=rules.DANGER_REASON_MISSING,
        max_length=SHORT,
        rows=2,
    )


class ContestPartForm(StepForm):
    submit = "Say that I had no part in it"
    does = "The other managers are asked at once."
    reason = ReasonFormField(
        label="Why do you say that you had no part in it?",
        help_text="Being sent a copy, or hearing of it, is no part. Until another manager has confirmed it, you neither decide on it nor hear an appeal about it.",
        missing=rules.NO_PART_MISSING,
        max_length=SHORT,
        rows=2,
    )


class SettlePartForm(StepForm):
    submit = "Save this"
    does = "Your colleague is told at once what you answered."
    person = StaffChoiceField(label="Who was named?")
    was_error = forms.TypedChoiceField(
        choices=[("yes", "No: they were named in error"), ("no", "Yes, they had")],
        coerce=lambda answer: answer == "yes",
        widget=forms.RadioSelect,
        label="Did they have a part in it?",
        error_messages={"required": "Choose whether they had a part in it."},
    )
    reason = ReasonFormField(
        label="How do you know?", missing=rules.SETTLED_REASON_MISSING, max_length=SHORT, rows=2
    )

    def __init__(self, *args: Any, record: Incident, **kwargs: Any):
        super().__init__(*args, record=record, **kwargs)
        people = record.contested_by.all()
        cast(StaffChoiceField, self.fields["person"]).offer(people)
        self.fields["person"].initial = next((person.username for person in people), None)


class AddEvidenceForm(EvidenceForm):
    def __init__(self, *args: Any, incident: Incident, user: StaffMember, **kwargs: Any):
        super().__init__(*args, user=user, **kwargs)
        self.helper = form_helper(
            *self.questions(), submit="Add this file", cancel_url=incident.get_absolute_url()
        )

"""Forms of an appeal, apart from the one in which a panel decides it."""

from copy import deepcopy
from typing import Any

from django import forms
from django.db.models import QuerySet

from cha_engagement.core.dates import PastDateField
from cha_engagement.core.formpack import Section, form_helper
from cha_engagement.core.forms import CaseModelForm, ChangeForm, CreateForm
from cha_engagement.core.reasons import ReasonFormField
from cha_engagement.core.records import SHORT
from cha_engagement.core.templatetags.ui import uk_date
from cha_engagement.customers.models import Customer
from cha_engagement.evidence.actions import classify_files_ahead
from cha_engagement.evidence.forms import EvidenceForm, sealing_question
from cha_engagement.evidence.rules import may_seal
from cha_engagement.organisation.calendar import today
from cha_engagement.staff.fields import StaffChoiceField
from cha_engagement.staff.models import StaffMember
from restrictions.contact_plan import PlannedStep
from restrictions.enums import STANDING
from restrictions.forms.step import WHAT_CHANGES, StepForm
from restrictions.models import Restriction

from .. import queries
from ..enums import NO_APPEAL, PassedTo
from ..models import Appeal
from .version import reason_field

AGAINST_THE_DECISION = (
    "The decision to manage contact actively is final. Where the customer writes against that decision, log it here as an "
    "appeal against the restrictions made under it."
)


class RestrictionsField(forms.ModelMultipleChoiceField):
    """Asks for some of these restrictions of a customer, posted as their references."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, restrictions: list[Restriction], **kwargs: Any):
        super().__init__(
            queries.standing_restrictions().filter(pk__in=[restriction.pk for restriction in restrictions]),
            to_field_name="reference",
            required=False,
            **kwargs,
        )

    def label_from_instance(self, restriction: Restriction) -> str:
        return queries.restriction_line(restriction)


class FilesInput(forms.FileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Asks for any number of files."""

    widget = FilesInput

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        return [super(FilesField, self).clean(file, initial) for file in data or []]


class LogForm(CreateForm, CaseModelForm):
    """Asks a `user` for an appeal as it came. `restrictions` are those that it may be against, each with its right to appeal."""

    optional_notes = {"restrictions": "", "passed_to": ""}

    documents = FilesField(
        label="Documents that came with it",
        required=False,
        allow_empty_file=True,
        help_text="You can choose several.",
    )
    sealed_reason = deepcopy(EvidenceForm.base_fields["sealed_reason"])

    class Meta:
        model = Appeal
        fields = ["received_on", "channel", "lodged_by", "grounds"]
        field_classes = {"received_on": PastDateField}
        widgets = {"grounds": forms.Textarea(attrs={"rows": 8})}
        help_texts = {
            "lodged_by": "The customer, or whoever they have asked to speak for them.",
            "grounds": "Write down what they say; do not judge it. If it came on the phone, read it back to them.",
        }

    def __init__(
        self,
        *args: Any,
        user: StaffMember,
        customer: Customer,
        restrictions: dict[Restriction, queries.RightToAppeal],
        **kwargs: Any,
    ):
        super().__init__(*args, initial={"lodged_by": customer.name, "received_on": today()}, **kwargs)
        if may_seal(user):
            del self.fields["sealed_reason"]
        if restrictions:
            self.fields["restrictions"] = RestrictionsField(
                list(restrictions), label="Which restrictions is it against?", help_text=AGAINST_THE_DECISION
            )
            self.fields["restrictions"].choice_hints = {  # type: ignore[attr-defined]
                restriction.reference: hint
                for restriction, right in restrictions.items()
                if (hint := lateness_hint(right))
            }
        self.under_way = {appeal.reference: appeal for appeal in queries.appeals_under_way(customer)}
        first_choice = "To the Executive Team, who hear it" if restrictions else "Choose one"
        under_way = [(reference, f"{PassedTo.APPEAL.label}, {reference}") for reference in self.under_way]
        elsewhere = [choice for choice in PassedTo.choices if choice[0] in NO_APPEAL]
        self.fields["passed_to"] = forms.ChoiceField(
            choices=[("", first_choice), *under_way, *elsewhere],
            required=not restrictions,
            label="Where does it go?",
            help_text="What a panel has decided goes to the ombudsman. Anything else about how we deal with them is a complaint.",
            error_messages={
                "required": "Choose where it goes: nobody is turned away.",
                "invalid_choice": "That appeal is not under way any more. Choose where this goes instead.",
            },
        )
        subject = [
            name for name in ("restrictions", "passed_to", "grounds", "documents") if name in self.fields
        ]
        self.helper = form_helper(
            Section("How it came", "received_on", "channel", "lodged_by"),
            Section("What it is about", *subject, *sealing_question(self)),
            submit="Log the appeal",
            does="Those who hear it are told at once.",
            cancel_url=customer.get_absolute_url(),
        )

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or self.cleaned_data
        added_to = self.under_way.get(answers.get("passed_to", ""))
        return answers | ({"passed_to": PassedTo.APPEAL, "added_to": added_to} if added_to else {})

    def look_into_files(self) -> None:
        classify_files_ahead(self.cleaned_data["documents"])


def lateness_hint(right: queries.RightToAppeal) -> str:
    """Return what to say of the time to appeal. Late is logged like any other; the panel sees it."""
    if right.last_day is None:
        return "The customer has not been told of it yet."
    if right.last_day < today():
        return f"The time to appeal ended on {uk_date(right.last_day)}. Log it all the same."
    return ""


class AcknowledgeForm(ChangeForm):
    acknowledged_on = PastDateField(
        label="When is it acknowledged?", help_text="You can draft the letter in the next step."
    )

    def __init__(self, *args: Any, record: Appeal, **kwargs: Any):
        super().__init__(*args, record=record, **kwargs)
        self.fields["acknowledged_on"].initial = today()
        self.helper = form_helper(
            "acknowledged_on",
            submit="Acknowledge the appeal",
            does="Nothing takes this back. It does not write to the customer: the letter does.",
            cancel_url=record.get_absolute_url(),
        )


class SuspendForm(StepForm, ChangeForm):
    """Asks which restrictions under appeal do not apply while it is heard."""

    optional_notes = {"restrictions": ""}

    def __init__(self, *args: Any, record: Appeal, **kwargs: Any):
        super().__init__(*args, record=record, **kwargs)
        standing = [appealed for appealed in record.appealed.all() if appealed.restriction.status in STANDING]
        self.standing = [appealed.restriction for appealed in standing]
        self.fields["restrictions"] = RestrictionsField(
            self.standing,
            label="Which do not apply while you hear it?",
            help_text="What you leave unticked applies. Whatever you decide, nothing stays suspended after it.",
            initial=[appealed.restriction.reference for appealed in standing if appealed.suspended],
        )
        self.helper = form_helper(
            "restrictions",
            WHAT_CHANGES,
            submit="Save what applies meanwhile",
            does="It applies at once, until the appeal is decided. Named contacts are told.",
            cancel_url=record.get_absolute_url(),
        )

    @property
    def step(self) -> PlannedStep:
        suspended = self.cleaned_data.get("restrictions", [])
        applying = (restriction for restriction in self.standing if restriction not in suspended)
        return PlannedStep(adding=tuple(applying), without=tuple(suspended))


class SubstituteForm(ChangeForm):
    """Asks who hears an appeal that nobody on the Executive Team can hear, and why they do."""

    substitute_reason = reason_field(
        "Why do they hear it?",
        missing="Say why nobody on the Executive Team hears it, and why you chose them.",
        help_text="Why nobody on the Executive Team can, and why you chose them. The customer is told who it is.",
        rows=3,
    )

    def __init__(self, *args: Any, record: Appeal, candidates: QuerySet[StaffMember], **kwargs: Any):
        super().__init__(*args, record=record, **kwargs)
        substitute = StaffChoiceField(
            candidates,
            label="Who hears it?",
            help_text="They had no part in what it is about. They hear this appeal and no other.",
        )
        substitute.offer(candidates)
        self.fields["substitute"] = substitute
        self.helper = form_helper(
            "substitute",
            "substitute_reason",
            submit="Name who hears it",
            does="They are told at once, and read all that it is about.",
            cancel_url=record.get_absolute_url(),
        )


class WithdrawForm(ChangeForm):
    """Asks who took an appeal back, and when."""

    withdrawn_by = ReasonFormField(
        label="Who said that they take it back?",
        missing="Say who took it back.",
        rows=1,
        max_length=SHORT,
        help_text="The customer, or whoever they have asked to speak for them. Nobody else can.",
    )
    withdrawn_on = PastDateField(label="When did they say that?")

    def __init__(self, *args: Any, record: Appeal, **kwargs: Any):
        super().__init__(*args, record=record, **kwargs)
        self.fields["withdrawn_on"].initial = today()
        self.helper = form_helper(
            "withdrawn_by",
            "withdrawn_on",
            submit="Record that it is withdrawn",
            does="The appeal is then over, and nothing takes that back. What was suspended for it applies again at once.",
            cancel_url=record.get_absolute_url(),
        )
